// Words in a stream of samples, by their sound: a word stands after a short run of exact zeros and any
// part of it that came as it was sent identifies it. The scanner is told of every sample that is played,
// in order, and says which word was played, from where, and how much of it; damaged sound is no word. Where
// time was stretched nobody can say exactly: there the end of a word is looked for, not counted.
import { samplesOf } from '#agent/core/pcm.ts';
import type { EarIndex } from '#sim/providers/ear-index.ts';
import { type FoundWord, WordSeeker } from './word-seeker.ts';

export type ScannedWord = {
  readonly text: string;
  /** Position in the stream of the first sample of it that came as it was sent. */
  readonly startSample: number;
  readonly samples: number;
  /** Samples of it that were played as they were sent. */
  readonly played: number;
  /** Position in the stream just behind it. */
  readonly endSample: number;
  /** This is the rest of the last word, which had broken off; `played` counts both parts. */
  readonly resumed: boolean;
};

type Current = {
  readonly text: string;
  /** Where in the stream its first sample is, or would be. */
  readonly startSample: number;
  /** How many of its first samples were not heard. */
  readonly missed: number;
  samples: number;
  damaged: number;
  /** How far the end may be from where it is expected: 0 unless time was stretched. */
  slack: number;
  readonly resumed: boolean;
};

/** How far the last word had come when it ended, while nothing but its own rest can have followed. */
type Broken = Pick<Current, 'text' | 'damaged' | 'slack'> & { readonly reached: number };

/** Zeros before a word: at least 6 ms; half of that is required, so that a cut gap still counts. */
const GAP_SECONDS = 0.003;
/** Where a change of length is stated and where it was made are at most so far apart. */
const PASSAGE_SECONDS = 0.06;

export class WordScanner {
  readonly #seeker: WordSeeker;
  readonly #gapSamples: number;
  readonly #passageSamples: number;
  #position = 0;
  #zeros: number;
  #word: Current | undefined;
  #broken: Broken | undefined;
  /** Samples added or removed in a passage that may last up to this position. */
  #stretched = 0;
  #stretchedUntil = 0;

  constructor(index: EarIndex, rate: number) {
    this.#seeker = new WordSeeker(index);
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
        const zeros = zerosFrom(sound, at);
        if (zeros > 0) this.#pause(zeros, damaged < samples);
        at += zeros;
        if (at < samples) this.#listen(sound[at] as number, damaged, samples);
        at += 1;
      } else if (word.slack === 0 || damaged >= samples) {
        const silentAt = damaged === 0 ? silenceFrom(sound, at, this.#gapSamples) : samples;
        if (silentAt > at) at += this.#skip(word, silentAt - at, heard);
        // The agent fell silent within the word: what follows in its place is no part of it.
        else this.#end(heard);
      } else {
        this.#follow(word, sound[at] as number, heard);
        at += 1;
      }
    }
  }

  /** Sound has stopped: what was under way is over, and whatever comes next begins after silence. */
  stop(heard: (word: ScannedWord) => void): void {
    this.#end(heard);
    this.#seeker.reset();
    this.#zeros = this.#gapSamples;
  }

  /** Nothing is under way: to stop now would change nothing. */
  get settled(): boolean {
    return this.#word === undefined && this.#seeker.idle && this.#zeros >= this.#gapSamples;
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
    if (this.#zeros >= this.#gapSamples) this.#broken = undefined;
  }

  /** Silence; unless it was made up, a word that has ended before it has no rest. */
  #pause(zeros: number, genuine: boolean): void {
    this.#position += zeros;
    this.#zeros += zeros;
    this.#seeker.reset();
    if (genuine && this.#zeros >= this.#gapSamples) this.#broken = undefined;
  }

  #listen(sample: number, damaged: number, samples: number): void {
    this.#position += 1;
    const afterSilence = this.#zeros >= this.#gapSamples;
    this.#zeros = 0;
    if (damaged >= samples) return this.#seeker.reset();
    const found = this.#seeker.next(sample, afterSilence, damaged === 0);
    if (found !== undefined) this.#begin(found);
  }

  /** A word is known: a new one, of which the beginning may be lost, or the rest of one that broke off. */
  #begin({ word, next, first }: FoundWord): void {
    this.#seeker.reset();
    const broken = this.#broken;
    this.#broken = undefined;
    const startSample = this.#position - next;
    const slack = startSample < this.#stretchedUntil ? this.#stretched : 0;
    const { text, samples } = word;
    if (broken?.text === text && first + broken.slack >= broken.reached) {
      const damaged = broken.damaged + Math.max(0, first - broken.reached);
      this.#word = { text, startSample, missed: first, samples, damaged, slack, resumed: true };
    } else this.#word = { text, startSample, missed: first, samples, damaged: first, slack, resumed: false };
  }

  #end(heard: (word: ScannedWord) => void): void {
    const word = this.#word;
    if (word === undefined) return;
    this.#word = undefined;
    const length = Math.min(word.samples, this.#position - word.startSample);
    const { text, samples, damaged, slack, resumed } = word;
    const played = Math.max(0, length - damaged);
    this.#broken = { text, damaged, slack, reached: length };
    const startSample = word.startSample + word.missed;
    heard({ text, startSample, samples, played, endSample: word.startSample + length, resumed });
  }
}

/**
 * Where the first run of `gap` zeros at or after `start` begins; the end when there is none. Such a run
 * covers at least one of the places that lie `gap` apart, so that only those are looked at.
 */
function silenceFrom(samples: Int16Array, start: number, gap: number): number {
  for (let at = start; at < samples.length; at += gap) {
    if (samples[at] !== 0) continue;
    let first = at;
    while (first > start && samples[first - 1] === 0) first -= 1;
    if (zerosFrom(samples, first) >= gap) return first;
  }
  return samples.length;
}

/** Silence is most of a stream between words: counted in one go. */
function zerosFrom(samples: Int16Array, start: number): number {
  let at = start;
  while (at < samples.length && samples[at] === 0) at += 1;
  return at - start;
}
