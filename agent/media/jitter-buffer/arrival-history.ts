// How late a packet is, relative to the fastest of the last two seconds of the stream.
import { SlidingMinimum } from './sliding-minimum.ts';

export class ArrivalHistory {
  readonly #spanMs: number;
  readonly #fastest = new SlidingMinimum();
  /** Negated, so that the slowest is the smallest. */
  readonly #slowest = new SlidingMinimum();
  #newestMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  reset(): void {
    this.#fastest.clear();
    this.#slowest.clear();
    this.#newestMs = Number.NEGATIVE_INFINITY;
    this.#count = 0;
  }

  /** Packets seen since the last reset. */
  get count(): number {
    return this.#count;
  }

  /** Notes a packet; true when it is newer than all before it. */
  insert(stampMs: number, arrivalMs: number): boolean {
    const offset = arrivalMs - stampMs;
    const newer = stampMs > this.#newestMs;
    if (newer) this.#newestMs = stampMs;
    this.#count += 1;
    const oldest = this.#newestMs - this.#spanMs;
    this.#fastest.add(stampMs, offset, oldest);
    this.#slowest.add(stampMs, -offset, oldest);
    return newer;
  }

  /** How much later than the fastest packet `stampMs` is at `nowMs`, ms, ≥ 0. */
  delayMs(stampMs: number, nowMs: number): number {
    const fastest = this.#fastest.value;
    return fastest === undefined ? 0 : Math.max(0, nowMs - stampMs - fastest);
  }

  /** The delay of the slowest packet. */
  get delayMsMax(): number {
    const fastest = this.#fastest.value;
    const slowest = this.#slowest.value;
    return fastest === undefined || slowest === undefined ? 0 : -slowest - fastest;
  }
}
