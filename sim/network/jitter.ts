// Delay that differs from packet to packet: four distributions, independent or correlated as Linux
// netem's are, in their own units around the base delay. Every packet consumes its draw, the lost
// ones too, so that the same packets are late at another loss rate.
import { unreachable } from '#agent/core/assert.ts';
import type { Micros } from '#agent/core/time.ts';
import { Drift } from './drift.ts';
import type { Jitter } from './impairment.ts';
import { Noise, type NoiseKey } from './noise.ts';
import { gammaQuantile, normalShare, PARETO_CLIP, paretoScore } from './spread.ts';

export interface JitterProcess {
  /** Added to the base delay of the packet that sets off at `at`, in µs; may be negative. */
  sample(at: Micros): number;
  /** The packet was lost: its draw is spent all the same. */
  skip(): void;
}

export function jitterProcess(jitter: Jitter, key: NoiseKey): JitterProcess {
  const us = jitter.ms * 1_000;
  if (jitter.distribution === 'ou') return new DriftJitter(us, (jitter.tauMs ?? TAU_MS) * 1_000, key);
  const correlation = jitter.correlation ?? 0;
  const draw = new Noise(key, 'delay');
  return correlation > 0
    ? new CorrelatedJitter(jitter.distribution, us, correlation, draw)
    : new IndependentJitter(jitter.distribution, us, draw);
}

/** Time constant of a drift that does not name one, ms (section 2.4 of the specification). */
export const TAU_MS = 200;

type Distribution = Exclude<Jitter['distribution'], 'ou'>;

class IndependentJitter implements JitterProcess {
  readonly #distribution: Distribution;
  readonly #us: number;
  readonly #draw: Noise;

  constructor(distribution: Distribution, us: number, draw: Noise) {
    this.#distribution = distribution;
    this.#us = us;
    this.#draw = draw;
  }

  sample(): number {
    const draw = this.#draw;
    switch (this.#distribution) {
      case 'normal':
        return this.#us * draw.normal();
      case 'uniform':
        return this.#us * (2 * draw.uniform() - 1);
      case 'gamma':
        // Two exponentials of half the mean: shape 2.
        return (this.#us / 2) * (draw.exponential() + draw.exponential());
      case 'pareto':
        return this.#us * Math.min(PARETO_CLIP, paretoScore(draw.uniform()));
      default:
        return unreachable(this.#distribution);
    }
  }

  skip(): void {
    this.sample();
  }
}

/** A normal AR(1) from packet to packet, bent into the distribution asked for: its shape stays exact. */
class CorrelatedJitter implements JitterProcess {
  readonly #distribution: Distribution;
  readonly #us: number;
  readonly #keep: number;
  readonly #renew: number;
  readonly #draw: Noise;
  #score: number;

  constructor(distribution: Distribution, us: number, correlation: number, draw: Noise) {
    this.#distribution = distribution;
    this.#us = us;
    this.#keep = correlation;
    this.#renew = Math.sqrt(1 - correlation * correlation);
    this.#draw = draw;
    this.#score = draw.normal();
  }

  sample(): number {
    this.skip();
    switch (this.#distribution) {
      case 'normal':
        return this.#us * this.#score;
      case 'uniform':
        return this.#us * (2 * normalShare(this.#score) - 1);
      case 'gamma':
        return (this.#us / 2) * gammaQuantile(normalShare(this.#score));
      case 'pareto':
        return this.#us * Math.min(PARETO_CLIP, paretoScore(normalShare(this.#score)));
      default:
        return unreachable(this.#distribution);
    }
  }

  skip(): void {
    this.#score = this.#keep * this.#score + this.#renew * this.#draw.normal();
  }
}

/** Only the upper half of the drift delays: a queue is never shorter than empty. */
class DriftJitter implements JitterProcess {
  readonly #drift: Drift;
  readonly #us: number;

  constructor(us: number, tauUs: number, key: NoiseKey) {
    this.#us = us;
    this.#drift = new Drift(tauUs, key);
  }

  sample(at: Micros): number {
    return this.#us * Math.max(0, this.#drift.at(at));
  }

  skip(): void {
    // A function of time: nothing is spent.
  }
}
