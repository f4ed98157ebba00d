// A worker thread of the gate: plays a range of seeds in one place, with a defect where one is named, and
// returns what the gate keeps of them. Stays warm from one place to the next.
import type { GateRun } from '#reports/gate/baseline.ts';
import { play } from '../runner/play.ts';
import { measure } from './measure.ts';
import { mutantOf } from './mutant/catalogue.ts';
import { type Place, scenarioOf } from './plan.ts';

export type GateTask = {
  readonly place: Place;
  readonly seeds: { readonly first: number; readonly count: number };
  /** Name of the defect; none when absent. */
  readonly mutant?: string;
};

export async function playTask({ place, seeds, mutant }: GateTask): Promise<GateRun[]> {
  const { transport, network, providers } = place;
  const scenario = await scenarioOf(place.scenario);
  const defect = mutant === undefined ? undefined : mutantOf(mutant).defect;
  const runs: GateRun[] = [];
  for (let index = 0; index < seeds.count; index += 1) {
    const seed = seeds.first + index;
    const request = { scenario, world: 'sim', seed, providers, network, transport } as const;
    runs.push(measure(await play(request, undefined, defect), scenario));
  }
  return runs;
}
