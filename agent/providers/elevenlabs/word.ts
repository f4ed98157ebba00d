// Words put together from the times of single characters, across frames and parts. A word is what
// stands between white space in the text that was sent, punctuation included. It is released at the
// space after it, or at the end of its part, so that "there," never runs into the next part's "how"; a
// word beyond its bound is released where it has grown too long.
import { LIMITS } from '../../core/limit.ts';
import type { Word } from '../../core/provider.ts';
import type { Micros } from '../../core/time.ts';
import type { Alignment } from './wire.ts';

type PartEnd = { readonly charCount: number; readonly word: string };

export class WordAssembler {
  #text = '';
  #startUs: Micros = 0;
  #endUs: Micros = 0;
  /** Characters other than white space: aligned so far, and sent so far. */
  #aligned = 0;
  #sent = 0;
  /** Where the parts sent end, oldest first. */
  #partEnds: PartEnd[] = [];

  /** `text` was sent as the next part. */
  part(text: string): void {
    const words = text.split(/\s+/).filter((word) => word !== '');
    for (const word of words) this.#sent += word.length;
    this.#partEnds.push({ charCount: this.#sent, word: words.at(-1) ?? '' });
  }

  /** Appends the words that `alignment` completes. `offsetUs`: start of its audio in the reply. */
  take(alignment: Alignment, offsetUs: Micros, into: Word[]): void {
    const { chars, startsMs, durationsMs } = alignment;
    for (let at = 0; at < chars.length; at += 1) {
      const char = chars[at];
      const start = startsMs[at];
      const duration = durationsMs[at];
      if (
        typeof char !== 'string' ||
        char.length > LIMITS.wordCharsMax ||
        !isSpan(start) ||
        !isSpan(duration)
      )
        continue;
      if (char.trim() === '') this.flush(into);
      else this.#append(char, offsetUs + Math.round(start * 1_000), Math.round(duration * 1_000), into);
    }
  }

  /** Releases the word under construction: nothing of it follows. */
  flush(into: Word[]): void {
    if (this.#text === '') return;
    into.push({ text: this.#text, startUs: this.#startUs, endUs: this.#endUs });
    this.#text = '';
  }

  #append(char: string, atUs: Micros, durationUs: Micros, into: Word[]): void {
    if (this.#text.length + char.length > LIMITS.wordCharsMax) this.flush(into);
    // Never back in time, whatever the vendor says: words are in order.
    if (this.#text === '') this.#startUs = Math.max(atUs, this.#endUs);
    this.#endUs = Math.max(this.#endUs, this.#startUs, atUs + durationUs);
    this.#text += char;
    this.#aligned += char.length;
    const end = this.#partEnds[0];
    if (end === undefined || this.#aligned < end.charCount) return;
    this.#partEnds.shift();
    // The count alone could cut a word in two, should the vendor have changed the text.
    if (end.word === this.#text) this.flush(into);
  }
}

const isSpan = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;
