// The Silero voice activity model in plain arithmetic: the network and weights of `silero_vad.onnx`, computed
// in vectors of four floats. It promises ONNX Runtime's score within 1 of 1024 (a test listens to both) at a
// quarter of its cost for a single window, and the same bits on every machine; it refuses another model.
import { type Floats, Kernel, type Matrix } from './kernel.ts';
import { readTensors, type Tensors } from './onnx.ts';
import { Spectrum } from './spectrum.ts';

/** Samples of one window: 32 ms at 16 kHz; what is kept of the window before it; both together. */
export const WINDOW = 512;
export const CONTEXT = 64;
export const INPUT = CONTEXT + WINDOW;
/** Values of each of the two memories of the recurrent cell. */
export const HIDDEN = 128;

const BINS = 129;
/** The same in whole vectors. */
const BINS_WIDE = 132;
const FRAMES = 4;
const MIDDLE = 64;
/** More than all weights and buffers take. */
const FLOATS_MAX = 360_000;

/** What the model remembers of one call: the cell's output and its memory. */
export type NetState = { readonly output: Float32Array; readonly cell: Float32Array };

export class SileroNet {
  readonly #kernel = new Kernel(FLOATS_MAX);
  readonly #spectrum: Spectrum;
  readonly #layers: readonly [Matrix, Matrix, Matrix, Matrix];
  readonly #gates: Matrix;
  readonly #out: Float32Array;
  readonly #outBias: number;
  /** Inputs of the layers, each frame behind the other; padding frames before and after stay zero. */
  readonly #frames: Floats;
  readonly #first: Floats;
  readonly #second: Floats;
  readonly #third: Floats;
  /** What the last layer says, and behind it the cell's last output. */
  readonly #both: Floats;
  readonly #gated: Floats;

  /** `model`: the bytes of `silero_vad.onnx`. Throws when they are another model's. */
  constructor(model: Uint8Array) {
    const tensors = readTensors(model, 'then_branch');
    const kernel = this.#kernel;
    this.#spectrum = new Spectrum(tensors.floats('stft.forward_basis_buffer', 2 * BINS * 256));
    this.#layers = [
      layer(kernel, tensors, { index: 0, from: BINS, wide: BINS_WIDE, to: HIDDEN, taps: [0, 1, 2] }),
      layer(kernel, tensors, { index: 1, from: HIDDEN, wide: HIDDEN, to: MIDDLE, taps: [0, 1, 2] }),
      // Of two frames the first has padding before it, of one frame on both sides.
      layer(kernel, tensors, { index: 2, from: MIDDLE, wide: MIDDLE, to: MIDDLE, taps: [1, 2] }),
      layer(kernel, tensors, { index: 3, from: MIDDLE, wide: MIDDLE, to: HIDDEN, taps: [1] }),
    ];
    this.#gates = gatesOf(kernel, tensors);
    this.#out = tensors.floats('decoder.decoder.2.weight', HIDDEN);
    this.#outBias = tensors.floats('decoder.decoder.2.bias', 1)[0] ?? 0;
    this.#frames = kernel.floats((FRAMES + 2) * BINS_WIDE);
    this.#first = kernel.floats((FRAMES + 1) * HIDDEN);
    this.#second = kernel.floats(2 * MIDDLE);
    this.#third = kernel.floats(MIDDLE);
    this.#both = kernel.floats(2 * HIDDEN);
    this.#gated = kernel.floats(4 * HIDDEN);
  }

  /** Probability of speech in `input` (576 samples, -1…1); `state` is carried on. */
  run(input: Float64Array, state: NetState): number {
    const spectrum = this.#spectrum.of(input);
    const frames = this.#frames.values;
    for (let bin = 0, at = 0; bin < BINS; bin += 1, at += FRAMES) {
      frames[BINS_WIDE + bin] = spectrum[at] as number;
      frames[2 * BINS_WIDE + bin] = spectrum[at + 1] as number;
      frames[3 * BINS_WIDE + bin] = spectrum[at + 2] as number;
      frames[4 * BINS_WIDE + bin] = spectrum[at + 3] as number;
    }
    this.#encode();
    this.#both.values.set(state.output, HIDDEN);
    this.#kernel.apply(this.#gates, this.#both.at, this.#gated.at, Number.NEGATIVE_INFINITY);
    return this.#decode(state);
  }

  #encode(): void {
    const [wide, halving, narrow, last] = this.#layers;
    const [frames, first, second, third] = [this.#frames.at, this.#first.at, this.#second.at, this.#third.at];
    for (let frame = 0; frame < FRAMES; frame += 1) {
      this.#kernel.apply(wide, frames + 4 * frame * BINS_WIDE, first + 4 * (frame + 1) * HIDDEN, 0);
    }
    for (let frame = 0; frame < 2; frame += 1) {
      this.#kernel.apply(halving, first + 8 * frame * HIDDEN, second + 4 * frame * MIDDLE, 0);
    }
    this.#kernel.apply(narrow, second, third, 0);
    this.#kernel.apply(last, third, this.#both.at, 0);
  }

  /** The cell's gates (i, f, g, o) and the output layer. */
  #decode({ output, cell }: NetState): number {
    const gated = this.#gated.values;
    let sum = this.#outBias;
    for (let at = 0; at < HIDDEN; at += 1) {
      const taken = sigmoid(gated[at] as number) * Math.tanh(gated[2 * HIDDEN + at] as number);
      const next = sigmoid(gated[HIDDEN + at] as number) * (cell[at] as number) + taken;
      const said = sigmoid(gated[3 * HIDDEN + at] as number) * Math.tanh(next);
      cell[at] = next;
      output[at] = said;
      if (said > 0) sum += said * (this.#out[at] as number);
    }
    return sigmoid(sum);
  }
}

type LayerShape = {
  readonly index: number;
  readonly from: number;
  /** `from` as it lies in a frame. */
  readonly wide: number;
  readonly to: number;
  /** Which of the three taps have anything to look at. */
  readonly taps: readonly number[];
};

/** A convolution as a product with neighbouring frames, which lie side by side. */
function layer(kernel: Kernel, tensors: Tensors, { index, from, wide, to, taps }: LayerShape): Matrix {
  const weights = tensors.floats(`encoder.${index}.reparam_conv.weight`, to * from * 3);
  const at = (row: number, column: number): number => {
    const [tap = 0, channel] = [taps[Math.floor(column / wide)], column % wide];
    return channel < from ? (weights[(row * from + channel) * 3 + tap] as number) : 0;
  };
  return kernel.matrix(to, taps.length * wide, at, tensors.floats(`encoder.${index}.reparam_conv.bias`, to));
}

/** Input and hidden weights of the four gates side by side. */
function gatesOf(kernel: Kernel, tensors: Tensors): Matrix {
  const input = tensors.floats('decoder.rnn.weight_ih', 4 * HIDDEN * HIDDEN);
  const hidden = tensors.floats('decoder.rnn.weight_hh', 4 * HIDDEN * HIDDEN);
  const biases = tensors.floats('decoder.rnn.bias_ih', 4 * HIDDEN);
  for (const [row, bias] of tensors.floats('decoder.rnn.bias_hh', 4 * HIDDEN).entries()) {
    biases[row] = (biases[row] as number) + bias;
  }
  const at = (row: number, column: number): number =>
    column < HIDDEN
      ? (input[row * HIDDEN + column] as number)
      : (hidden[row * HIDDEN + column - HIDDEN] as number);
  return kernel.matrix(4 * HIDDEN, 2 * HIDDEN, at, biases);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
