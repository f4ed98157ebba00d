// Draws for resampling that are the same in every run of the gate: a generator whose whole state is a
// number made from a text. Not for anything that must be unpredictable.

export class Chance {
  #state: number;

  /** Equal texts give equal draws. */
  constructor(key: string) {
    let hash = 0x811c9dc5;
    for (let index = 0; index < key.length; index += 1) {
      hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
    }
    this.#state = hash;
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    // Weyl sequence through Murmur3's finaliser.
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    bits ^= bits >>> 16;
    return Math.floor(((bits >>> 0) / 0x1_0000_0000) * count);
  }
}
