// What was going on at a moment, of many things with a beginning and an end: found without looking at all
// of them, so that an hour of conversation is joined as fast, by the turn, as a minute. They may overlap,
// and may be given in any order; those that few others outlast are found fastest.
import type { Micros } from '#agent/core/time.ts';

/** From its first moment to the one before `untilUs`; without end where that is infinite. */
export type Interval<T> = { readonly fromUs: Micros; readonly untilUs: Micros; readonly what: T };

export class Intervals<T> {
  /** By their beginning, and of each and all before it the latest end. */
  readonly #sorted: readonly Interval<T>[];
  readonly #latestUs: readonly Micros[];

  constructor(intervals: readonly Interval<T>[]) {
    this.#sorted = intervals.toSorted((one, other) => one.fromUs - other.fromUs);
    let latestUs = Number.NEGATIVE_INFINITY;
    this.#latestUs = this.#sorted.map(({ untilUs }) => {
      latestUs = Math.max(latestUs, untilUs);
      return latestUs;
    });
  }

  /** All that were going on at `t`, the latest begun first. */
  at(t: Micros): readonly T[] {
    const found: T[] = [];
    let index = lastUpTo(this.#sorted, ({ fromUs }) => fromUs, t);
    for (; index >= 0 && (this.#latestUs[index] ?? t) > t; index -= 1) {
      const interval = this.#sorted[index];
      if (interval !== undefined && interval.untilUs > t) found.push(interval.what);
    }
    return found;
  }
}

/** Index of the last of `sorted` whose time is not after `t`; −1 where there is none. */
export function lastUpTo<T>(sorted: readonly T[], timeOf: (value: T) => Micros, t: Micros): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle];
    if (value !== undefined && timeOf(value) <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
