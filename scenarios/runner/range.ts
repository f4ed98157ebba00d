// A range of seeds, played one after the other: in this process, or as the task of a worker thread that
// stays warm for the whole campaign. Of each run its samples are kept, and of all of them one trace: of
// the first that did not finish, or else of the slowest to answer.
import type { Fact } from '#sim/kernel/fact.ts';
import type { Prices } from '../kpis/conversation.ts';
import { badness, type FoldedRun, fold } from '../kpis/fold.ts';
import { play } from './play.ts';
import type { RunRequest } from './run.ts';

/** `count` seeds from `request.seed` on. */
export type SeedRange = { readonly request: RunRequest; readonly prices: Prices; readonly count: number };

export type PlayedRange = {
  /** In the order of their seeds. */
  readonly runs: readonly FoldedRun[];
  readonly worst: Worst | undefined;
};

/** The run worth looking at. */
export type Worst = { readonly seed: number; readonly badness: number; readonly facts: readonly Fact[] };

export async function playRange(
  { request, prices, count }: SeedRange,
  onRun: () => void = () => {},
): Promise<PlayedRange> {
  const runs: FoldedRun[] = [];
  let worst: Worst | undefined;
  for (let index = 0; index < count; index += 1) {
    const outcome = await play({ ...request, seed: request.seed + index });
    const run = fold(outcome, request.scenario, prices);
    worst = worstOf(worst, { seed: run.seed, badness: badness(run), facts: outcome.facts });
    runs.push(run);
    onRun();
  }
  return { runs, worst };
}

/** Of equally bad ones that with the lower seed, whichever came first. */
export function worstOf(one: Worst | undefined, other: Worst | undefined): Worst | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.badness !== other.badness) return one.badness > other.badness ? one : other;
  return one.seed <= other.seed ? one : other;
}
