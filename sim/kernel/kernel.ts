// The kernel of the virtual world: it alone moves time. It takes the earliest event, sets the time,
// runs it, lets everything it woke settle, and takes the next; idle time costs nothing. It refuses
// to run an instant that never ends, fails a run in which a promise was rejected unheard, and tells
// an empty future from a finished one.
import type { Micros } from '#agent/core/time.ts';
import type { Clock, Timer } from './clock.ts';
import { TimerHeap } from './heap.ts';
import { type SettleName, settleOf } from './settle.ts';

/** Events at one instant before the run fails: a zero-delay loop. */
const EVENTS_PER_INSTANT_MAX = 10_000;
const NAMES_KEPT = 8;

export type RunOptions = {
  /** Time at which the run ends even if events remain. */
  readonly untilUs: Micros;
  /** Asked after every event; true ends the run. */
  readonly stopWhen: () => boolean;
};

/** `idle`: nothing is left to happen and `stopWhen` never held: a deadlock, if something was expected. */
export type RunEnd = 'stopped' | 'until' | 'idle';

export class Kernel implements Clock {
  readonly #heap = new TimerHeap();
  readonly #settle: ReturnType<typeof settleOf>;
  #now: Micros = 0;
  #events = 0;
  #instantEvents = 0;
  readonly #lastNames: string[] = [];
  #holds = 0;
  #held: Promise<unknown> = Promise.resolve();
  /** The first rejection that nobody handled: a run with one in it has no result. */
  #unheard: { readonly reason: unknown } | undefined;

  constructor(settle: SettleName = 'tick') {
    this.#settle = settleOf(settle);
  }

  now(): Micros {
    return this.#now;
  }

  /** Events run so far. */
  get events(): number {
    return this.#events;
  }

  after<A>(delay: Micros, run: (argument: A) => void, argument: A): Timer {
    if (!Number.isSafeInteger(delay) || delay < 0) {
      throw new RangeError(`delay must be a whole number of microseconds ≥ 0, not ${delay}`);
    }
    return this.#heap.push(this.#now + delay, run as (argument: unknown) => void, argument);
  }

  cancel(timer: Timer): void {
    this.#heap.cancel(timer);
  }

  /**
   * Freezes time until `work` (really asynchronous: a thread pool, a model) has settled. Works in
   * flight are released in the order they were asked for, whatever order the machine finishes in.
   */
  hold<T>(work: Promise<T>): Promise<T> {
    this.#holds += 1;
    // A work that fails before its turn waits with its error, and is not unheard meanwhile.
    work.catch(() => {});
    const previous = this.#held;
    const released = (async () => {
      await previous;
      return await work;
    })();
    this.#held = released.then(
      () => undefined,
      () => undefined,
    );
    void this.#held.then(() => {
      this.#holds -= 1;
    });
    return released;
  }

  /**
   * Runs events until one of the ends. Rejects with the error of the event that threw, or of a promise
   * that was rejected during the run and handled by nobody.
   */
  async run(options: RunOptions): Promise<RunEnd> {
    this.#unheard = undefined;
    process.on('unhandledRejection', this.#hear);
    try {
      for (;;) {
        const end = await this.#drive(options);
        if (end !== 'held') return end;
        await this.#held;
      }
    } finally {
      process.off('unhandledRejection', this.#hear);
    }
  }

  readonly #hear = (reason: unknown): void => {
    this.#unheard ??= { reason };
  };

  #drive(options: RunOptions): Promise<RunEnd | 'held'> {
    return new Promise((resolve, reject) => {
      let end: RunEnd | 'held' = 'idle';
      const step = (): boolean => {
        if (this.#unheard !== undefined) throw this.#unheard.reason;
        if (this.#holds > 0) {
          end = 'held';
          return false;
        }
        const reached = this.#step(options);
        if (reached === undefined) return true;
        end = reached;
        return false;
      };
      this.#settle(step, (error) => (error === undefined ? resolve(end) : reject(error)));
    });
  }

  /** One event; or why there is none. */
  #step(options: RunOptions): RunEnd | undefined {
    if (options.stopWhen()) return 'stopped';
    const next = this.#heap.peek();
    if (next === undefined) return 'idle';
    if (next > options.untilUs) {
      this.#now = Math.max(this.#now, options.untilUs);
      return 'until';
    }
    const due = this.#heap.pop();
    if (due === undefined) return 'idle';
    this.#count(due.time, due.run);
    due.run(due.argument);
    return undefined;
  }

  #count(time: Micros, run: (argument: unknown) => void): void {
    this.#events += 1;
    if (time > this.#now) {
      this.#now = time;
      this.#instantEvents = 0;
      return;
    }
    this.#instantEvents += 1;
    if (this.#instantEvents < EVENTS_PER_INSTANT_MAX - NAMES_KEPT) return;
    if (this.#instantEvents === EVENTS_PER_INSTANT_MAX - NAMES_KEPT) this.#lastNames.length = 0;
    this.#lastNames.push(run.name || 'anonymous');
    if (this.#instantEvents < EVENTS_PER_INSTANT_MAX) return;
    const names = [...new Set(this.#lastNames.slice(-NAMES_KEPT))].join(', ');
    throw new Error(`time stands still at ${time} µs: ${EVENTS_PER_INSTANT_MAX} events, the last: ${names}`);
  }
}
