// Many runs of one scenario: in this process when they are few or in real time, otherwise on worker
// threads that stay warm from one scenario to the next. Runs come back folded, with one trace of all;
// what is under way at a time is bounded, however many runs are asked for.
import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';
import type { Prices } from '../kpis/conversation.ts';
import type { FoldedRun } from '../kpis/fold.ts';
import { type PlayedRange, playRange, type SeedRange, type Worst, worstOf } from './range.ts';
import type { RunRequest } from './run.ts';

/** Called whenever runs have ended. */
export type OnProgress = (done: number, total: number) => void;

/** Below this, starting threads costs more than it saves. */
const RUNS_IN_PROCESS_MAX = 8;
/** Seeds of one task: about a second of work, beside which dispatch vanishes. */
const SEEDS_PER_TASK_MAX = 16;
/** One that is played, and one that waits behind it. */
const TASKS_PER_THREAD = 2;

type Pool = Piscina<SeedRange, PlayedRange>;

export class Campaign {
  readonly #prices: Prices;
  readonly #threads: number;
  #pool: Promise<Pool> | undefined;

  constructor(prices: Prices, threads = availableParallelism()) {
    this.#prices = prices;
    this.#threads = threads;
  }

  /** `runs` runs with the seeds from `request.seed` on. */
  async play(request: RunRequest, runs: number, onProgress: OnProgress): Promise<PlayedRange> {
    const whole = { request, prices: this.#prices, count: runs };
    if (request.world === 'sim' && runs > RUNS_IN_PROCESS_MAX) return this.#onThreads(whole, onProgress);
    let done = 0;
    return playRange(whole, () => {
      done += 1;
      onProgress(done, runs);
    });
  }

  /** Ends the threads, if there are any. */
  async close(): Promise<void> {
    const pool = await this.#pool;
    await pool?.destroy();
  }

  async #onThreads(
    { request, prices, count: total }: SeedRange,
    onProgress: OnProgress,
  ): Promise<PlayedRange> {
    const pool = await this.#warmPool();
    const parts = partsOf(total, this.#threads);
    const runs: (readonly FoldedRun[])[] = [];
    let worst: Worst | undefined;
    let done = 0;
    // Every lane takes the next part from the same iterator when it is free.
    const lane = async (): Promise<void> => {
      for (const { index, first, count } of parts) {
        const played = await pool.run({ request: { ...request, seed: request.seed + first }, prices, count });
        runs[index] = played.runs;
        worst = worstOf(worst, played.worst);
        done += count;
        onProgress(done, total);
      }
    };
    await Promise.all(Array.from({ length: this.#threads * TASKS_PER_THREAD }, lane));
    return { runs: runs.flat(), worst };
  }

  #warmPool(): Promise<Pool> {
    this.#pool ??= import('piscina').then(
      ({ Piscina }): Pool =>
        new Piscina({
          filename: new URL('./range.ts', import.meta.url).href,
          name: 'playRange',
          minThreads: this.#threads,
          maxThreads: this.#threads,
        }),
    );
    return this.#pool;
  }
}

type Part = { readonly index: number; readonly first: number; readonly count: number };

/** Large parts first and small ones last, so that all threads end together. */
function* partsOf(total: number, threads: number): Generator<Part> {
  let first = 0;
  for (let index = 0; first < total; index += 1) {
    const fair = Math.ceil((total - first) / (threads * TASKS_PER_THREAD * 2));
    const count = Math.min(SEEDS_PER_TASK_MAX, fair);
    yield { index, first, count };
    first += count;
  }
}
