// Bad moments of a network that begin and end by themselves: spikes, outages, hand-overs. When they
// come depends on time and seed only; they may overlap, and then the latest end counts.
import type { Micros } from '#agent/core/time.ts';
import type { Outage, Spike } from './impairment.ts';
import { Noise, type NoiseKey } from './noise.ts';

export class Episodes {
  readonly #gapUs: () => number;
  readonly #lengthUs: () => number;
  #next: number;
  #end = 0;

  private constructor(firstUs: number, gapUs: () => number, lengthUs: () => number) {
    this.#next = firstUs;
    this.#gapUs = gapUs;
    this.#lengthUs = lengthUs;
  }

  /** Poisson arrivals of exponential length. */
  static spikes(spike: Spike, key: NoiseKey): Episodes {
    const draw = new Noise(key, 'spike');
    const gapUs = () => (draw.exponential() * 1_000_000) / spike.perSecond;
    return new Episodes(gapUs(), gapUs, () => draw.exponential() * spike.meanMs * 1_000);
  }

  /** On a grid (first after half a period) or Poisson; uniform in length. */
  static outages(outage: Outage, key: NoiseKey): Episodes {
    const draw = new Noise(key, 'outage');
    const periodUs = outage.periodMs * 1_000;
    const spreadUs = (outage.maxMs - outage.minMs) * 1_000;
    const lengthUs = () => outage.minMs * 1_000 + spreadUs * draw.uniform();
    if (outage.random !== true) return new Episodes(periodUs / 2, () => periodUs, lengthUs);
    const gapUs = () => draw.exponential() * periodUs;
    return new Episodes(gapUs(), gapUs, lengthUs);
  }

  /** When the episodes begun by `now` are over: at most `now` when none is on. `now` must not go back. */
  until(now: Micros): Micros {
    while (this.#next <= now) {
      this.#end = Math.max(this.#end, Math.round(this.#next + this.#lengthUs()));
      this.#next += this.#gapUs();
    }
    return this.#end;
  }
}
