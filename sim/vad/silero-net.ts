// The Silero voice activity model computed in plain arithmetic: the same network and weights as
// `agent/io/silero` runs in ONNX Runtime, synchronous and equal to the last bit on every machine, which a
// vendor's vector code is not. It promises ONNX Runtime's score within 1 of 1024 (a test listens to
// both); it refuses a model of another shape.
import { assert } from '#agent/core/assert.ts';
import { readTensors } from '#agent/media/silero/onnx.ts';
import { Spectrum } from '#agent/media/silero/spectrum.ts';
import { WINDOW_SAMPLES } from '../caller/speech-table.ts';

const CONTEXT = 64;
/** Half windows of the spectrum, and how many there are in a window with its context and reflection. */
const HOP = 128;
const FRAMES = 4;
const BINS = 129;
const HIDDEN = 128;
const MIDDLE = 64;
const SCORE_MAX = 1_024;
/** As in `agent/media/silero/ear.ts`: after six quiet windows a stream is as new. */
const FORGET_AFTER = 6;
const QUIET_BELOW = 51;

export class SileroNet {
  readonly #encoders: readonly Float32Array[];
  readonly #biases: readonly Float32Array[];
  /** Input and hidden weights of the four gates side by side: one row of 256 per gate and cell. */
  readonly #cell: Float32Array;
  readonly #cellBias: Float32Array;
  readonly #out: Float32Array;
  readonly #outBias: number;
  readonly #spectrum: Spectrum;

