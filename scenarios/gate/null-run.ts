// Whether the gate keeps quiet where nothing is wrong. Base and head are the same code on other seeds: two
// sets of conversations, drawn at random from many and without any in common, so that every figure differs
// and none of the differences means anything. An alarm is a false one.
import type { GateCell, GateSet } from '#reports/gate/baseline.ts';
import { Chance } from '#reports/gate/chance.ts';
import { type Comparison, compareSets } from '#reports/gate/compare.ts';
import { placeOf } from '#reports/gate/sentence.ts';

export type NullRun = { readonly number: number; readonly comparison: Comparison };

/** `many`: with at least twice `size` conversations in each cell. Another `label` draws other sets. */
export function* nullRuns(many: GateSet, size: number, count: number, label = 'null'): Iterable<NullRun> {
  for (let number = 1; number <= count; number += 1) {
    const order = shuffled(many.cells[0]?.runs.length ?? 0, new Chance(`${label} ${number}`));
    const base = withRuns(many, order.slice(0, size));
    const head = withRuns(many, order.slice(size, 2 * size));
    yield { number, comparison: compareSets(base, head) };
  }
}

/** What came closest to an alarm. */
export type Nearest = {
  readonly cell: string;
  readonly figure: string;
  /** How probable such agreement of conversations was, and how improbable it would have had to be. */
  readonly chance: number;
  readonly level: number;
};

/** Of the latencies that moved by their tolerance with a bound above 0, and of all counts. */
export function nearestOf({ cells, counts, level }: Comparison): Nearest | undefined {
  const together = { place: 'all', figures: [], counts };
  const all = [...cells.map((cell) => ({ ...cell, place: placeOf(cell) })), together].flatMap((cell) => {
    const moved = cell.figures.filter(
      ({ verdict, delta, tolerance, lower }) => verdict !== 'few' && delta >= tolerance && (lower ?? 0) > 0,
    );
    return [
      ...moved.map(({ kpi, statistic, chance }) => ({ figure: `${kpi} ${statistic}`, chance })),
      ...cell.counts.map(({ count, chance }) => ({ figure: count, chance })),
    ].map((found) => ({ cell: cell.place, ...found, level }));
  });
  return all.toSorted((one, other) => one.chance - other.chance)[0];
}

/** Of every cell the conversations at `places`, numbered anew: which is whose pair does not matter. */
const withRuns = (set: GateSet, places: readonly number[]): GateSet => ({
  ...set,
  cells: set.cells.map((cell): GateCell => {
    const runs = places.flatMap((at, number) => {
      const run = cell.runs[at];
      return run === undefined ? [] : [{ ...run, seed: number + 1 }];
    });
    return { ...cell, runs };
  }),
});

function shuffled(count: number, chance: Chance): readonly number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = chance.below(at + 1);
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}
