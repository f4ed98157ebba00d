// What one emulated service (recogniser, model or voice) has in common over all its connections: its
// draws, its faults, its request numbers and its facts. Request numbers start at 0 and are never
// reused, so a fact names a request without naming a connection.
import type { Micros } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import type { VendorFact, VendorStage } from '#sim/kernel/fact.ts';
import { Draws } from './draw.ts';
import { FaultDesk } from './fault-desk.ts';
import type { Profile } from './profile.ts';
import type { VendorWorld } from './vendor.ts';

/** A fact without its time and its author. */
type Stated = VendorFact extends infer F ? (F extends VendorFact ? Omit<F, 't' | 'who'> : never) : never;

export class Service {
  readonly world: VendorWorld;
  readonly draws: Draws;
  readonly desk: FaultDesk;
  /** Final transcripts are timed from the end of speech, as their profile has it. */
  readonly finalFromSpeechEnd: boolean;
  readonly #who: VendorStage;
  #requests = 0;
  #ids = 0;

  constructor(world: VendorWorld, profile: Profile, who: VendorStage) {
    this.world = world;
    this.#who = who;
    this.draws = new Draws(world, profile, who);
    this.desk = new FaultDesk(world, who, profile.faults);
    this.finalFromSpeechEnd = profile.fromSpeechEnd.has('stt.final');
  }

  now(): Micros {
    return this.world.clock.now();
  }

  after<A>(delay: Micros, run: (argument: A) => void, argument: A): Timer {
    return this.world.clock.after(Math.max(0, Math.round(delay)), run, argument);
  }

  cancel(timer: Timer): void {
    this.world.clock.cancel(timer);
  }

  note(fact: Stated): void {
    this.world.note({ t: this.now(), who: this.#who, ...fact } as VendorFact);
  }

  newRequest(): number {
    this.#requests += 1;
    return this.#requests - 1;
  }

  /** An identifier in the form of a UUID; the same run gives the same ones. */
  newId(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${this.#ids.toString(16).padStart(12, '0')}`;
  }
}
