// The one loop that the voice activity model spends its time in, a matrix times a vector, as a WebAssembly
// module of 128-bit vectors written out below. It promises the same sums on every machine, to the last bit,
// eight times faster than a JavaScript engine adds them up; it refuses shapes that are no multiples of four.
import { assert } from '../../core/assert.ts';

const FLOAT_BYTES = 4;
const PAGE_BYTES = 65_536;

/** A run of floats in the kernel's memory. */
export type Floats = { readonly at: number; readonly values: Float32Array };

export type Matrix = {
  readonly rows: number;
  readonly columns: number;
  readonly weights: Floats;
  readonly biases: Floats;
};

type Product = (
  out: number,
  w: number,
  x: number,
  b: number,
  rows: number,
  columns: number,
  low: number,
) => void;

export class Kernel {
  readonly #memory: WebAssembly.Memory;
  readonly #product: Product;
  #used = 0;

  /** `floatsMax`: what all runs together may hold. */
  constructor(floatsMax: number) {
    const pages = Math.ceil((floatsMax * FLOAT_BYTES) / PAGE_BYTES);
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), {
      k: { memory: this.#memory },
    });
    this.#product = instance.exports['product'] as Product;
  }

  /** `count` zeros. */
  floats(count: number): Floats {
    const at = this.#used;
    // Vectors of 16 bytes are fastest where they do not straddle.
    this.#used += Math.ceil((count * FLOAT_BYTES) / 64) * 64;
    assert(this.#used <= this.#memory.buffer.byteLength, 'the kernel has no room for that');
    return { at, values: new Float32Array(this.#memory.buffer, at, count) };
  }

  /** `at(row, column)`: its weights, laid out as they are read: four rows by four columns. */
  matrix(
    rows: number,
    columns: number,
    at: (row: number, column: number) => number,
    bias: Float32Array,
  ): Matrix {
    assert(rows % 4 === 0 && columns % 4 === 0 && bias.length === rows, `a matrix of ${rows} by ${columns}`);
    const weights = this.floats(rows * columns);
    const biases = this.floats(rows);
    biases.values.set(bias);
    let to = 0;
    for (let row = 0; row < rows; row += 4) {
      for (let column = 0; column < columns; column += 4) {
        for (let index = 0; index < 16; index += 1) {
          weights.values[to++] = at(row + (index >> 2), column + (index & 3));
        }
      }
    }
    return { rows, columns, weights, biases };
  }

  /** out = matrix · input + biases, nothing below `low`. Both are byte addresses of multiples of 16. */
  apply({ rows, columns, weights, biases }: Matrix, input: number, out: number, low: number): void {
    this.#product(out, weights.at, input, biases.at, rows, columns, low);
  }
}

// The instructions used, by their names in the WebAssembly specification.
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const i32 = (value: number) => [0x41, value];
const vectorAt = (offset: number) => [0xfd, 0x00, 0x04, offset];
const lane = (index: number) => [0xfd, 0x1f, index];
const ADD = [0x6a];
const SHIFT_LEFT = [0x74];
const IS_LESS = [0x49];
const LOOP = [0x03, 0x40];
const AGAIN_IF = [0x0d, 0x00];
const END = [0x0b];
const FLOAT_ADD = [0x92];
const FLOAT_MAX = [0x97];
const floatAt = (offset: number) => [0x2a, 0x02, offset];
const storeFloat = (offset: number) => [0x38, 0x02, offset];
const VECTOR_ADD = [0xfd, 0xe4, 0x01];
const VECTOR_MULTIPLY = [0xfd, 0xe6, 0x01];
const ZEROS = [0xfd, 0x0c, ...Array.from({ length: 16 }, () => 0)];

/** Parameters, then locals. */
const [OUT, W, X, B, ROWS, COLUMNS, LOW, XP, X_END, OUT_END, SUM, XV] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14,
];
const FOUR = [0, 1, 2, 3] as const;
const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

function body(): readonly number[] {
  const end = (from: number, count: number) => [
    ...get(from),
    ...get(count),
    ...i32(2),
    ...SHIFT_LEFT,
    ...ADD,
  ];
  const sumOf = (row: number) => [
    ...FOUR.flatMap((index) => [...get(SUM + row), ...lane(index)]),
    ...[...FLOAT_ADD, ...FLOAT_ADD, ...FLOAT_ADD],
  ];
  return [
    ...[...end(OUT, ROWS), ...set(OUT_END)],
    ...[...end(X, COLUMNS), ...set(X_END)],
    ...LOOP,
    ...FOUR.flatMap((row) => [...ZEROS, ...set(SUM + row)]),
    ...[...get(X), ...set(XP)],
    ...LOOP,
    ...[...get(XP), ...vectorAt(0), ...set(XV)],
    ...FOUR.flatMap((row) => [
      ...get(SUM + row),
      ...[...get(W), ...vectorAt(16 * row), ...get(XV), ...VECTOR_MULTIPLY],
      ...[...VECTOR_ADD, ...set(SUM + row)],
    ]),
    // 64 as a signed LEB128 number takes two bytes.
    ...[...get(W), 0x41, 0xc0, 0x00, ...ADD, ...set(W)],
    ...[...get(XP), ...i32(16), ...ADD, ...tee(XP), ...get(X_END), ...IS_LESS, ...AGAIN_IF],
    ...END,
    ...FOUR.flatMap((row) => [
      ...get(OUT),
      ...[...sumOf(row), ...get(B), ...floatAt(4 * row), ...FLOAT_ADD, ...get(LOW), ...FLOAT_MAX],
      ...storeFloat(4 * row),
    ]),
    ...[...get(B), ...i32(16), ...ADD, ...set(B)],
    ...[...get(OUT), ...i32(16), ...ADD, ...tee(OUT), ...get(OUT_END), ...IS_LESS, ...AGAIN_IF],
    ...END,
    ...END,
  ];
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];
  const section = (id: number, content: readonly number[]) => [id, ...sized(content)];
  // Three integers, five vectors.
  const code = [2, 3, I32, 5, V128, ...body()];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 7, I32, I32, I32, I32, I32, I32, F32, 0]),
    // A memory of at least one page.
    ...section(2, [1, ...name('k'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('product'), 0x00, 0]),
    ...section(10, [1, ...sized(code)]),
  ]);
}

/** Its length as an unsigned LEB128 number of two bytes, then the content. */
const sized = (content: readonly number[]): readonly number[] => [
  (content.length & 0x7f) | 0x80,
  content.length >> 7,
  ...content,
];
