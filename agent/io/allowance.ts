// How much a peer may send: a rate that refills with time, up to a burst. A connection that stood still
// and delivers everything at once is within it; a flood is not.
import type { Micros } from '../core/time.ts';

export class Allowance {
  readonly #perSecond: number;
  readonly #atOnce: number;
  #left: number;
  #at: Micros;

  /** Full at `now`. */
  constructor(perSecond: number, atOnce: number, now: Micros) {
    this.#perSecond = perSecond;
    this.#atOnce = atOnce;
    this.#left = atOnce;
    this.#at = now;
  }

  /** Takes `amount` at `now`; false when there is not enough left. Time never goes back. */
  take(now: Micros, amount: number): boolean {
    const refill = ((now - this.#at) * this.#perSecond) / 1_000_000;
    this.#at = now;
    this.#left = Math.min(this.#atOnce, this.#left + refill);
    if (amount > this.#left) return false;
    this.#left -= amount;
    return true;
  }
}
