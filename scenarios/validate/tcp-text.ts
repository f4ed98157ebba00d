// The TCP validation as text for a terminal of 100 columns: model against real, and the errors.
import type { TcpCondition, TcpError, TcpReport } from './tcp.ts';
import { QUANTILES } from './tcp-figure.ts';

/** Lines of at most 100 columns; of a refused table the reason. */
export function tcpText(report: TcpReport): string {
  if (!report.ok) return `${report.reason}\n`;
  const { conditions, skipped, errors, regimes, collapsed } = report;
  const heads = ['p50 ms', 'p90', 'p95', 'p99'].map((name) => name.padEnd(13)).join('');
  const lines = [
    'TCP, model/real',
    `${'condition'.padEnd(24)}${heads}${'late %'.padEnd(12)}${'stalls/min'.padEnd(11)}`,
    ...conditions.map(conditionLine),
    ...skipped.map(({ id, reason }) => `${id} left out: ${reason}`.slice(0, 100)),
    '',
    `${'error'.padEnd(16)}${cells('median', 'at most', '75th', 'at most')}`,
    ...errors.map(errorLine),
    '',
    `regime right in ${regimes.right} of ${regimes.of} conditions: ${verdict(regimes.holds)}`,
    `median within a factor of two in ${collapsed.near} of ${collapsed.of} collapsed conditions`,
  ];
  return `${lines.join('\n')}\n`;
}

function conditionLine({ id, model, real, regimeModel, regimeReal }: TcpCondition): string {
  const pair = (one: number, other: number): string => `${short(one)}/${short(other)}`;
  const quantiles = QUANTILES.map((quantile) => pair(model[quantile], real[quantile]).padEnd(13)).join('');
  const late = pair(model.late100, real.late100).padEnd(12);
  const stalls = pair(model.stalls, real.stalls).padEnd(11);
  const mark = regimeModel === regimeReal ? '' : '✗';
  return `${id.slice(0, 23).padEnd(24)}${quantiles}${late}${stalls}${mark}`.trimEnd();
}

function errorLine({ figure, unit, median, p75, medianMax, p75Max, holds }: TcpError): string {
  const name = `${figure}, ${unit}`.padEnd(16);
  const figures = cells(median.toFixed(2), String(medianMax), p75.toFixed(2), String(p75Max));
  return `${name}${figures}  ${verdict(holds)}`;
}

const cells = (...texts: readonly string[]): string => texts.map((text) => text.padStart(10)).join('');

const verdict = (holds: boolean): string => (holds ? 'holds' : 'MISSED');

const short = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));
