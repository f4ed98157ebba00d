// Order statistics of samples that belong to conversations, and what they become when conversations are
// drawn anew: samples are sorted once, and a draw is only how often each conversation counts.

export const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
export type Statistic = keyof typeof SHARES;
export const STATISTICS = Object.keys(SHARES) as readonly Statistic[];

/** µs of each, in the order of `STATISTICS`; null where there is no sample. */
export type Quantiles = readonly (number | null)[];

export class Sorted {
  /** Descending, with the conversation of each: most percentiles are found near the top. */
  readonly #values: readonly number[];
  readonly #clusters: Int32Array;
  /** Samples of each conversation. */
  readonly #sizes: Int32Array;

  /** `byCluster`: the samples of each conversation. */
  constructor(byCluster: readonly (readonly number[])[]) {
    const all = byCluster.flatMap((values, cluster) => values.map((value) => [value, cluster] as const));
    all.sort((one, other) => other[0] - one[0]);
    this.#values = all.map(([value]) => value);
    this.#clusters = Int32Array.from(all, ([, cluster]) => cluster);
    this.#sizes = Int32Array.from(byCluster, ({ length }) => length);
  }

  get count(): number {
    return this.#values.length;
  }

  /** Nearest-rank quantiles with every sample counted as often as its conversation's weight says. */
  quantiles(weights: Int32Array): Quantiles {
    let total = 0;
    for (const [cluster, size] of this.#sizes.entries()) total += size * (weights[cluster] ?? 0);
    const found: (number | null)[] = STATISTICS.map(() => null);
    if (total === 0) return found;
    let seen = 0;
    let at = -1;
    for (let index = STATISTICS.length - 1; index >= 0; index -= 1) {
      const share = SHARES[STATISTICS[index] ?? 'p50'];
      const beyond = total - Math.max(1, Math.ceil(share * total - 1e-9));
      while (seen <= beyond) {
        at += 1;
        seen += weights[this.#clusters[at] ?? 0] ?? 0;
      }
      found[index] = this.#values[at] ?? 0;
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
