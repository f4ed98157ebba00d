// Many runs of one scenario: in this process when they are few or in real time, otherwise on worker
// threads. A task is a range of seeds, so that dispatch vanishes; results come back in seed order.
import { availableParallelism } from 'node:os';
import { play } from './play.ts';
import type { RunOutcome, RunRequest } from './run.ts';

/** Called after every run that has ended. */
export type OnProgress = (done: number, total: number) => void;

/** Below this, starting threads costs more than it saves. */
const RUNS_IN_PROCESS_MAX = 8;
/** Seeds of one task: some tens of milliseconds of work once a thread is warm. */
const SEEDS_PER_TASK = 4;

export type SeedRange = { readonly request: RunRequest; readonly count: number };

/** `runs` runs with the seeds from `request.seed` on. */
export async function playMany(
  request: RunRequest,
  runs: number,
  onProgress: OnProgress,
): Promise<RunOutcome[]> {
  const serial = request.world !== 'sim' || runs <= RUNS_IN_PROCESS_MAX;
  return serial ? playInTurn(request, runs, onProgress) : playOnThreads(request, runs, onProgress);
}

async function playInTurn(request: RunRequest, runs: number, onProgress: OnProgress): Promise<RunOutcome[]> {
  const outcomes: RunOutcome[] = [];
  for (let index = 0; index < runs; index += 1) {
    outcomes.push(await play({ ...request, seed: request.seed + index }));
    onProgress(outcomes.length, runs);
  }
  return outcomes;
}

async function playOnThreads(
  request: RunRequest,
  runs: number,
  onProgress: OnProgress,
): Promise<RunOutcome[]> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina<SeedRange, RunOutcome[]>({
    filename: new URL('./worker.ts', import.meta.url).href,
    name: 'playRange',
    maxThreads: availableParallelism(),
    minThreads: availableParallelism(),
  });
  let done = 0;
  const tasks: Promise<RunOutcome[]>[] = [];
  for (let first = 0; first < runs; first += SEEDS_PER_TASK) {
    const count = Math.min(SEEDS_PER_TASK, runs - first);
    const range = { request: { ...request, seed: request.seed + first }, count };
    tasks.push(
      pool.run(range).then((outcomes) => {
        done += count;
        onProgress(done, runs);
        return outcomes;
      }),
    );
  }
  try {
    return (await Promise.all(tasks)).flat();
  } finally {
    await pool.destroy();
  }
}
