// The ear for the emulated voices: names the word that begins at a given sample, by the content of the
// word's first samples. It knows only the words it was given and never guesses: another sample
// anywhere in the onset means that the word is not recognised.
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
   * no known word begins there, or fewer than `ONSET_SAMPLES` samples follow.
   */
  onset(pcm: Int16Array | Uint8Array, sampleOffset: number): Onset | undefined {
    if (pcm instanceof Uint8Array) {
      if ((sampleOffset + ONSET_SAMPLES) * 2 > pcm.length) return undefined;
      return this.onset(samplesOf(pcm, sampleOffset), 0);
    }
    if (sampleOffset + ONSET_SAMPLES > pcm.length) return undefined;
    const entry = this.#entries.get(hashOf(pcm, sampleOffset));
    if (entry === undefined) return undefined;
    for (let index = 0; index < ONSET_SAMPLES; index += 1) {
      if (pcm[sampleOffset + index] !== entry.head[index]) return undefined;
    }
    return entry;
  }
}

function hashOf(pcm: Int16Array, offset: number): number {
  let hash = 0x811c9dc5;
  for (let index = offset; index < offset + ONSET_SAMPLES; index += 1) {
    hash = Math.imul(hash ^ (pcm[index] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash;
}

function samplesOf(bytes: Uint8Array, sampleOffset: number): Int16Array {
  const samples = new Int16Array(ONSET_SAMPLES);
  for (let index = 0; index < ONSET_SAMPLES; index += 1) {
    const at = (sampleOffset + index) * 2;
    samples[index] = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  }
  return samples;
}
