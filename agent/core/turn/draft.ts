// The answer begun before its turn is over: one at a time, a few in a turn, and only where the words make
// it likely that it will be given. It remembers and counts; whoever asks begins and withdraws.
import type { SpeculationSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';
import { sameWords } from './shape.ts';

/** The words so far, and what they say about the end of the turn. */
export type Guess = {
  readonly text: string;
  /** Per mille. */
  readonly score: number;
  /** No more words can come for what was said. */
  readonly settled: boolean;
  /** The last of them are the recogniser's guess, which lags behind what was said. */
  readonly guessed: boolean;
};

/** A guess that ends a sentence is hardly ever the beginning of one. */
const GUESS_SCORE = 900;

type Draft = { readonly reply: number; readonly text: string };

export class Drafts {
  readonly #settings: SpeculationSettings;
  #current: Draft | undefined;
  #begun = 0;
  #turnSinceUs: Micros = 0;

  constructor(settings: SpeculationSettings) {
    this.#settings = settings;
  }

  /** A turn begins. */
  turnBegan(now: Micros): void {
    this.#begun = 0;
    this.#turnSinceUs = now;
  }

  /** An answer to these words should be begun, in the place of the one there may be. */
  isWorth(now: Micros, { text, score, settled, guessed }: Guess): boolean {
    const { upTo, from, score: demanded, draftsMax, turnMaxMs } = this.#settings;
    if (upTo === 'none' || score < demanded || text === '' || this.#begun >= draftsMax) return false;
    if (from === 'final' ? !settled || guessed : guessed && score < GUESS_SCORE) return false;
    if (now - this.#turnSinceUs > ms(turnMaxMs)) return false;
    return !this.answers(text);
  }

  begin(reply: number, text: string): void {
    this.#begun += 1;
    this.#current = { reply, text };
  }

  /** There is a draft, and it answers the same words. */
  answers(text: string): boolean {
    return this.#current !== undefined && sameWords(this.#current.text, text);
  }

  /** The reply that was begun, which from now on is no draft any more. */
  take(): number | undefined {
    const reply = this.#current?.reply;
    this.#current = undefined;
    return reply;
  }
}
