// The agent's replies, as whoever gives the floor sees them: numbered as they are begun, at most one of
// them the answer that has been asked for and not yet heard to its end. It stops nothing itself.
import { type Micros, ms } from '../time.ts';
import type { Answer } from './floor.ts';

export class Replies {
  #count = 0;
  #current: Answer | undefined;
  /** The first one of the call that made a sound, and when. */
  #first: { readonly reply: number; readonly soundsUs: Micros } | undefined;

  /** The one that is to be heard, or is being heard. */
  get current(): Answer | undefined {
    return this.#current;
  }

  /** The number of a reply that is begun now. */
  next(): number {
    this.#count += 1;
    return this.#count;
  }

  /** From now on this is the one; `soundsUs` when nobody will hear it. */
  give(answer: Answer): void {
    this.#current = answer;
  }

  /** It is over, or will not be given after all. */
  take(): Answer | undefined {
    const answer = this.#current;
    this.#current = undefined;
    return answer;
  }

  /** Heard to its end; whether it was the one. */
  ended(reply: number): boolean {
    if (this.#current?.reply !== reply) return false;
    this.#current = undefined;
    return true;
  }

  sounds(now: Micros, reply: number): void {
    this.#first ??= { reply, soundsUs: now };
    if (this.#current?.reply === reply) this.#current.soundsUs ??= now;
  }

  /** Until when nobody makes this reply pause; the first one of the call is spared so long. */
  sparedUntilUs(reply: number, spareFirstMs: number): Micros {
    return this.#first?.reply === reply ? this.#first.soundsUs + ms(spareFirstMs) : 0;
  }
}
