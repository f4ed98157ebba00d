// The delay at which waiting longer for packets out of order stops to pay: each level costs its delay
// beyond what the buffer holds anyway, and 20 ms for every per cent of packets it would still lose.
import { Histogram } from './histogram.ts';
import type { JitterSettings } from './setting.ts';

export class Reorder {
  readonly #settings: JitterSettings;
  readonly #histogram: Histogram;
  #optimalMs = 0;

  constructor(settings: JitterSettings) {
    this.#settings = settings;
    this.#histogram = new Histogram(settings.buckets, settings.reorderForget, settings.startForgetWeight);
  }

  reset(): void {
    this.#histogram.reset();
    this.#optimalMs = 0;
  }

  get optimalMs(): number {
    return this.#optimalMs;
  }

  /** `baseMs`: the target without reordering. */
  update(delayMs: number, reordered: boolean, baseMs: number): void {
    const { bucketMs, msPerLossPercent } = this.#settings;
    this.#histogram.add(reordered ? Math.floor(delayMs / bucketMs) : 0);
    let lost = 1;
    let best = 0;
    let costMin = Number.POSITIVE_INFINITY;
    for (let level = 0; level < this.#histogram.buckets; level += 1) {
      lost -= this.#histogram.share(level);
      const delay = Math.max(0, level * bucketMs - baseMs);
      const cost = delay + 100 * msPerLossPercent * Math.max(0, lost);
      if (cost < costMin) {
        costMin = cost;
        best = level;
      }
      if (delay > costMin) break;
    }
    this.#optimalMs = (1 + best) * bucketMs;
  }
}
