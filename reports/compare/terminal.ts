// The comparison on a terminal of 100 columns: the answer, the networks with their figures, what would
// help, and where the files are.
import { unitName } from '../number.ts';
import { type Column, layOut, wrap } from '../text.ts';
import { adviceOf } from './advice.ts';
import { answer, question } from './answer.ts';
import { CHOICE_RULE } from './choice.ts';
import type { CompareResult } from './compare-result.ts';
import { contestsOf } from './contest.ts';
import { isHeld } from './hold.ts';
import { ANSWER, cellOf, measuredMetrics, statisticOf } from './lookup.ts';
import { shown, signed, transportName } from './name.ts';
import { plain } from './sentence.ts';

/** What advice weighs beside the headline; more would not fit. */
const SHOWN = ['context_retention', 'barge_stop_ear_ms', 'mos.down'];

export function compareTerminal(result: CompareResult, files: readonly string[]): string {
  const advice = adviceOf(result).flatMap(({ title, text }) =>
    wrap(`${plain(title)}. ${plain(text)}`.split(' '), '    ', '  – '),
  );
  const choices = contestsOf(result).length > 0;
  return `${[
    question(result),
    ...answer(result).flatMap((sentence) => wrap(plain(sentence).split(' '), '')),
    '',
    tableOf(result),
    ...(advice.length === 0
      ? []
      : ['', 'What would help', ...(choices ? wrap(CHOICE_RULE.split(' '), '  ', '  ') : []), ...advice]),
    '',
    ...files,
  ].join('\n')}\n`;
}

function tableOf(result: CompareResult): string {
  const metrics = measuredMetrics(result)
    .filter(({ id }) => SHOWN.includes(id))
    .sort((one, other) => SHOWN.indexOf(one.id) - SHOWN.indexOf(other.id));
  const columns: readonly Column[] = [
    { width: 24 },
    { width: 10 },
    { width: 6, right: true },
    { width: 8, right: true },
    { width: 10, right: true },
    { width: 8, right: true },
    ...metrics.map(({ id }) => ({ width: id === 'barge_stop_ear_ms' ? 14 : 10, right: true })),
  ];
  const heads = ['voice to voice', '', 'n', 'p50 ms', 'p95 ms', 'Δ p95'];
  const head = [...heads, ...metrics.map(({ id, unit }) => `${SHORT[id] ?? id}${unitOf(unit)}`)];
  const contests = contestsOf(result);
  const rows = result.networks.flatMap(({ name }) =>
    result.transports.flatMap((transport) => {
      const cell = cellOf(result, transport, name);
      if (cell === undefined) return [];
      const figure = cell.figures[ANSWER];
      const contest = contests.find(({ network }) => network === name);
      return [
        [
          name,
          transportName(transport),
          String(figure?.n ?? 0),
          shown(statisticOf(figure, 'p50'), 'ms'),
          isHeld(cell) ? shown(statisticOf(figure, 'p95'), 'ms') : '✗ no call',
          transport === 'websocket' && contest !== undefined ? signed(contest.p95, 'ms') : '',
          ...metrics.map(({ id, unit, statistic }) => shown(statisticOf(cell.figures[id], statistic), unit)),
        ],
      ];
    }),
  );
  return layOut(columns, [head, ...rows]);
}

const SHORT: Readonly<Record<string, string>> = {
  barge_stop_ear_ms: 'barge p95',
  'mos.up': 'MOS↑',
  'mos.down': 'MOS↓',
  wer: 'WER',
  context_retention: 'kept',
};

const unitOf = (unit: string): string => (unit === 'MOS' || unit === 'count' ? '' : ` ${unitName(unit)}`);
