// The latest values of something that is measured again and again, and their percentiles: exact, of the last
// so many. It forgets the oldest and never grows.

export type SpreadSummary = {
  /** Values since the beginning, forgotten ones included. */
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly last: number;
};

/** Enough for a p95 that does not jump, few enough to sort at every look. */
const VALUES_MAX = 512;

export class Spread {
  readonly #sizeMax: number;
  readonly #values: number[] = [];
  #count = 0;
  #last = 0;

  constructor(sizeMax: number = VALUES_MAX) {
    this.#sizeMax = sizeMax;
  }

  add(value: number): void {
    this.#values[this.#count % this.#sizeMax] = value;
    this.#count += 1;
    this.#last = value;
  }

  /** Undefined while there is no value. */
  get summary(): SpreadSummary | undefined {
    if (this.#count === 0) return undefined;
    const sorted = this.#values.toSorted((one, other) => one - other);
    return { n: this.#count, p50: ranked(sorted, 0.5), p95: ranked(sorted, 0.95), last: this.#last };
  }
}

/** Nearest rank: a value that was measured, never one between two. */
const ranked = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
