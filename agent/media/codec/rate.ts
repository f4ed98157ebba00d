// Between the telephone's 8 kHz and a rate two or three times as high: a linear-phase low-pass of 24 taps
// per phase, Kaiser-windowed, computed polyphase so that no zero is multiplied. Deterministic; holds the
// few last samples of its stream and nothing else. Flat to 3.4 kHz, 50 dB down where the telephone
// band would be touched by an alias; delays by 1.5 ms.
import { assert } from '../../core/assert.ts';

/** The rates that are a whole multiple of the telephone's, as far as anybody here speaks them. */
export const TELEPHONE_RATE = 8_000;
const FACTORS: readonly number[] = [1, 2, 3, 6];

/** How many samples at `rate` make one at 8 kHz; undefined when they cannot. */
export function telephoneFactor(rate: number): number | undefined {
  const factor = rate / TELEPHONE_RATE;
  return FACTORS.includes(factor) ? factor : undefined;
}

/** From `factor` times 8 kHz down to it. */
export class Decimator {
  readonly #factor: number;
  readonly #taps: Float64Array;
  /** The last samples of the stream, oldest first, and behind them those of the present piece. */
  #line: Float64Array;

  constructor(factor: number) {
    this.#factor = factor;
    this.#taps = lowPass(factor);
    this.#line = new Float64Array(this.#taps.length - 1);
  }

  /** One sample for each `factor`; `pcm` is a whole number of them. */
  push(pcm: Int16Array): Int16Array {
    const factor = this.#factor;
    assert(pcm.length % factor === 0, 'a piece for the telephone is whole samples of it');
    if (factor === 1) return pcm.slice();
    const taps = this.#taps;
    const line = extended(this.#line, pcm);
    const narrow = new Int16Array(pcm.length / factor);
    for (let index = 0; index < narrow.length; index += 1) {
      const from = (index + 1) * factor - 1;
      let sum = 0;
      for (let tap = 0; tap < taps.length; tap += 1) {
        sum += (taps[tap] as number) * (line[from + tap] as number);
      }
      narrow[index] = sampleOf(sum);
    }
    this.#line = line.slice(line.length - (taps.length - 1));
    return narrow;
  }
}

/** From 8 kHz up to `factor` times it. */
export class Interpolator {
  readonly #factor: number;
  readonly #taps: Float64Array;
  readonly #kept: number;
  #line: Float64Array;

  constructor(factor: number) {
    this.#factor = factor;
    this.#taps = lowPass(factor);
    this.#kept = Math.ceil(this.#taps.length / factor) - 1;
    this.#line = new Float64Array(this.#kept);
  }

  /** `factor` samples for each. */
  push(pcm: Int16Array): Int16Array {
    const factor = this.#factor;
    if (factor === 1) return pcm.slice();
    const taps = this.#taps;
    const line = extended(this.#line, pcm);
    const wide = new Int16Array(pcm.length * factor);
    for (let index = 0; index < wide.length; index += 1) {
      const phase = index % factor;
      let at = (index - phase) / factor + this.#kept;
      let sum = 0;
      for (let tap = phase; tap < taps.length; tap += factor, at -= 1) {
        sum += (taps[tap] as number) * (line[at] as number);
      }
      wide[index] = sampleOf(sum * factor);
    }
    this.#line = line.slice(line.length - this.#kept);
    return wide;
  }
}

const TAPS_PER_PHASE = 24;
/** Middle of the transition, Hz: what lies above 4 kHz folds to where a telephone carries nothing. */
const CUTOFF_HZ = 3_900;
/** Kaiser's shape for some 50 dB. */
const BETA = 4.5;

/** Symmetric, of odd length, and of gain 1 at 0 Hz. */
function lowPass(factor: number): Float64Array {
  const middle = (TAPS_PER_PHASE * factor) / 2;
  const cutoff = CUTOFF_HZ / (TELEPHONE_RATE * factor);
  const taps = Float64Array.from({ length: 2 * middle + 1 }, (_, tap) => {
    const x = tap - middle;
    const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
    return sinc * bessel(BETA * Math.sqrt(1 - (x / middle) ** 2));
  });
  const gain = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / gain);
}

/** The modified Bessel function of order 0, by its series: exact to the last digits below 10. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 30; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function extended(line: Float64Array, pcm: Int16Array): Float64Array {
  const whole = new Float64Array(line.length + pcm.length);
  whole.set(line);
  whole.set(pcm, line.length);
  return whole;
}

const sampleOf = (value: number): number => Math.max(-32_768, Math.min(32_767, Math.round(value)));
