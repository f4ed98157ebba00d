// Order statistics of samples that belong to conversations, and what they become when conversations are
// drawn anew: samples are sorted once, and a draw is only how often each conversation counts.

export const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
export type Statistic = keyof typeof SHARES;
export const STATISTICS = Object.keys(SHARES) as readonly Statistic[];

/** µs of each, in the order of `STATISTICS`; null where there is no sample. */
export type Quantiles = readonly (number | null)[];

export class Sorted {
  /** Ascending, with the conversation of each. */
  readonly #values: readonly number[];
  readonly #clusters: Int32Array;

  /** `byCluster`: the samples of each conversation. */
  constructor(byCluster: readonly (readonly number[])[]) {
    const all = byCluster.flatMap((values, cluster) => values.map((value) => [value, cluster] as const));
    all.sort((one, other) => one[0] - other[0]);
    this.#values = all.map(([value]) => value);
    this.#clusters = Int32Array.from(all, ([, cluster]) => cluster);
  }

  get count(): number {
    return this.#values.length;
  }

  /** Nearest-rank quantiles with every sample counted as often as its conversation's weight says. */
  quantiles(weights: Int32Array): Quantiles {
    let total = 0;
    for (const cluster of this.#clusters) total += weights[cluster] ?? 0;
    if (total === 0) return STATISTICS.map(() => null);
    const found: number[] = [];
    let seen = 0;
    let at = -1;
    for (const statistic of STATISTICS) {
      const rank = Math.max(1, Math.ceil(SHARES[statistic] * total - 1e-9));
      while (seen < rank) {
        at += 1;
        seen += weights[this.#clusters[at] ?? 0] ?? 0;
      }
      found.push(this.#values[at] ?? 0);
    }
    return found;
  }
}

/** Every conversation once. */
export const once = (clusters: number): Int32Array => new Int32Array(clusters).fill(1);

/** The nearest-rank quantile of unsorted values. */
export function quantileOf(values: Iterable<number>, share: number): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(1, Math.ceil(share * sorted.length - 1e-9)) - 1] ?? null;
}
