// The voice of the emulated speech vendors: text in, samples out, with the place of every word and
// character. Pure and deterministic; words are kept in a bounded cache, so a warm utterance only
// copies. Each word stands after at least 6 ms of exact zeros and contains none, see `formant.ts`.
import { renderWord } from './formant.ts';
import { spokenForm } from './phone.ts';

export type SpokenWord = {
  /** As written, punctuation included. */
  readonly text: string;
  readonly startSample: number;
  readonly endSample: number;
};

export type Utterance = {
  readonly pcm: Int16Array<ArrayBuffer>;
  readonly words: readonly SpokenWord[];
  /** The text's characters; `charStart[i]` is where the i-th begins, and one more entry the end. */
  readonly chars: readonly string[];
  readonly charStart: Int32Array;
};

const WORDS_KEPT_MAX = 4_096;
const GAP_SECONDS = 0.012;
const COMMA_SECONDS = 0.16;
const STOP_SECONDS = 0.2;

export class Voice {
  readonly rate: number;
  readonly #words = new Map<string, Int16Array<ArrayBuffer>>();
  readonly #interning: boolean;

  /** `rate` in samples per second. Without `interning` every word is made anew (same samples). */
  constructor(rate: number, interning = true) {
    this.rate = rate;
    this.#interning = interning;
  }

  /** The word alone, without the gap before it; empty when nothing of it is spoken. Do not modify. */
  word(text: string): Int16Array<ArrayBuffer> {
    const spoken = spokenForm(text);
    if (spoken === '') return new Int16Array(0);
    const kept = this.#words.get(spoken);
    if (kept !== undefined) return kept;
    const made = renderWord(spoken, this.rate);
    if (!this.#interning) return made;
    if (this.#words.size >= WORDS_KEPT_MAX) this.#words.delete(this.#words.keys().next().value ?? '');
    this.#words.set(spoken, made);
    return made;
  }

  /** The whole text: words at a natural pace, pauses of up to 0.2 s at punctuation. */
  utterance(text: string): Utterance {
    const chars = Array.from(text);
    const charStart = new Int32Array(chars.length + 1);
    const words: SpokenWord[] = [];
    const sounds: Int16Array[] = [];
    const gap = Math.round(GAP_SECONDS * this.rate);
    let at = 0;
    // Blanks begin where the word before them ended: the pause is theirs.
    let blanksFrom = 0;
    for (const [blank, first, end] of tokens(chars)) {
      charStart.fill(blanksFrom, blank, first);
      if (first === end) break;
      const written = chars.slice(first, end).join('');
      const sound = this.word(written);
      const start = sound.length === 0 ? at : at + gap;
      if (sound.length > 0) {
        words.push({ text: written, startSample: start, endSample: start + sound.length });
        sounds.push(sound);
      }
      // Characters tile the audio: the very first one includes the gap before it.
      spread(charStart, chars, first, end, first === 0 ? 0 : start, start + sound.length);
      blanksFrom = start + sound.length;
      at = blanksFrom + Math.round(pauseAfter(written) * this.rate);
    }
    charStart[chars.length] = at;
    return { pcm: laid(at, words, sounds), words, chars, charStart };
  }
}

/** Index of the blanks before each word, of its first character and of the one after it. */
function* tokens(chars: readonly string[]): Generator<readonly [number, number, number]> {
  let index = 0;
  while (index < chars.length) {
    const blank = index;
    while (index < chars.length && isBlank(chars[index])) index += 1;
    const first = index;
    while (index < chars.length && !isBlank(chars[index])) index += 1;
    yield [blank, first, index];
  }
}

/** Letters share the word evenly; trailing punctuation takes no time of its own. */
function spread(
  charStart: Int32Array,
  chars: readonly string[],
  first: number,
  end: number,
  from: number,
  to: number,
): void {
  let letters = end;
  while (letters > first && spokenForm(chars[letters - 1] ?? '') === '') letters -= 1;
  const count = Math.max(1, letters - first);
  for (let i = first; i < end; i += 1) {
    charStart[i] = i < letters ? from + Math.floor(((to - from) * (i - first)) / count) : to;
  }
}

function laid(
  length: number,
  words: readonly SpokenWord[],
  sounds: readonly Int16Array[],
): Int16Array<ArrayBuffer> {
  const pcm = new Int16Array(length);
  for (const [index, word] of words.entries()) {
    const sound = sounds[index];
    if (sound !== undefined) pcm.set(sound, word.startSample);
  }
  return pcm;
}

const isBlank = (character: string | undefined): boolean => character !== undefined && /\s/u.test(character);

function pauseAfter(written: string): number {
  if (/[.!?…]["')\]]*$/.test(written)) return STOP_SECONDS;
  if (/[,;:–—-]["')\]]*$/.test(written)) return COMMA_SECONDS;
  return 0;
}
