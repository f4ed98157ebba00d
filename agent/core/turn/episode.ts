// The caller heard over one reply, from the first sound until it is known why. It gathers what speaks for
// an interruption or against it, and says at which moment time alone will say more; it decides nothing.
import type { OverlapSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';
import { classify, isQuiet, type OverlapClass } from './overlap.ts';

export type Heard = {
  readonly speaking: boolean;
  /** The words said over the reply; `settled`: no more will come for what was said. */
  readonly text: string;
  readonly settled: boolean;
  /** What the agent has been saying. */
  readonly spoken: string;
};

export class OverlapEpisode {
  readonly reply: number;
  readonly #settings: OverlapSettings;
  readonly #sinceUs: Micros;
  /** Before this the reply is not paused for anybody. */
  readonly #spareUntilUs: Micros;
  #lastUs: Micros;
  #levelDb: number | undefined;
  /** The reply waits for the outcome. */
  ducked = false;
  /** The reply has come to its end by itself. */
  replyOver = false;
  /** The first that was thought of it. */
  verdict: OverlapClass | undefined;

  constructor(
    settings: OverlapSettings,
    begin: { readonly reply: number; readonly sinceUs: Micros; readonly spareUntilUs: Micros },
  ) {
    this.#settings = settings;
    this.reply = begin.reply;
    this.#sinceUs = begin.sinceUs;
    this.#lastUs = begin.sinceUs;
    this.#spareUntilUs = begin.spareUntilUs;
  }

  /** Speech at `now`, so loud against this caller's usual; the loudest of it counts. */
  heard(now: Micros, levelDb: number | undefined): void {
    this.#lastUs = Math.max(this.#lastUs, now);
    if (levelDb !== undefined) this.#levelDb = Math.max(this.#levelDb ?? levelDb, levelDb);
  }

  /** Speech ended, and sounded last at `atUs`. */
  paused(atUs: Micros): void {
    this.#lastUs = Math.max(this.#sinceUs, atUs);
  }

  /** Somebody in the background, as far as can be heard: no reason to pause for. */
  get isQuiet(): boolean {
    return this.#levelDb !== undefined && isQuiet(this.#levelDb, this.#settings);
  }

  /** When speech that goes on is long enough to pause for. */
  get duckUs(): Micros {
    return Math.max(this.#sinceUs + ms(this.#settings.duckMs), this.#spareUntilUs);
  }

  /** When speech that goes on is an interruption, whatever the words. */
  get confirmUs(): Micros {
    return this.#sinceUs + ms(this.#settings.confirmMs);
  }

  /** When a pause for nothing ends. */
  get resumeUs(): Micros {
    return this.ducked ? this.#lastUs + ms(this.#settings.resumeMs) : this.#sinceUs;
  }

  classify(now: Micros, heard: Heard): OverlapClass | undefined {
    const lastUs = heard.speaking ? now : this.#lastUs;
    const evidence = { ...heard, speechUs: lastUs - this.#sinceUs, levelDb: this.#levelDb };
    const found = classify(evidence, this.#settings);
    // Nobody is being listened to any more: "yes" is an answer now.
    return found === 'backchannel' && this.replyOver ? 'interruption' : found;
  }
}
