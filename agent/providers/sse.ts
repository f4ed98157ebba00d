// Server-sent events, cut at any byte: chunks go in, the payloads of whole events come out. Lines
// are decoded only when they are complete, so that a character split between chunks cannot break.
// Only `data` is kept; a line or event beyond its bound poisons the stream. Source: WHATWG HTML,
// section "Server-sent events".

const LF = 0x0a;
const CR = 0x0d;

export class SseParser {
  readonly #bytesMax: number;
  /** The parts of a line that is not complete yet. */
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #data: string[] = [];
  #dataChars = 0;
  #afterCr = false;
  #first = true;
  #poisoned = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Appends the payloads completed by `chunk` to `into`. False when a bound is broken, for good. */
  push(chunk: Uint8Array, into: string[]): boolean {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte !== LF && byte !== CR) {
        this.#afterCr = false;
        continue;
      }
      // The LF of a CRLF ends nothing: its CR did.
      if (!(byte === LF && this.#afterCr)) this.#line(this.#take(chunk, from, at), into);
      this.#afterCr = byte === CR;
      from = at + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
    return !this.#poisoned;
  }

  /** The stream is over: what stands there without its last line break still counts. */
  end(into: string[]): void {
    this.#line(this.#take(new Uint8Array(0), 0, 0), into);
    this.#line('', into);
  }

  #keep(part: Uint8Array): void {
    this.#partBytes += part.length;
    if (this.#partBytes > this.#bytesMax) this.#poison();
    // Copied: the chunk belongs to whoever read it from the socket.
    else this.#parts.push(part.slice());
  }

  #take(chunk: Uint8Array, from: number, to: number): string {
    const rest = chunk.subarray(from, to);
    if (this.#parts.length === 0) return textOf(rest);
    const whole = Buffer.concat([...this.#parts, rest]);
    this.#parts = [];
    this.#partBytes = 0;
    return textOf(whole);
  }

  #line(line: string, into: string[]): void {
    if (this.#poisoned) return;
    const text = this.#first && line.startsWith('\ufeff') ? line.slice(1) : line;
    this.#first = false;
    if (text === '') {
      if (this.#data.length > 0) into.push(this.#data.join('\n'));
      this.#data = [];
      this.#dataChars = 0;
      return;
    }
    if (text !== 'data' && !text.startsWith('data:')) return;
    const value = text.slice(text.startsWith('data: ') ? 6 : 5);
    this.#dataChars += value.length;
    if (this.#dataChars > this.#bytesMax) this.#poison();
    else this.#data.push(value);
  }

  #poison(): void {
    this.#poisoned = true;
    this.#parts = [];
    this.#data = [];
  }
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
