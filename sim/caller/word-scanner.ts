// Words in a stream of samples, by their sound: a word stands after a short run of exact zeros and
// its first samples identify it. The scanner is told of every sample that is played, in order, and
// says which word was played, from where, and how much of it; damaged sound is no word. Where time was
// stretched nobody can say exactly, so that the end of a word there is looked for, not counted.
import { samplesOf } from '#agent/core/pcm.ts';
import type { EarIndex } from '#sim/providers/ear-index.ts';
import { ONSET_SAMPLES } from '#sim/providers/formant.ts';

export type ScannedWord = {
  readonly text: string;
  /** Position of its first sample in the stream. */
  readonly startSample: number;
  readonly samples: number;
  /** Samples of it that were played as they were sent. */
  readonly played: number;
  /** Position in the stream just behind it. */
  readonly endSample: number;
};

type Current = {
  readonly text: string;
  readonly startSample: number;
  samples: number;
  damaged: number;
  /** How far the end may be from where it is expected: 0 unless time was stretched. */
  slack: number;
};

/** Zeros before a word: at least 6 ms; half of that is required, so that a cut gap still counts. */
const GAP_SECONDS = 0.003;
/** Where a change of length is stated and where it was made are at most so far apart. */
const PASSAGE_SECONDS = 0.06;

export class WordScanner {
  readonly #index: EarIndex;
  readonly #gapSamples: number;
  readonly #passageSamples: number;
  readonly #onset = new Int16Array(ONSET_SAMPLES);
  #collected = 0;
  #position = 0;
  #zeros: number;
  #word: Current | undefined;
  /** Samples added or removed in a passage that may last up to this position. */
  #stretched = 0;
  #stretchedUntil = 0;

  constructor(index: EarIndex, rate: number) {
    this.#index = index;
    this.#gapSamples = Math.round(GAP_SECONDS * rate);
    this.#passageSamples = Math.round(PASSAGE_SECONDS * rate);
    this.#zeros = this.#gapSamples;
  }

  /**
   * Takes the next samples (s16le); calls `heard` for each word that has ended in them. `damaged`
   * samples were invented by the player and are no part of a word; `added` is by how many this piece
   * is longer than what was sent (negative: shorter), which lengthens the word that is under way.
   */
  take(pcm: Uint8Array, heard: (word: ScannedWord) => void, damaged = 0, added = 0): void {
    const sound = samplesOf(pcm);
    const samples = sound.length;
    if (added !== 0) this.#stretch(samples, added);
    const word = this.#word;
    if (word !== undefined && damaged > 0) {
      // What is invented behind the end of a word does not take anything from it.
      word.damaged += Math.max(0, Math.min(damaged, word.startSample + word.samples - this.#position));
    }
    for (let at = 0; at < samples; ) {
      const word = this.#word;
      if (word === undefined) {
        const zeros = this.#collected === 0 ? zerosFrom(sound, at) : 0;
        at += zeros;
        this.#position += zeros;
        this.#zeros += zeros;
        if (at < samples) this.#listen(sound[at] as number);
        at += 1;
      } else if (word.slack === 0 || damaged >= samples) {
        at += this.#skip(word, samples - at, heard);
      } else {
        this.#follow(word, sound[at] as number, heard);
        at += 1;
      }
    }
  }

  /** Sound has stopped: what was under way is over, and whatever comes next begins after silence. */
  stop(heard: (word: ScannedWord) => void): void {
    this.#end(heard);
    this.#collected = 0;
    this.#zeros = this.#gapSamples;
  }

  /** Nothing is under way: to stop now would change nothing. */
  get settled(): boolean {
    return this.#word === undefined && this.#collected === 0 && this.#zeros >= this.#gapSamples;
  }

  /** Position in the stream of the next sample. */
  get position(): number {
    return this.#position;
  }

  #stretch(samples: number, added: number): void {
    if (this.#position >= this.#stretchedUntil) this.#stretched = 0;
    this.#stretched += Math.abs(added);
    this.#stretchedUntil = this.#position + samples + this.#passageSamples;
    if (this.#word === undefined) return;
    this.#word.samples += added;
    this.#word.slack += Math.abs(added);
  }

  /** Lets up to `samples` pass that belong to the word; returns how many did. */
  #skip(word: Current, samples: number, heard: (word: ScannedWord) => void): number {
    const end = word.startSample + word.samples + word.slack;
    const passed = Math.max(0, Math.min(samples, end - this.#position));
    this.#position += passed;
    this.#zeros = 0;
    if (this.#position >= end) this.#end(heard);
    return passed;
  }

  /** One sample of a word that ends where a silence begins, sooner or later than expected. */
  #follow(word: Current, sample: number, heard: (word: ScannedWord) => void): void {
    this.#position += 1;
    this.#zeros = sample === 0 ? this.#zeros + 1 : 0;
    const latest = word.startSample + word.samples + word.slack;
    const last = this.#position >= latest + this.#gapSamples;
    if (!last && this.#zeros < this.#gapSamples) return;
    if (this.#zeros > 0) word.samples = this.#position - this.#zeros - word.startSample;
    this.#end(heard);
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
    const slack = startSample < this.#stretchedUntil ? this.#stretched : 0;
    this.#word = { text: onset.text, startSample, samples: onset.samples, damaged: 0, slack };
  }

  #end(heard: (word: ScannedWord) => void): void {
    const word = this.#word;
    if (word === undefined) return;
    this.#word = undefined;
    const length = Math.min(word.samples, this.#position - word.startSample);
    const { text, startSample, samples, damaged } = word;
    const played = Math.max(0, length - damaged);
    heard({ text, startSample, samples, played, endSample: startSample + length });
  }
}

/** Silence is most of a stream between words: counted in one go. */
function zerosFrom(samples: Int16Array, start: number): number {
  let at = start;
  while (at < samples.length && samples[at] === 0) at += 1;
  return at - start;
}
