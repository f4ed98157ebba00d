// Whether the gate finds the defects that were made on purpose. Each is played place by place, as the gate
// would play it, until a figure of a place fails: every place is judged with the certainty that all of them
// together need, so the whole set fails as well. Counts of all places together wait for the last one.
import type { GateSet } from '#reports/gate/baseline.ts';
import { compareSets } from '#reports/gate/compare.ts';
import type { Crew } from './crew.ts';
import type { Mutant } from './mutant/mutant.ts';
import type { GatePlan } from './plan.ts';

export type Trial = {
  readonly mutant: string;
  readonly about: string;
  /** What gave it away; undefined when nothing did. */
  readonly caught: { readonly cell: string; readonly figure: string; readonly why: string } | undefined;
  /** Conversations played until then. */
  readonly conversations: number;
};

/** `base`: the same plan without the defect. */
export async function tryMutant(
  { name, about }: Mutant,
  base: GateSet,
  plan: GatePlan,
  crew: Crew,
): Promise<Trial> {
  const played: GateSet['cells'] = [];
  for (const place of plan.places) {
    const head = await crew.play({ ...plan, places: [place] }, undefined, name);
    played.push(...head.cells);
    const own = { ...base, cells: base.cells.slice(0, played.length) };
    const { failures } = compareSets(own, { ...head, cells: played }, { cells: plan.places.length });
    const whole = played.length === plan.places.length;
    const first = failures.find(({ cell }) => whole || cell !== 'all');
    const conversations = played.length * plan.seeds.count;
    if (first !== undefined) {
      const { cell, figure, why } = first;
      return { mutant: name, about, caught: { cell, figure, why }, conversations };
    }
  }
  const conversations = played.length * plan.seeds.count;
  return { mutant: name, about, caught: undefined, conversations };
}
