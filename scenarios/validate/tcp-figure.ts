// What is compared between the TCP model and a real stack: quantiles of delivery delay, the share of
// late frames, stalls, and the regime that follows from them; and how far apart two of them are.

export type TcpFigures = {
  /** Quantiles of one-way delivery delay, ms. */
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  /** Share of frames more than 100 ms later than the base delay, %. */
  readonly late100: number;
  /** Runs of such frames, per stream and minute. */
  readonly stalls: number;
};

/** `fine`: fewer than one frame in a hundred is late. `collapse`: half of them wait over a second. */
export type Regime = 'fine' | 'stalls' | 'collapse';

export type Quantile = 'p50' | 'p90' | 'p95' | 'p99';
export const QUANTILES: readonly Quantile[] = ['p50', 'p90', 'p95', 'p99'];

/** Noise of the measuring host: differences up to this many ms are none. */
const SLACK_MS: Readonly<Record<Quantile, number>> = { p50: 3, p90: 3, p95: 3, p99: 15 };
const LATE_PERCENT = 1;
const COLLAPSE_MS = 1_000;

/** From the delays of all frames, sorted, ms. */
export function figuresOf(
  sorted: Float64Array,
  stalls: number,
  streamMinutes: number,
  baseMs: number,
): TcpFigures {
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  let late = 0;
  for (const delay of sorted) if (delay > baseMs + 100) late += 1;
  return {
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    late100: (100 * late) / Math.max(1, sorted.length),
    stalls: stalls / streamMinutes,
  };
}

export function regimeOf({ p50, late100 }: TcpFigures): Regime {
  if (p50 > COLLAPSE_MS) return 'collapse';
  return late100 >= LATE_PERCENT ? 'stalls' : 'fine';
}

/** Relative difference at a quantile, %; 0 within the slack. */
export function errorAt(quantile: Quantile, model: TcpFigures, real: TcpFigures): number {
  const difference = Math.abs(model[quantile] - real[quantile]);
  return difference <= SLACK_MS[quantile] ? 0 : (100 * difference) / real[quantile];
}
