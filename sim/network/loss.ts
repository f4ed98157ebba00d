// Which packets disappear at the entrance of a link: independent loss and the two forms of
// Gilbert-Elliott. Each packet consumes exactly one loss draw, whatever the shares are, so that a
// higher share with the same seed loses every packet that a lower one lost.
import { unreachable } from '#agent/core/assert.ts';
import type { Micros } from '#agent/core/time.ts';
import type { Loss } from './impairment.ts';
import { Noise, type NoiseKey } from './noise.ts';

export interface LossProcess {
  /** Whether the packet that enters at `now` is lost; asked once per packet, in order of time. */
  drops(now: Micros): boolean;
}

export function lossProcess(loss: Loss, key: NoiseKey): LossProcess {
  switch (loss.kind) {
    case 'iid':
      return new IndependentLoss(loss.share, key);
    case 'ge_packet':
      return new PacketGilbert(loss, key);
    case 'ge_time':
      return new TimedGilbert(loss, key);
    default:
      return unreachable(loss);
  }
}

class IndependentLoss implements LossProcess {
  readonly #share: number;
  readonly #draw: Noise;

  constructor(share: number, key: NoiseKey) {
    this.#share = share;
    this.#draw = new Noise(key, 'loss');
  }

  drops(): boolean {
    return this.#draw.uniform() < this.#share;
  }
}

/** As `netem loss gemodel`: the transition first, then the loss, both per packet; starts good. */
class PacketGilbert implements LossProcess {
  readonly #model: Loss & { readonly kind: 'ge_packet' };
  readonly #draw: Noise;
  readonly #state: Noise;
  #bad = false;

  constructor(model: Loss & { readonly kind: 'ge_packet' }, key: NoiseKey) {
    this.#model = model;
    this.#draw = new Noise(key, 'loss');
    this.#state = new Noise(key, 'loss-state');
  }

  drops(): boolean {
    const { toBad, toGood, lossBad, lossGood } = this.#model;
    const move = this.#state.uniform();
    this.#bad = this.#bad ? move >= toGood : move < toBad;
    return this.#draw.uniform() < (this.#bad ? lossBad : lossGood);
  }
}

/**
 * Exponential sojourns that depend on time and seed only: whoever sends, and however much, meets the
 * same bad periods. Starts in its stationary state, so that short calls are not luckier than long ones.
 */
class TimedGilbert implements LossProcess {
  readonly #goodUs: number;
  readonly #badUs: number;
  readonly #lossBad: number;
  readonly #draw: Noise;
  readonly #state: Noise;
  #bad: boolean;
  #until: number;

  constructor(model: Loss & { readonly kind: 'ge_time' }, key: NoiseKey) {
    this.#goodUs = model.goodMs * 1_000;
    this.#badUs = model.badMs * 1_000;
    this.#lossBad = model.lossBad;
    this.#draw = new Noise(key, 'loss');
    this.#state = new Noise(key, 'loss-state');
    this.#bad = this.#state.uniform() * (this.#goodUs + this.#badUs) < this.#badUs;
    this.#until = this.#sojourn();
  }

  drops(now: Micros): boolean {
    while (now >= this.#until) {
      this.#bad = !this.#bad;
      this.#until += this.#sojourn();
    }
    return this.#draw.uniform() < (this.#bad ? this.#lossBad : 0);
  }

  #sojourn(): number {
    return this.#state.exponential() * (this.#bad ? this.#badUs : this.#goodUs);
  }
}
