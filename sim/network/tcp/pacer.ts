// Spreads what is sent over time, for congestion controls that set a pace. Others send at once.
import type { Micros } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { Alarm } from './alarm.ts';
import type { RateModel } from './congestion.ts';

export class Pacer {
  readonly #model: RateModel | undefined;
  readonly #alarm: Alarm;
  #nextUs: Micros = 0;

  /** `go` runs when a packet that had to wait may leave. */
  constructor(clock: Clock, model: RateModel | undefined, go: () => void) {
    this.#model = model;
    this.#alarm = new Alarm(clock, go);
  }

  /** Whether the next packet must wait; if so, `go` will be told. */
  holds(now: Micros): boolean {
    if (this.#model === undefined || now >= this.#nextUs) return false;
    this.#alarm.set(this.#nextUs);
    return true;
  }

  sent(bytes: number, now: Micros): void {
    if (this.#model !== undefined) this.#nextUs = Math.max(now, this.#nextUs) + this.#model.paceUs(bytes);
  }
}
