// A worker thread of a campaign: plays a range of seeds, one after the other, in a realm that stays
// warm for the whole campaign.
import type { SeedRange } from './campaign.ts';
import { play } from './play.ts';
import type { RunOutcome } from './run.ts';

export async function playRange({ request, count }: SeedRange): Promise<RunOutcome[]> {
  const outcomes: RunOutcome[] = [];
  for (let index = 0; index < count; index += 1) {
    outcomes.push(await play({ ...request, seed: request.seed + index }));
  }
  return outcomes;
}
