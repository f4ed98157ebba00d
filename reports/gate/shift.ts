// How far a percentile has moved from base to head, and what of that the draw of the seeds may explain.
// Both sides played the same seeds, so conversations are drawn anew in pairs: what the two share cancels,
// and a defect that slows every turn by the same time leaves no doubt at all.
import { Chance } from './chance.ts';
import { once, SHARES, Sorted, STATISTICS, type Statistic } from './spread.ts';
import { coinTail, studentBound } from './student.ts';

/** Of one statistic, µs. `lower`: one-sided bound of the delta; null with too few conversations. */
export type Shift = {
  readonly statistic: Statistic;
  readonly base: number;
  readonly head: number;
  readonly delta: number;
  readonly lower: number | null;
  /** The same for an improvement. */
  readonly upper: number | null;
  /**
   * Whether conversations agree: the probability of so many slower (or faster) ones by chance. Known where
   * the percentile has too few samples beyond it for its bound to be trusted; 0 elsewhere.
   */
  readonly doubt: number;
};

export type ShiftOptions = {
  /** Keys the draws. */
  readonly key: string;
  /** Probability of a false alarm of this one figure. */
  readonly tail: number;
};

/** Enough for a standard error that is 5 % exact. */
const DRAWS = 250;
/** With fewer samples beyond it a percentile is all but the largest sample, which no resampling can judge. */
const BEYOND_MIN = 3;
/** Of fewer conversations nothing can be said about others. */
export const CONVERSATIONS_MIN = 5;

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
  const agreement = agreementOf(base, head);
  return STATISTICS.flatMap((statistic, at): readonly Shift[] => {
    const [one, other] = [from[at] ?? null, to[at] ?? null];
    if (one === null || other === null) return [];
    const delta = other - one;
    const margin = (errors[at] ?? 0) * factor;
    const known = clusters >= CONVERSATIONS_MIN && Number.isFinite(margin);
    const thin = samples * (1 - SHARES[statistic]) < BEYOND_MIN;
    const doubt = thin ? agreement(delta) : 0;
    const [lower, upper] = known ? [delta - margin, delta + margin] : [null, null];
    return [{ statistic, base: one, head: other, delta, lower, upper, doubt }];
  });
}

/** By the mean of each conversation: how likely so many would move the way of the delta by chance. */
function agreementOf(
  base: readonly (readonly number[])[],
  head: readonly (readonly number[])[],
): (delta: number) => number {
  const differences = base.flatMap((values, at) => {
    const others = head[at] ?? [];
    return values.length === 0 || others.length === 0 ? [] : [meanOf(others) - meanOf(values)];
  });
  const slower = differences.filter((difference) => difference > 0).length;
  const faster = differences.filter((difference) => difference < 0).length;
  return (delta) => coinTail(delta > 0 ? slower : faster, slower + faster);
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

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
