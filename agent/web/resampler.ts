// From one sampling rate to another, piece by piece: a windowed sinc that moves along the stream, cut off
// below half of the lower rate. It holds the few samples around its place and nothing else.

/** Zero crossings of the kernel to either side: some 60 dB down where an alias would begin. */
const CROSSINGS = 12;

export class Resampler {
  readonly #step: number;
  readonly #stretch: number;
  readonly #reach: number;
  #line: Float32Array;
  /** Of the next sample, in samples of the input, from the beginning of the line. */
  #place: number;

  constructor(from: number, to: number) {
    this.#step = from / to;
    this.#stretch = Math.max(1, this.#step);
    this.#reach = Math.ceil(CROSSINGS * this.#stretch);
    this.#line = new Float32Array(this.#reach);
    this.#place = this.#reach;
  }

  /** As many samples as can be told by now. */
  push(input: Float32Array): Float32Array {
    if (this.#step === 1) return input;
    const line = new Float32Array(this.#line.length + input.length);
    line.set(this.#line);
    line.set(input, this.#line.length);
    const count = Math.max(0, Math.ceil((line.length - this.#reach - this.#place) / this.#step));
    const output = new Float32Array(count);
    for (let index = 0; index < count; index += 1) {
      output[index] = this.#at(line, this.#place);
      this.#place += this.#step;
    }
    const passed = Math.max(0, Math.floor(this.#place) - this.#reach);
    this.#line = line.slice(passed);
    this.#place -= passed;
    return output;
  }

  #at(line: Float32Array, place: number): number {
    const first = Math.ceil(place - this.#reach);
    const last = Math.floor(place + this.#reach);
    let sum = 0;
    for (let at = first; at <= last; at += 1) sum += (line[at] ?? 0) * this.#kernel(place - at);
    return sum;
  }

  #kernel(distance: number): number {
    if (distance === 0) return 1 / this.#stretch;
    const angle = (Math.PI * distance) / this.#stretch;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / this.#reach);
    return ((Math.sin(angle) / angle) * window) / this.#stretch;
  }
}
