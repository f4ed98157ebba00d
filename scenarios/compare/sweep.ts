// Plays a plan on worker threads and returns the runs of every cell in the order of the plan, whatever
// the order in which they came back.
import { availableParallelism } from 'node:os';
import type { FoldedRun } from './fold.ts';
import { type ComparePlan, type Job, jobsOf, type Played, tasksOf } from './plan.ts';
import { type Bench, benchesOf } from './variant.ts';
import type { CompareTask } from './worker.ts';

export type Swept = {
  readonly played: readonly Played[];
  /** Runs of the trials by the key of their bench. */
  readonly tried: ReadonlyMap<string, readonly FoldedRun[]>;
};

/** Called with the number of conversations done, and of all. */
export type OnProgress = (done: number, total: number) => void;

export async function sweep(plan: ComparePlan, onProgress: OnProgress): Promise<Swept> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina<CompareTask, FoldedRun[]>({
    filename: new URL('./worker.ts', import.meta.url).href,
    name: 'playTask',
    minThreads: availableParallelism(),
    maxThreads: availableParallelism(),
  });
  const benches = benchesOf(plan);
  const total = conversationsOf(plan);
  let done = 0;
  const playAll = async (tasks: readonly CompareTask[]): Promise<readonly FoldedRun[]> => {
    const parts = await Promise.all(
      tasks.map(async (task) => {
        const runs = await pool.run(task);
        done += task.count;
        onProgress(done, total);
        return runs;
      }),
    );
    return parts.flat();
  };
  const playJob = async (job: Job): Promise<Played> => ({ job, runs: await playAll(tasksOf(plan, job)) });
  const playBench = async ({ key, tasks }: Bench) => [key, await playAll(tasks)] as const;
  try {
    const [played, tried] = await Promise.all([
      Promise.all(jobsOf(plan).map(playJob)),
      Promise.all(benches.map(playBench)),
    ]);
    return { played, tried: new Map(tried) };
  } finally {
    await pool.destroy();
  }
}

/** All of a plan, trials included. */
export function conversationsOf(plan: ComparePlan): number {
  const trials = benchesOf(plan).flatMap(({ tasks }) => tasks);
  const tried = trials.reduce((sum, { count }) => sum + count, 0);
  return jobsOf(plan).length * plan.scenarios.length * plan.runs + tried;
}
