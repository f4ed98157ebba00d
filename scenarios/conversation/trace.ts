// The traces behind a report: that of the worst run is at hand, the others of the virtual world are
// played again from their seeds, which gives the same facts. Of real time only what was kept is shown.
import { play } from '../runner/play.ts';
import type { PlayedRange } from '../runner/range.ts';
import type { RunRequest } from '../runner/run.ts';
import { type Traced, worstSeeds } from './assemble.ts';

/** The worst first. */
export async function tracesOf(
  request: RunRequest,
  { runs, worst }: PlayedRange,
): Promise<readonly Traced[]> {
  const known = worst === undefined ? [] : [{ seed: worst.seed, facts: worst.facts }];
  if (request.world !== 'sim' || runs.length < 2) return known;
  const traces: Traced[] = [];
  for (const seed of worstSeeds(runs, request.scenario)) {
    const kept = known.find((trace) => trace.seed === seed);
    traces.push(kept ?? { seed, facts: (await play({ ...request, seed })).facts });
  }
  return traces;
}
