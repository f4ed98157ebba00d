// Where a number on the page comes from, as a value small enough to hang on every number, and the
// sentence that explains it: definition, source, n, interval, seeds and trace.
import type { Cell, CompareResult, Figure, GridCell, Statistic } from './compare-result.ts';
import { brokenOff } from './hold.ts';
import { intervalOf, metricOf, pairOf, statisticOf } from './lookup.ts';
import { counted, metricName, seedSpan, shown, shownWithUnit, signed, transportName } from './name.ts';

export type Origin =
  /** A figure of a named cell, by the cell's index; of a grid cell likewise. */
  | readonly ['cell' | 'grid', cell: number, metric: string, statistic: Statistic]
  /** WebSocket minus WebRTC of that statistic, by the indices of their cells. */
  | readonly ['cell-', webrtc: number, websocket: number, metric: string, statistic: Statistic]
  | readonly ['grid-', webrtc: number, websocket: number, metric: string, statistic: Statistic]
  /** The paired difference of a metric on a network. */
  | readonly ['pair', network: string, metric: string]
  /** A stage of a named cell: a percentile, or its mean in the typical or the slow answers. */
  | readonly ['stage', cell: number, stage: string, which: 'p50' | 'p95' | 'typical' | 'slow']
  /** Said in words. */
  | readonly ['note', text: string];

/** Lines of an explanation, the first of which is the number itself with its name. */
export function explain(result: CompareResult, origin: Origin): readonly string[] {
  switch (origin[0]) {
    case 'note':
      return [origin[1]];
    case 'pair':
      return pairLines(result, origin[1], origin[2]);
    case 'stage':
      return stageLines(result, origin[1], origin[2], origin[3]);
    case 'cell':
    case 'grid':
      return figureLines(result, cellAt(result, origin[0], origin[1]), origin[2], origin[3]);
    default:
      return differenceLines(result, origin);
  }
}

type AnyCell = Cell | GridCell;

const cellAt = (result: CompareResult, kind: string, index: number): AnyCell | undefined =>
  kind.startsWith('cell') ? result.cells[index] : result.grid?.cells[index];

const placeOf = (cell: AnyCell): string =>
  'network' in cell
    ? cell.network
    : `RTT ${cell.rttMs} ms, jitter ${cell.jitterMs} ms, loss ${cell.lossPercent} %`;

function figureLines(
  result: CompareResult,
  cell: AnyCell | undefined,
  id: string,
  statistic: Statistic,
): readonly string[] {
  const metric = metricOf(result, id);
  if (cell === undefined || metric === undefined) return ['not measured'];
  const figure = cell.figures[id];
  const value = statisticOf(figure, statistic);
  const name = metricName({ label: metric.label, statistic });
  const place = `${transportName(cell.transport)}, ${placeOf(cell)}`;
  const head = `${name}: ${shownWithUnit(value, metric.unit)} · ${place}`;
  return [
    head,
    metric.about,
    measured(figure, statistic, metric.unit, cell.runs),
    ...(metric.provisional ? ['Provisional: a value without a published standard entered.'] : []),
    ...(cell.unfinished > 0 ? [`${brokenOff(cell)}.`] : []),
    `${sourceLine(result)} Trace ${cell.traceHash}.`,
  ];
}

function measured(figure: Figure | undefined, statistic: Statistic, unit: string, runs: number): string {
  const interval = intervalOf(figure, statistic);
  const range =
    interval === null ? '' : `, 95 % interval ${shown(interval.low, unit)} to ${shown(interval.high, unit)}`;
  return `Measured, n = ${figure?.n ?? 0} in ${counted(runs, 'call')}${range}.`;
}

export const sourceLine = (result: CompareResult): string => {
  const names = result.scenarios.map(({ name }) => name).join(', ');
  return `Scenario ${names}, ${seedSpan(result.seeds)}, vendors ${result.providers}, world ${result.world}.`;
};

function differenceLines(
  result: CompareResult,
  [kind, one, other, id, statistic]: Extract<Origin, readonly ['cell-' | 'grid-', ...unknown[]]>,
): readonly string[] {
  const metric = metricOf(result, id);
  const webrtc = cellAt(result, kind, one);
  const websocket = cellAt(result, kind, other);
  if (metric === undefined || webrtc === undefined || websocket === undefined) return ['not measured'];
  const values = [webrtc, websocket].map((cell) => statisticOf(cell.figures[id], statistic));
  const [first = null, second = null] = values;
  const difference = first === null || second === null ? null : second - first;
  const unit = metric.unit === 'share' ? ' points' : metric.unit === 'MOS' ? '' : ` ${metric.unit}`;
  return [
    `${metricName({ label: metric.label, statistic })}, WebSocket minus WebRTC: ` +
      `${signed(difference, metric.unit)}${unit} · ${placeOf(webrtc)}`,
    ...[webrtc, websocket].map((cell) => {
      const value = shownWithUnit(statisticOf(cell.figures[id], statistic), metric.unit);
      const how = measured(cell.figures[id], statistic, metric.unit, cell.runs);
      return `${transportName(cell.transport)} ${value}. ${how}`;
    }),
    sourceLine(result),
  ];
}

function pairLines(result: CompareResult, network: string, id: string): readonly string[] {
  const pair = pairOf(result, network, id);
  const metric = metricOf(result, id);
  if (pair === undefined || metric === undefined) return ['not measured'];
  const { low, high } = pair.interval ?? { low: null, high: null };
  const range = `${signed(low, metric.unit)} to ${signed(high, metric.unit)}`;
  return [
    `${metric.label}, WebSocket minus WebRTC, same seed and same utterance: ` +
      `${signed(pair.median, metric.unit)} ${metric.unit} · ${network}`,
    `Median of n = ${counted(pair.n, 'pair')}, 95 % interval ${range}.`,
    sourceLine(result),
  ];
}

const GROUPS = { typical: 'answers around the median (p40 to p60)', slow: 'slowest tenth of answers' };

function stageLines(
  result: CompareResult,
  index: number,
  stage: string,
  which: 'p50' | 'p95' | 'typical' | 'slow',
): readonly string[] {
  const cell = result.cells[index];
  if (cell === undefined) return ['not measured'];
  const place = `${transportName(cell.transport)}, ${cell.network}`;
  if (which === 'p50' || which === 'p95') {
    const figure = cell.stages[stage];
    const value = shown(statisticOf(figure, which), 'ms');
    return [
      `${stage} ${which}: ${value} ms · ${place}`,
      measured(figure, which, 'ms', cell.runs),
      sourceLine(result),
    ];
  }
  const group = cell[which];
  const value = stage === 'total' ? group?.total : group?.stages[stage];
  return [
    `${stage}: ${shown(value ?? null, 'ms')} ms · ${place}`,
    `Mean over the ${GROUPS[which]}, n = ${group?.n ?? 0}. Stages of one group add up to its total.`,
    sourceLine(result),
  ];
}
