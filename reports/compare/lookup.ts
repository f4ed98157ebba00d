// Finding figures in a comparison: by transport and network, by place in the grid, by statistic. Pure;
// what is absent is null or undefined, never zero.
import type {
  Cell,
  CompareResult,
  Figure,
  Grid,
  GridCell,
  Metric,
  Pair,
  Statistic,
} from './compare-result.ts';

/** The headline. */
export const ANSWER = 'voice_to_voice_ms';

/** A difference smaller than one frame of audio is none. */
export const MARGIN_MS = 20;

export const metricOf = (result: CompareResult, id: string): Metric | undefined =>
  result.metrics.find((metric) => metric.id === id);

export const cellOf = (result: CompareResult, transport: string, network: string): Cell | undefined =>
  result.cells.find((cell) => cell.transport === transport && cell.network === network);

export type Place = { readonly rttMs: number; readonly jitterMs: number; readonly lossPercent: number };

export const gridCellOf = (grid: Grid, transport: string, place: Place): GridCell | undefined =>
  grid.cells.find(
    (cell) =>
      cell.transport === transport &&
      cell.rttMs === place.rttMs &&
      cell.jitterMs === place.jitterMs &&
      cell.lossPercent === place.lossPercent,
  );

export const pairOf = (result: CompareResult, network: string, metric: string): Pair | undefined =>
  result.pairs.find((pair) => pair.network === network && pair.metric === metric);

/** The statistic of a figure; null when it was not measured or the figure has no such statistic. */
export function statisticOf(figure: Figure | undefined, statistic: Statistic): number | null {
  if (figure === undefined) return null;
  if ('value' in figure) return statistic === 'value' ? figure.value : null;
  return statistic === 'value' ? null : figure[statistic];
}

/** The 95 % interval of that statistic. */
export function intervalOf(
  figure: Figure | undefined,
  statistic: Statistic,
): { readonly low: number; readonly high: number } | null {
  if (figure === undefined) return null;
  if ('value' in figure) return statistic === 'value' ? figure.interval : null;
  return statistic === 'value' ? null : figure.interval[statistic];
}

/** `other` minus `one`; null when either is missing. */
export const minus = (other: number | null, one: number | null): number | null =>
  other === null || one === null ? null : other - one;

/** Both transports were played, so that they can be compared. */
export const hasBoth = ({ transports }: Pick<CompareResult, 'transports'>): boolean =>
  transports.includes('webrtc') && transports.includes('websocket');

/** The jitter of the RTT × loss map: the smallest there is, so that only its own axes act. */
export const calmJitter = (grid: Grid): number => Math.min(...grid.jitterMs);

/** Metrics that were measured anywhere: in a named cell or in the grid. */
export const measuredMetrics = (result: CompareResult): readonly Metric[] =>
  result.metrics.filter(({ id, statistic }) =>
    [...result.cells, ...(result.grid?.cells ?? [])].some(
      (cell) => statisticOf(cell.figures[id], statistic) !== null,
    ),
  );
