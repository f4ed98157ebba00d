// The ear for the emulated voices: names a word by its sound, from its first samples or from any passage
// within it. It knows only the words it was given and never guesses: another sample anywhere in the
// onset or the passage means that nothing is recognised.
import { samplesOf } from '#agent/core/pcm.ts';
import { hashBytes } from '#sim/kernel/hash.ts';
import { ONSET_SAMPLES } from './formant.ts';
import { spokenForm } from './phone.ts';
import { Voice } from './voice.ts';

export type Onset = {
  /** Spoken form of the word: lower case, no punctuation. */
  readonly text: string;
  /** Length of the whole word in samples. */
  readonly samples: number;
};

/** Samples by which a passage is known: short enough for 5 ms of sound, too long to be like another. */
export const PASSAGE_SAMPLES = 64;

type Entry = Onset & { readonly sound: Int16Array };
type Passage = { readonly word: Onset; readonly at: number; readonly sound: Int16Array };

export class EarIndex {
  readonly #entries = new Map<number, Entry>();
  /** Every 64th sample of every word; `undefined` where two words sound the same. Made when first needed. */
  #passages: Map<number, Passage | undefined> | undefined;

  /** `words` in any spelling; each is split at blanks. `voiceRate` in samples per second. */
  constructor(voiceRate: number, words: Iterable<string>) {
    const voice = new Voice(voiceRate, false);
    const spoken = new Set<string>();
    for (const text of words) for (const word of text.split(/\s+/)) spoken.add(spokenForm(word));
    spoken.delete('');
    for (const text of spoken) {
      const sound = voice.word(text);
      this.#entries.set(hashOf(sound, 0, ONSET_SAMPLES), { text, samples: sound.length, sound });
    }
  }

  /**
   * The word whose first sample is sample `sampleOffset` of `pcm` (s16le when bytes), or undefined:
   * no known word begins there, or it is no place in `pcm` with `ONSET_SAMPLES` samples to follow.
   */
  onset(pcm: Int16Array | Uint8Array, sampleOffset: number): Onset | undefined {
    if (pcm instanceof Uint8Array) return this.onset(samplesOf(pcm), sampleOffset);
    if (sampleOffset < 0 || sampleOffset + ONSET_SAMPLES > pcm.length) return undefined;
    const entry = this.#entries.get(hashOf(pcm, sampleOffset, ONSET_SAMPLES));
    if (entry === undefined || !isSame(pcm, sampleOffset, entry.sound, 0, ONSET_SAMPLES)) return undefined;
    return entry;
  }

  /**
   * The word of which the `PASSAGE_SAMPLES` samples at `sampleOffset` are part, and which of its samples
   * comes first there; undefined unless they are one of the passages it is known by, one in 64 samples.
   */
  passage(pcm: Int16Array, sampleOffset: number): { readonly word: Onset; readonly at: number } | undefined {
    this.#passages ??= passagesOf(this.#entries.values());
    const found = this.#passages.get(hashOf(pcm, sampleOffset, PASSAGE_SAMPLES));
    if (found === undefined || !isSame(pcm, sampleOffset, found.sound, found.at, PASSAGE_SAMPLES)) {
      return undefined;
    }
    return found;
  }
}

function passagesOf(entries: Iterable<Entry>): Map<number, Passage | undefined> {
  const passages = new Map<number, Passage | undefined>();
  for (const entry of entries) {
    const { sound } = entry;
    for (let at = 0; at + PASSAGE_SAMPLES <= sound.length; at += PASSAGE_SAMPLES) {
      const hash = hashOf(sound, at, PASSAGE_SAMPLES);
      passages.set(hash, passages.has(hash) ? undefined : { word: entry, at, sound });
    }
  }
  return passages;
}

function isSame(one: Int16Array, oneAt: number, other: Int16Array, otherAt: number, count: number): boolean {
  for (let index = 0; index < count; index += 1) {
    if (one[oneAt + index] !== other[otherAt + index]) return false;
  }
  return true;
}

const hashOf = (pcm: Int16Array, offset: number, samples: number): number =>
  hashBytes(new Uint8Array(pcm.buffer, pcm.byteOffset + 2 * offset, 2 * samples));
