// Writes proto3 fields into one buffer whose size was computed beforehand: one allocation per
// message. Fields that hold their proto3 default are left out, as every encoder does. It knows the
// four field shapes of our messages and tags below 128 only.
import { assert } from '../../core/assert.ts';

export class ProtoWriter {
  readonly bytes: Uint8Array<ArrayBuffer>;
  #position = 0;

  /** A buffer for one embedded message of `size` bytes under `tag`, its head already written. */
  constructor(tag: number, size: number) {
    // From Node's pool and not cleared, which halves the cost of a frame: `finish` asserts that every
    // byte was written.
    const { buffer, byteOffset, byteLength } = Buffer.allocUnsafe(1 + sizeOfVarint(size) + size);
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength);
    this.#head(tag, size);
  }

  uint32(tag: number, value: number): void {
    if (value !== 0) this.#head(tag, value);
  }

  uint64(tag: number, value: bigint): void {
    if (value !== 0n) this.presentUint64(tag, value);
  }

  /** For `optional` fields, whose zero is written too. */
  presentUint64(tag: number, value: bigint): void {
    this.bytes[this.#position++] = tag;
    let rest = value;
    while (rest > 0x7fn) {
      this.bytes[this.#position++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.#position++] = Number(rest);
  }

  data(tag: number, data: Uint8Array): void {
    if (data.length === 0) return;
    this.#head(tag, data.length);
    this.bytes.set(data, this.#position);
    this.#position += data.length;
  }

  /** `length`: bytes of `text` in UTF-8, as `utf8Length` told. */
  text(tag: number, text: string, length: number): void {
    if (length === 0) return;
    this.#head(tag, length);
    if (length === text.length && length < SHORT) {
      // One byte per character is ASCII; for the few of a name a loop beats a call into the encoder.
      for (let i = 0; i < length; i += 1) this.bytes[this.#position++] = text.charCodeAt(i);
      return;
    }
    encoder.encodeInto(text, this.bytes.subarray(this.#position));
    this.#position += length;
  }

  /** The finished bytes; everything announced must have been written. */
  finish(): Uint8Array<ArrayBuffer> {
    assert(this.#position === this.bytes.length, 'a protobuf message has another size than announced');
    return this.bytes;
  }

  #head(tag: number, value: number): void {
    assert(tag < 0x80, 'only tags of one byte are written');
    this.bytes[this.#position++] = tag;
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.#position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.#position++] = rest;
  }
}

const encoder = new TextEncoder();
const SHORT = 32;

export const utf8Length = (text: string): number => Buffer.byteLength(text);

export const sizeOfUint32 = (value: number): number => (value === 0 ? 0 : 1 + sizeOfVarint(value));

/** Of a text's or bytes' field, by the length of its content. */
export const sizeOfContent = (length: number): number =>
  length === 0 ? 0 : 1 + sizeOfVarint(length) + length;

export const sizeOfUint64 = (value: bigint): number => (value === 0n ? 0 : sizeOfPresentUint64(value));

export function sizeOfPresentUint64(value: bigint): number {
  let size = 2;
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) size += 1;
  return size;
}

function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) size += 1;
  return size;
}
