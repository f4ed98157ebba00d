// The arithmetic of KPIs. Percentiles are nearest-rank order statistics of the raw samples, so each is
// a sample that really occurred and can be replayed; nothing is interpolated, bucketed or averaged
// away, and nothing is ever made of no samples.

/**
 * The smallest sample that at least `share` (0…1) of all samples do not exceed: rank ⌈share·n⌉.
 * Null for no samples.
 */
export function percentile(samples: readonly number[], share: number): number | null {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[rankOf(sorted.length, share) - 1] ?? null;
}

/** p50, p95 and p99 with one sort. */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((one, other) => one - other);
  const at = (share: number): number | null => sorted[rankOf(sorted.length, share) - 1] ?? null;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export type Spread = {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
};

/** Guarded against 0.95 · 20 = 19.000000000000004 and its kind. */
const rankOf = (count: number, share: number): number => Math.max(1, Math.ceil(share * count - 1e-9));

export type Interval = { readonly low: number; readonly high: number };

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/** Wilson's 95 % score interval of a rate of `hits` in `n`; null for no events. */
export function wilson(hits: number, n: number): Interval | null {
  if (n === 0) return null;
  const rate = hits / n;
  const scale = 1 + Z ** 2 / n;
  const centre = (rate + Z ** 2 / (2 * n)) / scale;
  const half = (Z / scale) * Math.sqrt((rate * (1 - rate)) / n + Z ** 2 / (4 * n ** 2));
  // At the edges the interval ends exactly there; floating point would miss it by an ulp.
  return {
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === n ? 1 : Math.min(1, centre + half),
  };
}
