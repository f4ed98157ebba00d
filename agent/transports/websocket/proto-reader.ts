// A cursor over proto3 bytes. It promises that no input makes it throw, loop or read outside its
// bounds: the first fault is kept, and from then on every read is empty and every loop over fields
// ends. Groups (wire types 3 and 4), which no current encoder writes, are refused.

export class ProtoReader {
  readonly #bytes: Uint8Array;
  #position = 0;
  #end: number;
  #fault: string | undefined;
  #tag = 0;
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** Why the bytes are not proto3; undefined while they are. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Field number and wire type of the current field, as they stand in the bytes (`number << 3 | type`). */
  get tag(): number {
    return this.#tag;
  }

  /** Moves to the next field of the current message; false at its end and after a fault. */
  next(): boolean {
    if (this.#position >= this.#end) return false;
    this.#varint();
    this.#tag = this.#low;
    if (this.#high !== 0 || this.#tag >>> 3 === 0) this.#fail('a field has no valid number');
    return this.#fault === undefined;
  }

  /** Narrows the cursor to the embedded message that starts here; give the result to `leave`. */
  enter(): number {
    const outer = this.#end;
    const length = this.#length();
    if (this.#fault === undefined) this.#end = this.#position + length;
    return outer;
  }

  leave(outer: number): void {
    if (this.#fault === undefined) this.#end = outer;
  }

  /** The low 32 bits, as proto3 asks of an over-long uint32. */
  uint32(): number {
    this.#varint();
    return this.#low;
  }

  uint64(): bigint {
    this.#varint();
    if (this.#high === 0) return this.#low === 0 ? 0n : BigInt(this.#low);
    return (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  /** A view of the bytes, not a copy. */
  bytes(): Uint8Array {
    const length = this.#length();
    const start = this.#position;
    this.#position += length;
    return this.#bytes.subarray(start, start + length);
  }

  string(): string {
    const bytes = this.bytes();
    if (isDefaultName(bytes)) return DEFAULT_NAME;
    try {
      return utf8.decode(bytes);
    } catch {
      // The decoder's only way of saying that bytes are not UTF-8.
      this.#fail('a string is not UTF-8');
      return '';
    }
  }

  skip(): void {
    const wireType = this.#tag & 7;
    if (wireType === 0) this.#varint();
    else if (wireType === 1) this.#advance(8);
    else if (wireType === 2) this.#advance(this.#length());
    else if (wireType === 5) this.#advance(4);
    else this.#fail(`a field has the unknown wire type ${wireType}`);
  }

  #length(): number {
    this.#varint();
    if (this.#high === 0 && this.#low <= this.#end - this.#position) return this.#low;
    this.#fail('a field is longer than its message');
    return 0;
  }

  #advance(count: number): void {
    if (count > this.#end - this.#position) this.#fail('it ends inside a field');
    else this.#position += count;
  }

  #varint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#position >= this.#end) return this.#fail('it ends inside a field');
      const byte = this.#bytes[this.#position++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) {
        low |= bits << shift;
      } else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else {
        high |= bits << (shift - 32);
      }
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    this.#fail('a number is longer than ten bytes');
  }

  #fail(reason: string): void {
    this.#fault ??= reason;
    this.#position = this.#end;
    this.#low = 0;
    this.#high = 0;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The name in every audio frame of the stock clients: recognised, so that 62 frames a second decode none. */
const DEFAULT_NAME = 'audio';

const isDefaultName = (bytes: Uint8Array): boolean =>
  bytes.length === 5 &&
  bytes[0] === 0x61 &&
  bytes[1] === 0x75 &&
  bytes[2] === 0x64 &&
  bytes[3] === 0x69 &&
  bytes[4] === 0x6f;
