// The ear for the emulated voices: names the word that begins at a given sample, by the content of the
// word's first samples. It knows only the words it was given and never guesses: another sample
// anywhere in the onset means that the word is not recognised.
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

type Entry = Onset & { readonly head: Int16Array };

export class EarIndex {
  readonly #entries = new Map<number, Entry>();

  /** `words` in any spelling; each is split at blanks. `voiceRate` in samples per second. */
  constructor(voiceRate: number, words: Iterable<string>) {
    const voice = new Voice(voiceRate, false);
    const spoken = new Set<string>();
    for (const text of words) for (const word of text.split(/\s+/)) spoken.add(spokenForm(word));
    spoken.delete('');
    for (const text of spoken) {
      const sound = voice.word(text);
      const head = sound.slice(0, ONSET_SAMPLES);
      this.#entries.set(hashOf(head, 0), { text, samples: sound.length, head });
    }
  }

  /**
   * The word whose first sample is sample `sampleOffset` of `pcm` (s16le when bytes), or undefined:
   * no known word begins there, or it is no place in `pcm` with `ONSET_SAMPLES` samples to follow.
   */
  onset(pcm: Int16Array | Uint8Array, sampleOffset: number): Onset | undefined {
    if (pcm instanceof Uint8Array) return this.onset(samplesOf(pcm), sampleOffset);
    if (sampleOffset < 0 || sampleOffset + ONSET_SAMPLES > pcm.length) return undefined;
    const entry = this.#entries.get(hashOf(pcm, sampleOffset));
    if (entry === undefined) return undefined;
    for (let index = 0; index < ONSET_SAMPLES; index += 1) {
      if (pcm[sampleOffset + index] !== entry.head[index]) return undefined;
    }
    return entry;
  }
}

const hashOf = (pcm: Int16Array, offset: number): number =>
  hashBytes(new Uint8Array(pcm.buffer, pcm.byteOffset + 2 * offset, 2 * ONSET_SAMPLES));
