// The ledger of one reply: which word lies where in its audio, and therefore what of it has been
// heard after so many samples. A word counts as heard when at least half of it was; the context,
// the transcript and every truncation figure use this one rule.
import { LIMITS } from '../limit.ts';
import type { Word } from '../provider.ts';
import type { Micros } from '../time.ts';

export class Ledger {
  readonly #rate: number;
  readonly #words: Word[] = [];
  #announced = 0;

  /** `rate`: samples per second of the reply's audio. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Adds the next word, in the order in which they are spoken; words beyond the bound are not kept. */
  add(word: Word): void {
    if (this.#words.length < LIMITS.replyWordsMax) this.#words.push(word);
  }

  /** Text of the words heard when `samples` of the reply have been played. */
  heard(samples: number): string {
    const playedUs = (samples * 1_000_000) / this.#rate;
    const texts: string[] = [];
    for (const word of this.#words) {
      if (halfway(word) > playedUs) break;
      texts.push(word.text);
    }
    return texts.join(' ');
  }

  /** Where the word began that was under way after `samples`, in samples; `samples` between two words. */
  wordStart(samples: number): number {
    const playedUs = (samples * 1_000_000) / this.#rate;
    const word = this.#words.find(({ startUs, endUs }) => startUs < playedUs && playedUs < endUs);
    return word === undefined ? samples : Math.floor((word.startUs * this.#rate) / 1_000_000);
  }

  /** Text of the words that begin with `sample` or later. */
  from(sample: number): string {
    const fromUs = Math.floor((sample * 1_000_000) / this.#rate);
    return this.#words.flatMap(({ text, endUs }) => (endUs > fromUs ? [text] : [])).join(' ');
  }

  /** All words, heard or not. */
  get text(): string {
    return this.#words.map((word) => word.text).join(' ');
  }

  /** Words whose first sample lies before `samples` and that were not returned before. */
  begun(samples: number): readonly string[] {
    const playedUs = (samples * 1_000_000) / this.#rate;
    const texts: string[] = [];
    for (let word = this.#words[this.#announced]; word !== undefined; word = this.#words[this.#announced]) {
      if (word.startUs >= playedUs) break;
      texts.push(word.text);
      this.#announced += 1;
    }
    return texts;
  }
}

const halfway = (word: Word): Micros => (word.startUs + word.endUs) / 2;
