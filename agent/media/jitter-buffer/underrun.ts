// The delay that would have kept the buffer from running dry in 95 of 100 half seconds: a histogram
// of the largest relative delay of each interval, and its quantile.
import { Histogram } from './histogram.ts';
import type { JitterSettings } from './setting.ts';

export class Underrun {
  readonly #settings: JitterSettings;
  readonly #histogram: Histogram;
  #intervalStartMs: number | undefined;
  #intervalMax = 0;
  #optimalMs: number | undefined;

  constructor(settings: JitterSettings) {
    this.#settings = settings;
    this.#histogram = new Histogram(settings.buckets, settings.forget, settings.startForgetWeight);
  }

  reset(): void {
    this.#histogram.reset();
    this.#intervalStartMs = undefined;
    this.#intervalMax = 0;
    this.#optimalMs = undefined;
  }

  /** Undefined until the first interval has passed. */
  get optimalMs(): number | undefined {
    return this.#optimalMs;
  }

  /** A packet in order arrived `delayMs` later than the fastest. */
  update(delayMs: number, nowMs: number): void {
    const { intervalMs, bucketMs, quantile } = this.#settings;
    let counted = delayMs;
    if (intervalMs > 0) {
      this.#intervalStartMs ??= nowMs;
      const over = nowMs - this.#intervalStartMs > intervalMs;
      counted = this.#intervalMax;
      if (over) {
        this.#intervalStartMs = nowMs;
        this.#intervalMax = 0;
      }
      this.#intervalMax = Math.max(this.#intervalMax, delayMs);
      if (!over) return;
    }
    this.#histogram.add(Math.floor(counted / bucketMs));
    this.#optimalMs = (1 + this.#histogram.quantile(quantile)) * bucketMs;
  }
}
