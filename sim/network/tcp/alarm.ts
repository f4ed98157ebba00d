// One timer that is moved far more often than it fires, as TCP's are: moving it later costs nothing,
// because the clock is only asked again when the old moment comes. It never fires before its time.
import type { Micros } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';

const NEVER = Number.POSITIVE_INFINITY;

export class Alarm {
  readonly #clock: Clock;
  readonly #run: () => void;
  /** When it is to fire. */
  #due: Micros = NEVER;
  /** When the clock will wake us. */
  #wake: Micros = NEVER;
  #timer: Timer = -1;

  constructor(clock: Clock, run: () => void) {
    this.#clock = clock;
    this.#run = run;
  }

  get due(): Micros {
    return this.#due;
  }

  get pending(): boolean {
    return this.#due !== NEVER;
  }

  set(due: Micros): void {
    this.#due = due;
    if (due >= this.#wake) return;
    if (this.#wake !== NEVER) this.#clock.cancel(this.#timer);
    this.#wake = due;
    this.#timer = this.#clock.after(Math.max(0, due - this.#clock.now()), this.#woken, undefined);
  }

  clear(): void {
    this.#due = NEVER;
  }

  readonly #woken = (): void => {
    this.#wake = NEVER;
    const due = this.#due;
    if (due === NEVER) return;
    if (this.#clock.now() < due) return this.set(due);
    this.#due = NEVER;
    this.#run();
  };
}
