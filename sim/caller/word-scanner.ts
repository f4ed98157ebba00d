// Words in a stream of samples, by their sound: a word stands after a short run of exact zeros and
// its first samples identify it. The scanner is told of every sample that is played, in order, and
// says which word was played, from where, and how much of it; damaged sound is no word.
import { samplesOf } from '#agent/core/pcm.ts';
import type { EarIndex } from '#sim/providers/ear-index.ts';
import { ONSET_SAMPLES } from '#sim/providers/formant.ts';

export type ScannedWord = {
  readonly text: string;
  /** Position of its first sample in the stream. */
  readonly startSample: number;
  readonly samples: number;
  /** Samples of it that were played. */
  readonly played: number;
};

/** Zeros before a word: at least 6 ms; half of that is required, so that a cut gap still counts. */
const GAP_SECONDS = 0.003;

export class WordScanner {
  readonly #index: EarIndex;
  readonly #gapSamples: number;
  readonly #onset = new Int16Array(ONSET_SAMPLES);
  #collected = 0;
  #position = 0;
  #zeros: number;
  #word: { text: string; startSample: number; samples: number } | undefined;

  constructor(index: EarIndex, rate: number) {
    this.#index = index;
    this.#gapSamples = Math.round(GAP_SECONDS * rate);
    this.#zeros = this.#gapSamples;
  }

  /** Takes the next samples (s16le); calls `heard` for each word that has ended in them. */
  take(pcm: Uint8Array, heard: (word: ScannedWord) => void): void {
    const samples = samplesOf(pcm);
    let at = 0;
    while (at < samples.length) {
      const word = this.#word;
      if (word !== undefined) {
        const end = word.startSample + word.samples;
        const skip = Math.min(samples.length - at, end - this.#position);
        at += skip;
        this.#position += skip;
        if (this.#position < end) return;
        this.#end(heard);
        continue;
      }
      const zeros = this.#collected === 0 ? zerosFrom(samples, at) : 0;
      at += zeros;
      this.#position += zeros;
      this.#zeros += zeros;
      if (at < samples.length) this.#listen(samples[at] as number);
      at += 1;
    }
  }

  /** Sound has stopped: what was under way is over, and whatever comes next begins after silence. */
  stop(heard: (word: ScannedWord) => void): void {
    this.#end(heard);
    this.#collected = 0;
    this.#zeros = this.#gapSamples;
  }

  /** Position in the stream of the next sample. */
  get position(): number {
    return this.#position;
  }

  #listen(sample: number): void {
    this.#position += 1;
    if (this.#collected === 0) {
      const begins = this.#zeros >= this.#gapSamples;
      this.#zeros = 0;
      if (!begins) return;
    }
    this.#onset[this.#collected++] = sample;
    if (this.#collected < ONSET_SAMPLES) return;
    this.#collected = 0;
    const onset = this.#index.onset(this.#onset, 0);
    if (onset === undefined) return;
    const startSample = this.#position - ONSET_SAMPLES;
    this.#word = { text: onset.text, startSample, samples: onset.samples };
  }

  #end(heard: (word: ScannedWord) => void): void {
    const word = this.#word;
    if (word === undefined) return;
    this.#word = undefined;
    this.#zeros = 0;
    heard({ ...word, played: Math.min(word.samples, this.#position - word.startSample) });
  }
}

/** Silence is most of a stream between words: counted in one go. */
function zerosFrom(samples: Int16Array, start: number): number {
  let at = start;
  while (at < samples.length && samples[at] === 0) at += 1;
  return at - start;
}
