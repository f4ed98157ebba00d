// A slowly wandering quantity of mean 0 and deviation 1: an Ornstein-Uhlenbeck process on a fixed grid
// of time. It depends on time and seed only, never on who asks how often, so that two transports over
// the same network meet the same slow moments.
import type { Micros } from '#agent/core/time.ts';
import { Noise, type NoiseKey } from './noise.ts';

/** Straight lines between points so close leave the deviation 0.2 % short of 1. */
const STEPS_PER_TAU = 100;
/** No finer than this, however short the time constant. */
const STEP_US_MIN = 100;

export class Drift {
  readonly #stepUs: number;
  readonly #keep: number;
  readonly #renew: number;
  readonly #draw: Noise;
  #index = 0;
  #value: number;
  #next: number;

  constructor(tauUs: number, key: NoiseKey) {
    this.#stepUs = Math.max(STEP_US_MIN, Math.round(tauUs / STEPS_PER_TAU));
    this.#keep = Math.exp(-this.#stepUs / tauUs);
    this.#renew = Math.sqrt(1 - this.#keep * this.#keep);
    this.#draw = new Noise(key, 'drift');
    this.#value = this.#draw.normal();
    this.#next = this.#after(this.#value);
  }

  /** The value at `now`, which must not go back. */
  at(now: Micros): number {
    const index = Math.floor(now / this.#stepUs);
    while (this.#index < index) {
      this.#value = this.#next;
      this.#next = this.#after(this.#next);
      this.#index += 1;
    }
    const share = now / this.#stepUs - this.#index;
    return this.#value + (this.#next - this.#value) * share;
  }

  #after(value: number): number {
    return this.#keep * value + this.#renew * this.#draw.normal();
  }
}
