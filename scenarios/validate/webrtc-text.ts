// The WebRTC validation as text for a terminal of 100 columns: model against real, and the errors.
import type { RtcFigures } from './rtc-figure.ts';
import type { WebrtcCondition, WebrtcError, WebrtcReport } from './webrtc.ts';

const NAME: Readonly<Partial<Record<keyof RtcFigures, string>>> = {
  m2eP50: 'mouth to ear p50',
  m2eP95: 'mouth to ear p95',
  delayMs: 'jitter buffer delay',
  targetMs: 'jitter buffer target',
  concealedPercent: 'concealed',
};

/** Lines of at most 100 columns; of a refused table the reason. */
export function webrtcText(report: WebrtcReport): string {
  if (!report.ok) return `${report.reason}\n`;
  const head = `${''.padEnd(22)}${'replay: model/real'.padEnd(42)}end to end: model/real`;
  const names = ['delay', 'target', 'conceal %', 'm2e p50', 'm2e p50', 'm2e p95', 'conceal %'];
  const lines = [
    head,
    `${'condition'.padEnd(22)}${names.map((name) => name.padEnd(11)).join('')}`.trimEnd(),
    ...report.conditions.map(conditionLine),
    '',
    `${'error'.padEnd(38)}${'n'.padStart(4)}${['median', '75th', '90th', 'target'].map(column).join('')}`,
    ...report.errors.map(errorLine),
  ];
  return `${lines.join('\n')}\n`;
}

function conditionLine({ id, real, replay, endToEnd }: WebrtcCondition): string {
  const pair = (model: RtcFigures | undefined, figure: keyof RtcFigures, digits: number) => {
    const shown = (value: number | undefined) => value?.toFixed(digits) ?? '-';
    return `${shown(model?.[figure])}/${shown(real[figure])}`.padEnd(11);
  };
  const cells = [
    pair(replay, 'delayMs', 0),
    pair(replay, 'targetMs', 0),
    pair(replay, 'concealedPercent', 2),
    pair(replay, 'm2eP50', 0),
    pair(endToEnd, 'm2eP50', 0),
    pair(endToEnd, 'm2eP95', 0),
    pair(endToEnd, 'concealedPercent', 2),
  ];
  return `${id.slice(0, 21).padEnd(22)}${cells.join('')}`.trimEnd();
}

function errorLine({ mode, figure, unit, conditions, p50, p75, p90, target, holds }: WebrtcError): string {
  const digits = unit === 'ms' ? 1 : 2;
  const name = `${mode}: ${NAME[figure] ?? figure}, ${unit}`;
  const figures = [p50, p75, p90].map((value) => column(value.toFixed(digits))).join('');
  const verdict =
    target === undefined ? '' : `${column(`≤ ${target}`)}  ${holds === true ? 'holds' : 'MISSED'}`;
  return `${name.padEnd(38)}${String(conditions).padStart(4)}${figures}${verdict}`;
}

const column = (text: string): string => text.padStart(10);
