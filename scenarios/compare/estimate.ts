// Figures from samples, with 95 % intervals that assume as little as possible: order statistics for
// percentiles, Wilson's for rates, linearisation for ratios, Student's for means. Where the samples are
// too few for an interval there is none.
import type { Figure, Spread } from '#reports/compare/compare-result.ts';
import type { Summary } from '../kpis/definition.ts';
import { percentile, wilson } from '../kpis/statistic.ts';
import type { FoldedSample } from './fold.ts';

type Interval = { readonly low: number; readonly high: number } | null;

const Z = 1.959963984540054;

/** The figure of a KPI; a sum becomes a mean per call (`calls` of them). */
export function estimate(summary: Summary, samples: readonly FoldedSample[]): Figure {
  const values = samples.map(([value]) => value);
  if (summary === 'percentiles') return spreadOf(values);
  const n = values.length;
  if (n === 0) return { n, value: null, interval: null };
  if (summary === 'ratio') return ratioOf(samples);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (summary === 'rate') {
    const interval = wilson(values.filter((value) => value === 1).length, n);
    return { n, value: rounded(mean), interval: roundedInterval(interval) };
  }
  return { n, value: rounded(mean), interval: roundedInterval(meanInterval(values, mean)) };
}

/** p50 and p95 with the order statistics that hold them with 95 %. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const figure = (share: number): number | null => {
    const value = percentile(sorted, share);
    return value === null ? null : rounded(value);
  };
  return {
    n: sorted.length,
    p50: figure(0.5),
    p95: figure(0.95),
    interval: { p50: quantileInterval(sorted, 0.5), p95: quantileInterval(sorted, 0.95) },
  };
}

/** Needs no distribution; null when the ranks would lie beyond the samples. `sorted` ascending. */
export function quantileInterval(sorted: readonly number[], share: number): Interval {
  const n = sorted.length;
  const half = Z * Math.sqrt(n * share * (1 - share));
  const [low, high] = [sorted[Math.floor(n * share - half) - 1], sorted[Math.ceil(n * share + half)]];
  return low === undefined || high === undefined ? null : { low: rounded(low), high: rounded(high) };
}

/** Σ value / Σ of, over calls or utterances. */
function ratioOf(samples: readonly FoldedSample[]): Figure {
  const n = samples.length;
  const of = samples.reduce((sum, [, part]) => sum + part, 0);
  if (of <= 0) return { n, value: null, interval: null };
  const ratio = samples.reduce((sum, [value]) => sum + value, 0) / of;
  if (n < 2) return { n, value: rounded(ratio), interval: null };
  const squares = samples.reduce((sum, [value, part]) => sum + (value - ratio * part) ** 2, 0);
  const half = (studentOf(n - 1) * Math.sqrt((n / (n - 1)) * squares)) / of;
  const interval = { low: Math.max(0, ratio - half), high: ratio + half };
  return { n, value: rounded(ratio), interval: roundedInterval(interval) };
}

function meanInterval(values: readonly number[], mean: number): Interval {
  const n = values.length;
  if (n < 2) return null;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentOf(n - 1) * Math.sqrt(variance / n);
  return { low: mean - half, high: mean + half };
}

/** 97.5 % quantile of Student's distribution (Cornish–Fisher expansion; 3 % low at 2 degrees). */
function studentOf(degrees: number): number {
  const first = (Z ** 3 + Z) / 4;
  const second = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96;
  const third = (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384;
  return Z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}

/** Five significant digits: more than any figure here has. */
export const rounded = (value: number): number => Number(value.toPrecision(5));

const roundedInterval = (interval: Interval): Interval =>
  interval === null ? null : { low: rounded(interval.low), high: rounded(interval.high) };
