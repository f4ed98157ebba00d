// A worker thread of a comparison: plays a range of seeds of one cell and returns what is left of them
// after folding. The realm stays warm for the whole sweep.
import { play } from '../runner/play.ts';
import { type FoldedRun, foldRun } from './fold.ts';
import type { CompareRequest } from './request.ts';

export type CompareTask = { readonly request: CompareRequest; readonly count: number };

export async function playTask({ request, count }: CompareTask): Promise<FoldedRun[]> {
  const runs: FoldedRun[] = [];
  for (let index = 0; index < count; index += 1) {
    const outcome = await play({ ...request, seed: request.seed + index });
    runs.push(foldRun(outcome, request.scenario));
  }
  return runs;
}
