// Draws from a latency profile for one vendor. Every draw is keyed by the turn, the stage and the content
// that it is about, never by the order of events, and every latency drawn is stated as a fact with the
// request it belongs to.
import { type Micros, ms } from '#agent/core/time.ts';
import type { VendorStage } from '#sim/kernel/fact.ts';
import type { Profile } from './profile.ts';
import type { StageName } from './stage.ts';
import type { VendorWorld } from './vendor.ts';

/** The request number of a draw that belongs to a connection and not to a request. */
export const NO_REQUEST = -1;

export class Draws {
  readonly #world: VendorWorld;
  readonly #profile: Profile;
  readonly #who: VendorStage;

  constructor(world: VendorWorld, profile: Profile, who: VendorStage) {
    this.#world = world;
    this.#profile = profile;
    this.#who = who;
  }

  /** A latency of `stage` (a stage in milliseconds), stated as `drew`. `key`: the request's content. */
  latency(stage: StageName, request: number, key = ''): Micros {
    const turn = this.#world.turn();
    const us = ms(this.#sample(turn, stage, key));
    this.#world.note({ t: this.#world.clock.now(), who: this.#who, what: 'drew', request, turn, stage, us });
    return us;
  }

  /** A value of `stage` in its own unit, not stated. */
  value(stage: StageName, key: string): number {
    return this.#sample(this.#world.turn(), stage, key);
  }

  #sample(turn: number, stage: StageName, key: string): number {
    return this.#profile.quantiles[stage].sample(this.#world.chance.uniform(turn, stage, key));
  }
}
