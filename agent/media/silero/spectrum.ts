// The magnitudes that the voice activity model looks at: four frames of 256 samples, Hann-windowed, 128
// apart. The model's file states them as a matrix product; here they are a Fourier transform, twenty times
// cheaper. It promises the matrix's values to rounding, and refuses a file whose matrix is another one.
import { assert } from '../../core/assert.ts';

const SIZE = 256;
const HOP = 128;
const FRAMES = 4;
const BINS = SIZE / 2 + 1;
/** Samples of the window and its context; the rest of the last frame is its reflection. */
const INPUT = 576;
const BASIS_ERROR_MAX = 1e-5;

export class Spectrum {
  readonly #window = Float64Array.from(
    { length: SIZE },
    (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / SIZE),
  );
  readonly #cos = Float64Array.from({ length: SIZE }, (_, at) => Math.cos((2 * Math.PI * at) / SIZE));
  readonly #sin = Float64Array.from({ length: SIZE }, (_, at) => Math.sin((2 * Math.PI * at) / SIZE));
  readonly #padded = new Float64Array(INPUT + 64);
  readonly #re = new Float64Array(SIZE);
  readonly #im = new Float64Array(SIZE);
  readonly #output = new Float64Array(BINS * FRAMES);

  /** `basis`: the model's matrix, 258 rows of 256: the real parts, then the imaginary ones. */
  constructor(basis: Float32Array) {
    for (let row = 0; row < 2 * BINS; row += 1) {
      const wave = row < BINS ? this.#cos : this.#sin;
      const sign = row < BINS ? 1 : -1;
      const bin = row % BINS;
      for (let at = 0; at < SIZE; at += 1) {
        const ours = sign * (wave[(bin * at) % SIZE] as number) * (this.#window[at] as number);
        const error = Math.abs(ours - (basis[row * SIZE + at] as number));
        assert(error < BASIS_ERROR_MAX, `the model's spectrum is another one: row ${row}, sample ${at}`);
      }
    }
  }

  /** Magnitudes by bin, the four frames of each side by side. The result is overwritten by the next. */
  of(input: Float64Array): Float64Array {
    this.#padded.set(input);
    for (let at = 0; at < 64; at += 1) this.#padded[INPUT + at] = input[INPUT - 2 - at] as number;
    // Two real frames in one complex transform.
    for (let frame = 0; frame < FRAMES; frame += 2) this.#pair(frame);
    return this.#output;
  }

  #pair(frame: number): void {
    const re = this.#re;
    const im = this.#im;
    for (let at = 0; at < SIZE; at += 1) {
      const window = this.#window[at] as number;
      const place = REVERSED[at] as number;
      re[place] = window * (this.#padded[frame * HOP + at] as number);
      im[place] = window * (this.#padded[(frame + 1) * HOP + at] as number);
    }
    this.#transform(re, im);
    for (let bin = 0; bin < BINS; bin += 1) {
      const mirror = (SIZE - bin) % SIZE;
      const [a, b] = [re[bin] as number, im[bin] as number];
      const [c, d] = [re[mirror] as number, im[mirror] as number];
      const first = Math.sqrt((a + c) ** 2 + (b - d) ** 2) / 2;
      const second = Math.sqrt((b + d) ** 2 + (c - a) ** 2) / 2;
      this.#output[bin * FRAMES + frame] = first;
      this.#output[bin * FRAMES + frame + 1] = second;
    }
  }

  /** Radix 2, in place, of values in bit-reversed order. */
  #transform(re: Float64Array, im: Float64Array): void {
    for (let half = 1; half < SIZE; half *= 2) {
      const step = SIZE / (2 * half);
      for (let start = 0; start < SIZE; start += 2 * half) {
        for (let at = start, turn = 0; at < start + half; at += 1, turn += step) {
          const cos = this.#cos[turn] as number;
          const sin = this.#sin[turn] as number;
          const x = re[at + half] as number;
          const y = im[at + half] as number;
          const u = x * cos + y * sin;
          const v = y * cos - x * sin;
          re[at + half] = (re[at] as number) - u;
          im[at + half] = (im[at] as number) - v;
          re[at] = (re[at] as number) + u;
          im[at] = (im[at] as number) + v;
        }
      }
    }
  }
}

/** Place of each sample in a transform of 256: its eight bits read backwards. */
const REVERSED = Uint8Array.from({ length: SIZE }, (_, index) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit += 1) reversed |= ((index >> bit) & 1) << (7 - bit);
  return reversed;
});
