// Plays a plan on worker threads and returns the runs of every cell in the order of the plan, whatever
// the order in which they came back.
import { availableParallelism } from 'node:os';
import type { FoldedRun } from './fold.ts';
import { type ComparePlan, type Job, jobsOf } from './plan.ts';
import type { CompareTask } from './worker.ts';

/** Seeds of one task: long enough that dispatch vanishes, short enough for an even end. */
const SEEDS_PER_TASK = 5;

export type Played = { readonly job: Job; readonly runs: readonly FoldedRun[] };

/** Called with the number of conversations done, and of all. */
export type OnProgress = (done: number, total: number) => void;

export async function sweep(plan: ComparePlan, onProgress: OnProgress): Promise<readonly Played[]> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina<CompareTask, FoldedRun[]>({
    filename: new URL('./worker.ts', import.meta.url).href,
    name: 'playTask',
    minThreads: availableParallelism(),
    maxThreads: availableParallelism(),
  });
  const jobs = jobsOf(plan);
  const total = jobs.length * plan.scenarios.length * plan.runs;
  let done = 0;
  const playTask = async (task: CompareTask): Promise<FoldedRun[]> => {
    const runs = await pool.run(task);
    done += task.count;
    onProgress(done, total);
    return runs;
  };
  try {
    return await Promise.all(
      jobs.map(async (job): Promise<Played> => {
        const parts = await Promise.all(tasksOf(plan, job).map(playTask));
        return { job, runs: parts.flat() };
      }),
    );
  } finally {
    await pool.destroy();
  }
}

export function tasksOf(plan: ComparePlan, { transport, network }: Job): readonly CompareTask[] {
  const { scenarios, runs, seed, providers } = plan;
  const starts = Array.from({ length: Math.ceil(runs / SEEDS_PER_TASK) }, (_, at) => at * SEEDS_PER_TASK);
  return scenarios.flatMap((scenario) =>
    starts.map((start) => ({
      request: { scenario, world: 'sim', seed: seed + start, providers, network, transport },
      count: Math.min(SEEDS_PER_TASK, runs - start),
    })),
  );
}
