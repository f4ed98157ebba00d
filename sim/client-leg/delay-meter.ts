// The mean delay of things that arrive in the order in which they were sent.
import type { Micros } from '#agent/core/time.ts';

export class DelayMeter {
  readonly #sentUs: Micros[] = [];
  #first = 0;
  #sumUs = 0;
  #count = 0;

  sent(now: Micros): void {
    this.#sentUs.push(now);
  }

  /** The oldest one arrived; returns how long it took. */
  arrived(now: Micros): Micros {
    const sentUs = this.#sentUs[this.#first];
    if (sentUs === undefined) return 0;
    this.#first += 1;
    this.add(now - sentUs);
    return now - sentUs;
  }

  /** What is on its way never arrives; how much that is. */
  broke(): number {
    const lost = this.#sentUs.length - this.#first;
    this.#first = this.#sentUs.length;
    return lost;
  }

  add(delayUs: Micros): void {
    this.#sumUs += delayUs;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** 0 when nothing arrived. */
  get meanUs(): Micros {
    return this.#count === 0 ? 0 : Math.round(this.#sumUs / this.#count);
  }
}
