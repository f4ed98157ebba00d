// Plays places on worker threads that stay warm, and returns their conversations in the order of the plan,
// whatever the order in which they came back. What is under way at a time is bounded.
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { GateCell, GateRun, GateSet } from '#reports/gate/baseline.ts';
import { COUNT_NAMES, SPAN_NAMES } from './measure.ts';
import { emptyCells, type GatePlan } from './plan.ts';
import type { GateTask } from './worker.ts';

/** Seeds of one task: about half a second of work. */
const SEEDS_PER_TASK = 6;

/** Called whenever conversations have ended. */
export type OnProgress = (done: number) => void;

export class Crew {
  readonly #pool: Piscina<GateTask, GateRun[]>;

  constructor(threads = availableParallelism()) {
    this.#pool = new Piscina({
      filename: new URL('./worker.ts', import.meta.url).href,
      name: 'playTask',
      minThreads: threads,
      maxThreads: threads,
    });
  }

  /** All conversations of `plan`, with the defect named `mutant` where one is. */
  async play(plan: GatePlan, onProgress: OnProgress = () => {}, mutant?: string): Promise<GateSet> {
    const empty = await emptyCells(plan);
    let done = 0;
    const playTask = async (task: GateTask): Promise<GateRun[]> => {
      const runs = await this.#pool.run(task);
      done += runs.length;
      onProgress(done);
      return runs;
    };
    const cells = await Promise.all(
      plan.places.map(async (place, at): Promise<readonly GateCell[]> => {
        const parts = await Promise.all(
          rangesOf(plan.seeds).map((seeds) =>
            playTask({ place, seeds, ...(mutant === undefined ? {} : { mutant }) }),
          ),
        );
        const cell = empty[at];
        return cell === undefined ? [] : [{ ...cell, runs: parts.flat() }];
      }),
    );
    const { providers, policy } = plan;
    return { providers, policy, spans: [...SPAN_NAMES], counts: [...COUNT_NAMES], cells: cells.flat() };
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

function rangesOf({ first, count }: GatePlan['seeds']): readonly GatePlan['seeds'][] {
  return Array.from({ length: Math.ceil(count / SEEDS_PER_TASK) }, (_, at) => ({
    first: first + at * SEEDS_PER_TASK,
    count: Math.min(SEEDS_PER_TASK, count - at * SEEDS_PER_TASK),
  }));
}
