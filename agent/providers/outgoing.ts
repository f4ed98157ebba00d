// What waits to be sent to a vendor that is particular about its audio: in pieces of one length, and no
// faster than it was spoken. Words keep their place among it. It promises that nothing is dropped or
// reordered; how much may wait is bounded by whoever fills it.
import type { Micros } from '../core/time.ts';

export type OutgoingOptions = {
  readonly pieceBytes: number;
  /** Bytes of one second. */
  readonly bytesPerS: number;
  /** How far audio may be ahead of real time; Infinity: at once. */
  readonly aheadUs: Micros;
};

export class Outgoing {
  readonly #options: OutgoingOptions;
  readonly #pieceUs: Micros;
  readonly #waiting: (Uint8Array | string)[] = [];
  #piece: Uint8Array;
  #filled = 0;
  /** When the audio sent so far would have been spoken. */
  #spokenAt: Micros = 0;

  constructor(options: OutgoingOptions) {
    this.#options = options;
    this.#pieceUs = Math.round((options.pieceBytes * 1_000_000) / options.bytesPerS);
    this.#piece = new Uint8Array(options.pieceBytes);
  }

  push(pcm: Uint8Array): void {
    for (let at = 0; at < pcm.length; ) {
      const part = pcm.subarray(at, at + this.#piece.length - this.#filled);
      this.#piece.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#piece.length) this.#ship();
    }
  }

  /** Words, after all audio so far: the piece under way is filled up with silence. */
  say(words: string): void {
    if (this.#filled > 0) this.#ship();
    this.#waiting.push(words);
  }

  /** The next that may be sent at `now`. */
  take(now: Micros): Uint8Array | string | undefined {
    const next = this.#waiting[0];
    if (next === undefined || now < this.at) return undefined;
    this.#waiting.shift();
    if (typeof next !== 'string') this.#spokenAt = Math.max(this.#spokenAt, now) + this.#pieceUs;
    return next;
  }

  /** When the next may be sent; Infinity when nothing waits. */
  get at(): Micros {
    const next = this.#waiting[0];
    if (next === undefined) return Infinity;
    return typeof next === 'string' ? 0 : this.#spokenAt - this.#options.aheadUs;
  }

  /** How long what waits will take. */
  get delayUs(): Micros {
    return this.#options.aheadUs === Infinity ? 0 : this.#waiting.length * this.#pieceUs;
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#filled = 0;
    this.#spokenAt = 0;
  }

  #ship(): void {
    this.#waiting.push(this.#piece.fill(0, this.#filled));
    this.#piece = new Uint8Array(this.#options.pieceBytes);
    this.#filled = 0;
  }
}
