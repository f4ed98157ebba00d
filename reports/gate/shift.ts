// How far a percentile has moved from base to head, and what of that the draw of the seeds may explain.
// Both sides played the same seeds, so conversations are drawn anew in pairs: what the two share cancels,
// and a defect that slows every turn by the same time leaves no doubt at all. The bound is of the size of the
// move and takes the percentile to vary smoothly; whether it moved at all, `agreement.ts` says without that.
import { Chance } from './chance.ts';
import { once, SHARES, Sorted, STATISTICS, type Statistic } from './spread.ts';
import { studentBound } from './student.ts';

/** Of one statistic, µs. `lower`: one-sided bound of the delta; null with too few conversations. */
export type Shift = {
  readonly statistic: Statistic;
  readonly base: number;
  readonly head: number;
  readonly delta: number;
  readonly lower: number | null;
  /** The same for an improvement. */
  readonly upper: number | null;
  /** Too few samples or conversations to judge it. */
  readonly few: boolean;
};

export type ShiftOptions = {
  /** Keys the draws. */
  readonly key: string;
  /** Probability of a false alarm of this one figure. */
  readonly tail: number;
};

/** Enough for a standard error that is 5 % exact. */
const DRAWS = 250;
/**
 * With fewer samples beyond it a percentile is all but the largest sample: resampling draws the same few
 * again and takes them for certain. The p95 needs 60 samples, the p99 needs 300.
 */
const BEYOND_MIN = 3;
/** Of fewer conversations nothing can be said about others. */
const CONVERSATIONS_MIN = 5;

/**
 * `base` and `head`: samples by conversation, in the same order of seeds. The bound is the delta less
 * Student's multiple of its bootstrap standard error: percentiles of a bootstrap over a few dozen
 * conversations are too narrow, and far too coarse where many figures are judged at once.
 */
export function shiftsOf(
  base: readonly (readonly number[])[],
  head: readonly (readonly number[])[],
  { key, tail }: ShiftOptions,
): readonly Shift[] {
  const clusters = base.length;
  const [before, after] = [new Sorted(base), new Sorted(head)];
  const [from, to] = [before.quantiles(once(clusters)), after.quantiles(once(clusters))];
  const errors = errorsOf(before, after, clusters, key);
  const factor = studentBound(clusters - 1, tail);
  const samples = Math.min(before.count, after.count);
  return STATISTICS.flatMap((statistic, at): readonly Shift[] => {
    const [one, other] = [from[at] ?? null, to[at] ?? null];
    if (one === null || other === null) return [];
    const delta = other - one;
    const margin = (errors[at] ?? 0) * factor;
    const known = clusters >= CONVERSATIONS_MIN && Number.isFinite(margin);
    const thin = samples * (1 - SHARES[statistic]) < BEYOND_MIN - 1e-9;
    const [lower, upper] = known ? [delta - margin, delta + margin] : [null, null];
    return [{ statistic, base: one, head: other, delta, lower, upper, few: thin || !known }];
  });
}

/** Standard errors of the deltas over draws of whole conversations. */
function errorsOf(before: Sorted, after: Sorted, clusters: number, key: string): readonly number[] {
  const chance = new Chance(key);
  const sums = STATISTICS.map(() => ({ n: 0, sum: 0, squares: 0 }));
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const weights = new Int32Array(clusters);
    for (let count = 0; count < clusters; count += 1) {
      const cluster = chance.below(clusters);
      weights[cluster] = (weights[cluster] ?? 0) + 1;
    }
    const [from, to] = [before.quantiles(weights), after.quantiles(weights)];
    for (const [at, total] of sums.entries()) {
      const [one, other] = [from[at] ?? null, to[at] ?? null];
      if (one === null || other === null) continue;
      total.n += 1;
      total.sum += other - one;
      total.squares += (other - one) ** 2;
    }
  }
  return sums.map(({ n, sum, squares }) =>
    n < 2 ? Number.POSITIVE_INFINITY : Math.sqrt(Math.max(0, (squares - sum ** 2 / n) / (n - 1))),
  );
}
