// The agent's own voice on its way back from the loudspeaker to the microphone: what the ear hears, a
// fixed time later, fainter and without its treble (everything above 4 kHz). It also knows which words
// are in it, as the recogniser may hear them too. It promises the sound of a moment once that moment
// has come, for delays longer than a chunk of the microphone.
import { samplesOf } from '#agent/core/pcm.ts';
import { type Micros, ms } from '#agent/core/time.ts';
import { Decimator, Interpolator } from '#agent/media/codec/rate.ts';
import type { HeardClip } from '../providers/ear.ts';
import type { EarIndex } from '../providers/ear-index.ts';
import { ONSET_SAMPLES } from '../providers/formant.ts';
import type { HeardPiece } from './client/client.ts';
import { gainOf } from './sound.ts';

const MIC_PER_SECOND = 16_000;
/** Samples of the player per sample of the telephone, and of that per sample of the microphone. */
const DOWN = 3;
const UP = 2;
/** Longer than any word's gap is short: zeros that part two words of the emulated voice. */
const GAP_SAMPLES = 96;
/** What has sounded is kept no longer than this, in samples of the microphone: 10 s. */
const KEPT_SAMPLES = 160_000;

export type EchoWord = { readonly clip: HeardClip; readonly from: number; readonly until: number };

type Stretch = { readonly from: number; readonly pcm: Int16Array };

export class EchoPath {
  readonly lossDb: number;
  readonly #index: EarIndex;
  readonly #delayUs: Micros;
  readonly #gain: number;
  #stretches: Stretch[] = [];
  #words: EchoWord[] = [];
  #down = new Decimator(DOWN);
  #up = new Interpolator(UP);
  /** Samples of the player that do not make one of the telephone yet. */
  #rest = new Int16Array(0);
  /** Microphone samples of the present run: where it began, and how many there are. */
  #runFrom = 0;
  #runLength = 0;
  readonly #onset = new Int16Array(ONSET_SAMPLES);
  /** Samples of an onset so far; -1 within a word. */
  #onsetLength = 0;
  #zeros = GAP_SAMPLES;
  #wordCount = 0;

  constructor(index: EarIndex, echo: { readonly delayMs: number; readonly lossDb: number }) {
    this.#index = index;
    this.#delayUs = ms(echo.delayMs);
    this.#gain = gainOf(-echo.lossDb);
    this.lossDb = echo.lossDb;
  }

  /** A piece sounds at the ear; `micStartUs` is when the microphone was opened. */
  hear(piece: HeardPiece, micStartUs: Micros): void {
    if (!piece.continues) this.#begin(Math.round(((piece.startUs + this.#delayUs - micStartUs) * 4) / 250));
    const samples = joined(this.#rest, samplesOf(piece.sent ?? piece.pcm));
    const whole = samples.length - (samples.length % DOWN);
    this.#rest = samples.slice(whole);
    this.#findWords(samples.subarray(0, whole));
    const pcm = this.#up.push(this.#down.push(samples.slice(0, whole)));
    this.#stretches.push({ from: this.#runFrom + this.#runLength, pcm });
    this.#runLength += pcm.length;
  }

  /** Adds the echo at stream position `position` to `sum`. True when there was any. */
  add(position: number, sum: Float64Array, own: Float64Array): boolean {
    this.#forget(position);
    let found = false;
    for (const { from, pcm } of this.#stretches) {
      const first = Math.max(0, from - position);
      const last = Math.min(sum.length, from + pcm.length - position);
      for (let at = first; at < last; at += 1) {
        const sample = (pcm[position + at - from] as number) * this.#gain;
        if (sample === 0) continue;
        found = true;
        sum[at] = (sum[at] as number) + sample;
        own[at] = (own[at] as number) + sample;
      }
    }
    return found;
  }

  /** The word of the agent's that sounds at `position`. */
  wordAt(position: number): EchoWord | undefined {
    return this.#words.find(({ from, until }) => from <= position && position < until);
  }

  #begin(from: number): void {
    this.#runFrom = from;
    this.#runLength = 0;
    this.#rest = new Int16Array(0);
    this.#down = new Decimator(DOWN);
    this.#up = new Interpolator(UP);
    this.#zeros = GAP_SAMPLES;
    this.#onsetLength = 0;
  }

  #forget(position: number): void {
    const before = position - KEPT_SAMPLES;
    const [oldest] = this.#stretches;
    if (oldest === undefined || oldest.from + oldest.pcm.length > before) return;
    this.#stretches = this.#stretches.filter(({ from, pcm }) => from + pcm.length > position);
    this.#words = this.#words.filter(({ until }) => until > position);
  }

  /** A word begins after a gap of zeros, and its first samples name it. */
  #findWords(samples: Int16Array): void {
    for (const [at, sample] of samples.entries()) {
      if (this.#onsetLength > 0) {
        this.#onset[this.#onsetLength] = sample;
        this.#onsetLength += 1;
        if (this.#onsetLength === ONSET_SAMPLES) this.#nameWord(at);
        continue;
      }
      if (sample === 0) {
        this.#zeros += 1;
        continue;
      }
      if (this.#zeros >= GAP_SAMPLES) {
        this.#onset[0] = sample;
        this.#onsetLength = 1;
      }
      this.#zeros = 0;
    }
  }

  /** The onset ended with sample `at` of the piece. */
  #nameWord(at: number): void {
    this.#onsetLength = 0;
    const word = this.#index.onset(this.#onset, 0);
    if (word === undefined) return;
    const from = this.#runFrom + this.#runLength + micSamples(at + 1 - ONSET_SAMPLES);
    const length = micSamples(word.samples);
    this.#wordCount += 1;
    const id = `echo/${this.#wordCount}`;
    const words = [{ text: word.text, startMs: 0, endMs: (length * 1_000) / MIC_PER_SECOND }];
    this.#words.push({ clip: { id, text: word.text, words }, from, until: from + length });
  }
}

const micSamples = (samples: number): number => Math.floor((samples * UP) / DOWN);

function joined(first: Int16Array, second: Int16Array): Int16Array {
  if (first.length === 0) return second;
  const both = new Int16Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
