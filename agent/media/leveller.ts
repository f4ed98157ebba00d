// Two voices at one loudness, so that a change from one to the other is no jump. The one that was heard
// first is the measure and is never touched; the other is learnt while it speaks and brought to it by a gain
// that changes slowly. As long as a difference may be chance, audio goes through byte for byte. No delay, no
// clock.
import type { Lane } from '../core/wire.ts';
import { bytesOf, samplesOf } from './pcm.ts';

/** Loudness is the mean power of blocks of 20 ms, pauses left out: first by level, then by the mean. */
const BLOCK_SECONDS = 0.02;
const SILENCE_POWER = 10 ** (-50 / 10);
const RELATIVE_GATE = 10 ** (-10 / 10);
/** Ten seconds of speech; what was before is forgotten. */
const BLOCKS_MAX = 500;
/** So much of the measure must be known before anybody is held against it. */
const MEASURE_SECONDS = 1;
/** What stays as it is, however long it is known. */
const DEADBAND_DB = 2;
/**
 * A first word may be far from the voice's own mean: up to 6 dB below it (a fricative) and 3 dB above it in
 * the first 0.15 s, measured with synthetic and recorded voices. The doubt shrinks with what is heard.
 */
const DOUBT_QUIET_DB_SECONDS = 1.3;
const DOUBT_LOUD_DB_SECONDS = 0.8;
/** A gain in use follows what is learnt at this pace, faster while that is still doubtful; it has bounds. */
const SLEW_DB_PER_SECOND = 1;
const GAIN_DB_MAX = 15;
const RAMP_SECONDS = 0.01;
/** Above it, what a gain has made louder is bent instead of cut. */
const KNEE = 0.8;

/** For one conversation; PCM s16le mono at one rate. */
export class Leveller {
  readonly #rate: number;
  readonly #meters: readonly [Meter, Meter];
  #measure: Lane | undefined;
  /** Of the voice that is not the measure; undefined while it goes through as it is. */
  #gainDb: number | undefined;
  /** Factor at the end of the latest piece of it. */
  #factor = 1;

  constructor(rate: number) {
    this.#rate = rate;
    this.#meters = [new Meter(rate), new Meter(rate)];
  }

  /** The next piece of `lane` as it is to be heard: as many bytes, the same ones where nothing is to do. */
  level(lane: Lane, pcm: Uint8Array): Uint8Array {
    this.#meters[lane].hear(pcm);
    if (this.#measure === undefined && this.#meters[lane].seconds >= MEASURE_SECONDS) this.#measure = lane;
    if (this.#measure === undefined || lane === this.#measure) return pcm;
    this.#learn(lane, pcm.length / 2 / this.#rate);
    return this.#gainDb === undefined ? pcm : this.#applied(pcm, 10 ** (this.#gainDb / 20));
  }

  #learn(lane: Lane, seconds: number): void {
    const [own, measure] = [this.#meters[lane], this.#meters[lane === 0 ? 1 : 0]];
    const [ownDb, measureDb] = [own.db(), measure.db()];
    if (ownDb === undefined || measureDb === undefined) return;
    const wanted = Math.min(GAIN_DB_MAX, Math.max(-GAIN_DB_MAX, measureDb - ownDb));
    const doubt = (wanted > 0 ? DOUBT_QUIET_DB_SECONDS : DOUBT_LOUD_DB_SECONDS) / own.seconds;
    if (this.#gainDb !== undefined) {
      const step = Math.max(SLEW_DB_PER_SECOND * seconds, doubt);
      this.#gainDb += Math.min(step, Math.max(-step, wanted - this.#gainDb));
      return;
    }
    if (Math.abs(wanted) > DEADBAND_DB + doubt) this.#gainDb = wanted;
  }

  #applied(pcm: Uint8Array, factor: number): Uint8Array {
    const samples = samplesOf(pcm);
    const made = new Int16Array(samples.length);
    const ramp = Math.round(this.#rate * RAMP_SECONDS);
    const from = this.#factor;
    for (let at = 0; at < samples.length; at += 1) {
      const now = at >= ramp ? factor : from + ((factor - from) * at) / ramp;
      made[at] = limited((samples[at] as number) * now);
    }
    this.#factor = samples.length >= ramp ? factor : from + ((factor - from) * samples.length) / ramp;
    const bytes = bytesOf(made);
    if (bytes.length === pcm.length) return bytes;
    // An odd last byte is no sample: it stays what it is.
    const whole = new Uint8Array(pcm);
    whole.set(bytes);
    return whole;
  }
}

/** Straight up to the knee, then ever flatter towards full scale: no sample wraps, none is cut off. */
function limited(sample: number): number {
  const level = Math.abs(sample) / 32_768;
  if (level <= KNEE) return Math.round(sample);
  const over = (level - KNEE) / (1 - KNEE);
  const bent = KNEE + (1 - KNEE) * (over / (1 + over));
  return Math.round(Math.sign(sample) * bent * 32_767);
}

/** The loudness of one voice so far. */
class Meter {
  readonly #blockSamples: number;
  /** Power of each block that was no silence, full scale 1; a ring. */
  readonly #blocks: number[] = [];
  #next = 0;
  #sum = 0;
  #count = 0;

  constructor(rate: number) {
    this.#blockSamples = Math.round(rate * BLOCK_SECONDS);
  }

  /** Of sound, pauses left out. */
  get seconds(): number {
    return this.#blocks.length * BLOCK_SECONDS;
  }

  hear(pcm: Uint8Array): void {
    for (const sample of samplesOf(pcm)) {
      this.#sum += sample * sample;
      this.#count += 1;
      if (this.#count === this.#blockSamples) this.#close();
    }
  }

  /** Relative to full scale; undefined before any sound. */
  db(): number | undefined {
    if (this.#blocks.length === 0) return undefined;
    const gate = meanOf(this.#blocks) * RELATIVE_GATE;
    return 10 * Math.log10(meanOf(this.#blocks.filter((power) => power >= gate)));
  }

  #close(): void {
    const power = this.#sum / this.#count / (32_768 * 32_768);
    this.#sum = 0;
    this.#count = 0;
    if (power < SILENCE_POWER) return;
    this.#blocks[this.#next] = power;
    this.#next = (this.#next + 1) % BLOCKS_MAX;
  }
}

const meanOf = (powers: readonly number[]): number =>
  powers.reduce((sum, power) => sum + power, 0) / powers.length;
