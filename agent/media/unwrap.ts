// Counters on the wire wrap around: a sequence number after 65,535 packets, a timestamp after a day.
// This continues them without end, whichever order they come in, by taking the nearest value.

export class Unwrapper {
  readonly #range: number;
  #last: number | undefined;

  /** `bits` of the counter: 16 or 32. */
  constructor(bits: 16 | 32) {
    this.#range = 2 ** bits;
  }

  /** The value nearest to the newest so far that is equal to `wrapped` modulo the range. */
  unwrap(wrapped: number): number {
    const value = this.peek(wrapped);
    if (this.#last === undefined || value > this.#last) this.#last = value;
    return value;
  }

  /** The same without taking note of it. */
  peek(wrapped: number): number {
    const last = this.#last;
    if (last === undefined) return wrapped;
    const range = this.#range;
    let ahead = (wrapped - last) % range;
    if (ahead < 0) ahead += range;
    return ahead < range / 2 ? last + ahead : last + ahead - range;
  }
}
