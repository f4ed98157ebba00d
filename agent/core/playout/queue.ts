// Audio of a reply that waits to be sent, cut into equal packets when it leaves. Bounded: what does
// not fit is refused and said so.

export class AudioQueue {
  readonly #bytesMax: number;
  #chunks: Uint8Array[] = [];
  #first = 0;
  #offset = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False when the queue is full; then nothing was added. */
  push(pcm: Uint8Array): boolean {
    if (this.#bytes + pcm.length > this.#bytesMax) return false;
    this.#chunks.push(pcm);
    this.#bytes += pcm.length;
    return true;
  }

  /** Takes up to `length` bytes, fewer only when the queue runs out. */
  take(length: number): Uint8Array {
    const packet = new Uint8Array(Math.min(length, this.#bytes));
    let filled = 0;
    while (filled < packet.length) {
      const chunk = this.#chunks[this.#first];
      if (chunk === undefined) break;
      const part = chunk.subarray(this.#offset, this.#offset + packet.length - filled);
      packet.set(part, filled);
      filled += part.length;
      this.#advance(chunk, part.length);
    }
    this.#bytes -= filled;
    return packet;
  }

  #advance(chunk: Uint8Array, length: number): void {
    this.#offset += length;
    if (this.#offset < chunk.length) return;
    this.#offset = 0;
    this.#first += 1;
    if (this.#first < this.#chunks.length) return;
    this.#chunks = [];
    this.#first = 0;
  }
}
