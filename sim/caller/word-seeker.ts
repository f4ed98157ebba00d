// Looks for a word in sound of which nothing is known yet: after a silence by the onset, and wherever that
// was lost, or a silence fell into the middle of the word, by any passage of it that came as it was sent.
// What a player made up is never looked at: it repeats what has sounded before.
import { type EarIndex, type Onset, PASSAGE_SAMPLES } from '#sim/providers/ear-index.ts';
import { ONSET_SAMPLES } from '#sim/providers/formant.ts';

export type FoundWord = {
  readonly word: Onset;
  /** Which of its samples is the next to come. */
  readonly next: number;
  /** Which was the first of those that have sounded without a gap up to here. */
  readonly first: number;
};

export class WordSeeker {
  readonly #index: EarIndex;
  readonly #sound = new Int16Array(4 * ONSET_SAMPLES);
  /** Samples kept, and from which on all of them came as they were sent. */
  #count = 0;
  #genuineFrom = 0;
  /** Genuine samples since the sound began, those no longer kept included. */
  #heard = 0;
  #afterSilence = false;

  constructor(index: EarIndex) {
    this.#index = index;
  }

  /** No sound is under way. */
  get idle(): boolean {
    return this.#count === 0 && this.#heard === 0;
  }

  /** The next sound has nothing to do with the one before. */
  reset(): void {
    this.#count = 0;
    this.#genuineFrom = 0;
    this.#heard = 0;
  }

  /** The next sample. `afterSilence` counts with the first; `genuine` is false where some may be made up. */
  next(sample: number, afterSilence: boolean, genuine: boolean): FoundWord | undefined {
    if (this.idle) this.#afterSilence = afterSilence;
    if (this.#count === this.#sound.length) this.#forget();
    this.#sound[this.#count++] = sample;
    if (genuine) this.#heard += 1;
    else this.#genuineFrom = this.#count;
    if (!this.#afterSilence) return this.#passage(this.#count - PASSAGE_SAMPLES);
    if (this.#count < ONSET_SAMPLES) return undefined;
    this.#afterSilence = false;
    const word = this.#index.onset(this.#sound, 0);
    if (word !== undefined) return { word, next: ONSET_SAMPLES, first: 0 };
    for (let at = 0; at <= ONSET_SAMPLES - PASSAGE_SAMPLES; at += 1) {
      const found = this.#passage(at);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #passage(from: number): FoundWord | undefined {
    if (from < this.#genuineFrom) return undefined;
    const found = this.#index.passage(this.#sound, from);
    if (found === undefined) return undefined;
    const next = found.at + this.#count - from;
    return { word: found.word, next, first: Math.max(0, next - this.#heard) };
  }

  /** Keeps what the next passage may begin with. */
  #forget(): void {
    const kept = PASSAGE_SAMPLES - 1;
    this.#sound.copyWithin(0, this.#count - kept, this.#count);
    this.#genuineFrom = Math.max(0, this.#genuineFrom - (this.#count - kept));
    this.#count = kept;
  }
}
