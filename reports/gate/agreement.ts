// Whether conversations agree that a latency moved. Were nothing changed, base and head of a pair could as
// well be swapped: every difference would have either sign with equal probability. Wilcoxon's signed ranks
// over all those signs give the exact probability of so much agreement, whatever the samples look like:
// tied, of one value, in two heaps, or with a tail. No bootstrap can promise that of a few dozen.

export type Agreement = {
  /** Conversations that have samples on both sides. */
  readonly pairs: number;
  /** Probability of so much agreement on slower, and on faster, by chance. */
  readonly slower: number;
  readonly faster: number;
  /** The least that either could be with so many conversations that differ: one more bit for each. */
  readonly least: number;
};

type Samples = readonly (readonly number[])[];

/** `base` and `head`: samples by conversation, in the same order of seeds. */
export function agreementOf(base: Samples, head: Samples): Agreement {
  const differences = base.flatMap((values, at) => {
    const others = head[at] ?? [];
    return values.length === 0 || others.length === 0 ? [] : [meanOf(others) - meanOf(values)];
  });
  const moved = differences.filter((difference) => difference !== 0);
  return { pairs: differences.length, ...signedRanks(moved), least: leastTail(moved.length) };
}

/** When all of `count` agree. */
export const leastTail = (count: number): number => 2 ** -count;

/** `differences`: none of them 0. */
function signedRanks(differences: readonly number[]): Pick<Agreement, 'slower' | 'faster'> {
  const ranks = doubledRanks(differences.map(Math.abs));
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const reached = ranks.reduce((sum, rank, at) => sum + ((differences[at] ?? 0) > 0 ? rank : 0), 0);
  const chances = new Float64Array(total + 1);
  chances[0] = 1;
  let top = 0;
  for (const rank of ranks) {
    top += rank;
    for (let sum = top; sum >= 0; sum -= 1)
      chances[sum] = ((chances[sum] ?? 0) + (sum >= rank ? (chances[sum - rank] ?? 0) : 0)) / 2;
  }
  const within = (from: number, to: number): number =>
    Math.min(
      1,
      chances.subarray(from, to + 1).reduce((sum, chance) => sum + chance, 0),
    );
  return { slower: within(reached, total), faster: within(0, reached) };
}

/** Ranks from 1 on, doubled, so that equals share the middle of theirs as a whole number. */
function doubledRanks(sizes: readonly number[]): readonly number[] {
  const sorted = sizes.toSorted((one, other) => one - other);
  const ranks = new Map<number, number>();
  for (let from = 0; from < sorted.length; ) {
    const size = sorted[from] ?? 0;
    let to = from;
    while (sorted[to + 1] === size) to += 1;
    ranks.set(size, from + to + 2);
    from = to + 1;
  }
  return sizes.map((size) => ranks.get(size) ?? 0);
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
