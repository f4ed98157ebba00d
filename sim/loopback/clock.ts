// Real time in the shape of the simulated clock: integer microseconds since its start, timers that
// fire in the order of (time, creation) and, where it is exact, within some tens of microseconds of their
// moment: it may then keep a processor awake for the last millisecond before a timer, and never longer.
import type { Micros } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';

type Due = {
  readonly timer: Timer;
  readonly at: Micros;
  readonly run: (argument: unknown) => void;
  readonly argument: unknown;
};

/** Node's timers fire up to about a millisecond late; the rest is waited out turn by turn. */
const SPIN_US = 1_200;

export type RealClockOptions = {
  /** Its microsecond 0, as `performance.now()` of this process; now when absent. */
  readonly startMs?: number;
  /** False: timers may be a millisecond late, and the processor is left to others meanwhile. */
  readonly exact?: boolean;
};

export class RealClock implements Clock {
  readonly #start: number;
  readonly #spinUs: Micros;
  /** Sorted by (at, timer). */
  readonly #due: Due[] = [];
  #created = 0;
  #sleep: NodeJS.Timeout | undefined;
  #spin: NodeJS.Immediate | undefined;
  #closed = false;
  /** The moment of the instant that runs now. */
  #still: Micros | undefined;

  constructor({ startMs = performance.now(), exact = true }: RealClockOptions = {}) {
    this.#start = startMs;
    this.#spinUs = exact ? SPIN_US : 0;
  }

  now(): Micros {
    return this.#still ?? this.#read();
  }

  /**
   * Runs `run` as one instant, as virtual time does with everything: for whoever asks in it, the clock
   * stands still. So an emulated vendor's delays count from the arrival of what it answers, and what
   * the emulation costs is part of them.
   */
  instant(run: () => void): void {
    this.#still = this.#read();
    try {
      run();
    } finally {
      this.#still = undefined;
    }
  }

  #read(): Micros {
    return Math.floor((performance.now() - this.#start) * 1_000);
  }

  after<A>(delay: Micros, run: (argument: A) => void, argument: A): Timer {
    this.#created += 1;
    if (this.#closed) return this.#created;
    const due: Due = {
      timer: this.#created,
      at: this.now() + Math.max(0, delay),
      run: run as (argument: unknown) => void,
      argument,
    };
    let index = this.#due.length;
    while (index > 0 && (this.#due[index - 1]?.at ?? 0) > due.at) index -= 1;
    this.#due.splice(index, 0, due);
    if (index === 0) this.#arm();
    return due.timer;
  }

  cancel(timer: Timer): void {
    const index = this.#due.findIndex((due) => due.timer === timer);
    if (index < 0) return;
    this.#due.splice(index, 1);
    if (index === 0) this.#arm();
  }

  /** Forgets every timer; later ones are ignored. */
  close(): void {
    this.#closed = true;
    this.#due.length = 0;
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#sleep);
    clearImmediate(this.#spin);
    const next = this.#due[0];
    if (next === undefined) return;
    const rest = next.at - this.#read();
    if (rest > this.#spinUs)
      this.#sleep = setTimeout(this.#wake, Math.max(1, Math.floor((rest - this.#spinUs) / 1_000)));
    else this.#spin = setImmediate(this.#wake);
  }

  readonly #wake = (): void => {
    // Timers made by these callbacks wait for the next turn, so input and output get theirs.
    const until = this.#read();
    let next = this.#due[0];
    while (next !== undefined && next.at <= until) {
      this.#due.shift();
      next.run(next.argument);
      next = this.#due[0];
    }
    this.#arm();
  };
}