  /** `model`: the bytes of `silero_vad.onnx`. Throws when they are another model's. */
  constructor(model: Uint8Array) {
    const tensors = readTensors(model, 'then_branch');
    const encoder = (index: number, count: number) =>
      tensors.floats(`encoder.${index}.reparam_conv.weight`, count);
    this.#spectrum = new Spectrum(tensors.floats('stft.forward_basis_buffer', 2 * BINS * 2 * HOP));
    this.#encoders = [
      encoder(0, HIDDEN * BINS * 3),
      encoder(1, MIDDLE * HIDDEN * 3),
      encoder(2, MIDDLE * MIDDLE * 3),
      encoder(3, HIDDEN * MIDDLE * 3),
    ];
    this.#biases = [HIDDEN, MIDDLE, MIDDLE, HIDDEN].map((count, index) =>
      tensors.floats(`encoder.${index}.reparam_conv.bias`, count),
    );
    const input = tensors.floats('decoder.rnn.weight_ih', 4 * HIDDEN * HIDDEN);
    const hidden = tensors.floats('decoder.rnn.weight_hh', 4 * HIDDEN * HIDDEN);
    this.#cell = new Float32Array(8 * HIDDEN * HIDDEN);
    for (let row = 0; row < 4 * HIDDEN; row += 1) {
      this.#cell.set(input.subarray(row * HIDDEN, (row + 1) * HIDDEN), 2 * row * HIDDEN);
      this.#cell.set(hidden.subarray(row * HIDDEN, (row + 1) * HIDDEN), (2 * row + 1) * HIDDEN);
    }
    const inputBias = tensors.floats('decoder.rnn.bias_ih', 4 * HIDDEN);
    const hiddenBias = tensors.floats('decoder.rnn.bias_hh', 4 * HIDDEN);
    this.#cellBias = inputBias.map((bias, row) => bias + (hiddenBias[row] as number));
    this.#out = tensors.floats('decoder.decoder.2.weight', HIDDEN);
    this.#outBias = tensors.floats('decoder.decoder.2.bias', 1)[0] as number;
  }

  stream(): SileroNetStream {
    return new SileroNetStream(this);
  }

  /** Probability of speech in `input` (576 samples, -1…1); `state` and `memory` are carried on. */
  run(input: Float64Array, state: Float64Array, memory: Float64Array): number {
    const spectrum = this.#spectrum.of(input);
    const first = wide(spectrum, this.#encoders[0] as Float32Array, this.#biases[0] as Float32Array);
    const second = halved(first, this.#encoders[1] as Float32Array, this.#biases[1] as Float32Array);
    const third = narrow(second, 2, this.#encoders[2] as Float32Array, this.#biases[2] as Float32Array);
    const fourth = narrow(third, 1, this.#encoders[3] as Float32Array, this.#biases[3] as Float32Array);
    return this.#decode(fourth, state, memory);
  }

  /** One step of the LSTM (gates i, f, g, o) and the output layer. */
  #decode(input: Float64Array, state: Float64Array, memory: Float64Array): number {
    const both = new Float64Array(2 * HIDDEN);
    both.set(input);
    both.set(state, HIDDEN);
    const gate = (row: number): number =>
      dot(this.#cell, 2 * row * HIDDEN, both) + (this.#cellBias[row] as number);
    let sum = this.#outBias;
    for (let cell = 0; cell < HIDDEN; cell += 1) {
      const kept = sigmoid(gate(HIDDEN + cell)) * (memory[cell] as number);
      const next = kept + sigmoid(gate(cell)) * Math.tanh(gate(2 * HIDDEN + cell));
      memory[cell] = next;
      const out = sigmoid(gate(3 * HIDDEN + cell)) * Math.tanh(next);
      state[cell] = out;
      if (out > 0) sum += out * (this.#out[cell] as number);
    }
    return sigmoid(sum);
  }
}

/** What the model remembers of one call: `agent/io/silero` in everything but the time it takes. */
export class SileroNetStream {
  readonly #net: SileroNet;
  readonly #state = new Float64Array(HIDDEN);
  readonly #memory = new Float64Array(HIDDEN);
  readonly #input = new Float64Array(CONTEXT + WINDOW_SAMPLES);
  #quiet = FORGET_AFTER;

  constructor(net: SileroNet) {
    this.#net = net;
  }

  /** True when nothing before the last window can change what is scored next. */
  get forgotten(): boolean {
    return this.#quiet >= FORGET_AFTER;
  }

  /** The score of the next window, 0…1024. */
  score(window: Int16Array): number {
    assert(window.length === WINDOW_SAMPLES, `a VAD window is ${WINDOW_SAMPLES} samples`);
    const input = this.#input;
    input.copyWithin(0, WINDOW_SAMPLES);
    for (let at = 0; at < WINDOW_SAMPLES; at += 1) input[CONTEXT + at] = (window[at] as number) / 32_768;
    if (this.forgotten) {
      this.#state.fill(0);
      this.#memory.fill(0);
    }
    const score = Math.round(this.#net.run(input, this.#state, this.#memory) * SCORE_MAX);
    this.#quiet = score < QUIET_BELOW ? this.#quiet + 1 : 0;
    return score;
  }
}

/** Three taps over four frames, padded with one of zeros on either side. Frames lie side by side. */
function wide(input: Float64Array, weights: Float32Array, biases: Float32Array): Float64Array {
  const output = new Float64Array(biases.length * FRAMES);
  const channels = input.length / FRAMES;
  for (let to = 0, at = 0; to < biases.length; to += 1) {
    let y0 = biases[to] as number;
    let [y1, y2, y3] = [y0, y0, y0];
    for (let from = 0; from < channels * FRAMES; from += FRAMES, at += 3) {
      const before = weights[at] as number;
      const here = weights[at + 1] as number;
      const after = weights[at + 2] as number;
      const x0 = input[from] as number;
      const x1 = input[from + 1] as number;
      const x2 = input[from + 2] as number;
      const x3 = input[from + 3] as number;
      y0 += here * x0 + after * x1;
      y1 += before * x0 + here * x1 + after * x2;
      y2 += before * x1 + here * x2 + after * x3;
      y3 += before * x2 + here * x3;
    }
    output[4 * to] = y0 > 0 ? y0 : 0;
    output[4 * to + 1] = y1 > 0 ? y1 : 0;
    output[4 * to + 2] = y2 > 0 ? y2 : 0;
    output[4 * to + 3] = y3 > 0 ? y3 : 0;
  }
  return output;
}

/** Every second of four frames. */
function halved(input: Float64Array, weights: Float32Array, biases: Float32Array): Float64Array {
  const output = new Float64Array(biases.length * 2);
  for (let to = 0, at = 0; to < biases.length; to += 1) {
    let y0 = biases[to] as number;
    let y1 = y0;
    for (let from = 0; from < input.length; from += FRAMES, at += 3) {
      const before = weights[at] as number;
      const here = weights[at + 1] as number;
      const after = weights[at + 2] as number;
      const x1 = input[from + 1] as number;
      y0 += here * (input[from] as number) + after * x1;
      y1 += before * x1 + here * (input[from + 2] as number) + after * (input[from + 3] as number);
    }
    output[2 * to] = y0 > 0 ? y0 : 0;
    output[2 * to + 1] = y1 > 0 ? y1 : 0;
  }
  return output;
}

/** The first of one or two frames: its left neighbour is padding, its right one too when it is alone. */
function narrow(
  input: Float64Array,
  frames: 1 | 2,
  weights: Float32Array,
  biases: Float32Array,
): Float64Array {
  const output = new Float64Array(biases.length);
  for (let to = 0, at = 0; to < biases.length; to += 1) {
    let y = biases[to] as number;
    for (let from = 0; from < input.length; from += frames, at += 3) {
      y += (weights[at + 1] as number) * (input[from] as number);
      if (frames === 2) y += (weights[at + 2] as number) * (input[from + 1] as number);
    }
    output[to] = y > 0 ? y : 0;
  }
  return output;
}

/** Four sums at a time, in an order that is part of the result. */
function dot(weights: Float32Array, offset: number, values: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let at = 0; at < values.length; at += 4) {
    a += (weights[offset + at] as number) * (values[at] as number);
    b += (weights[offset + at + 1] as number) * (values[at + 1] as number);
    c += (weights[offset + at + 2] as number) * (values[at + 2] as number);
    d += (weights[offset + at + 3] as number) * (values[at + 3] as number);
  }
  return a + b + (c + d);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
