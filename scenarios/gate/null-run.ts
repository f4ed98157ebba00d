// Whether the gate keeps quiet where nothing is wrong. Base and head are the same code on other seeds: two
// sets of conversations, drawn at random from many and without any in common, so that every figure differs
// and none of the differences means anything. An alarm is a false one.
import type { GateCell, GateSet } from '#reports/gate/baseline.ts';
import { Chance } from '#reports/gate/chance.ts';
import { compareSets } from '#reports/gate/compare.ts';
import type { GateFailure } from '#reports/gate/gate-result.ts';

export type NullRun = { readonly number: number; readonly failures: readonly GateFailure[] };

/** `many`: with at least twice `size` conversations in each cell. */
export function* nullRuns(many: GateSet, size: number, count: number): Iterable<NullRun> {
  for (let number = 1; number <= count; number += 1) {
    const order = shuffled(many.cells[0]?.runs.length ?? 0, new Chance(`null ${number}`));
    const base = withRuns(many, order.slice(0, size));
    const head = withRuns(many, order.slice(size, 2 * size));
    yield { number, failures: compareSets(base, head).failures };
  }
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
