// Audio of a reply that waits to be sent, cut into equal packets when it leaves. The last packets are
// kept, so that what broke off can be said again. Bounded: what does not fit is refused and said so.
import { LIMITS } from '../limit.ts';
import { PACKET_US } from './pace.ts';

/** Packets kept after they were taken. */
const TAKEN_MAX = Math.ceil(LIMITS.playoutRecallUs / PACKET_US);

export class AudioQueue {
  readonly #bytesMax: number;
  /** Latest last. */
  readonly #taken: Uint8Array[] = [];
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
    this.#taken.push(packet);
    if (this.#taken.length > TAKEN_MAX) this.#taken.shift();
    return packet;
  }

  /** Puts the last `bytes` taken back in front; returns how many of them were still there. */
  putBack(bytes: number): number {
    const again: Uint8Array[] = [];
    let missing = bytes;
    for (let packet = this.#taken.at(-1); packet !== undefined && missing > 0; packet = this.#taken.at(-1)) {
      this.#taken.pop();
      const from = Math.max(0, packet.length - missing);
      if (from > 0) this.#taken.push(packet.subarray(0, from));
      again.unshift(packet.subarray(from));
      missing -= packet.length - from;
    }
    const first = this.#chunks[this.#first];
    const rest = first === undefined ? [] : [first.subarray(this.#offset)];
    this.#chunks = [...again, ...rest, ...this.#chunks.slice(this.#first + 1)];
    this.#first = 0;
    this.#offset = 0;
    this.#bytes += bytes - missing;
    return bytes - missing;
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
