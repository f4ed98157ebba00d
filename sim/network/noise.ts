// Chance on a link: one independent sequence per (seed, link, purpose), so that a draw more in one
// process never shifts another. The generator is sfc32 (Chris Doty-Humphrey's small fast counter,
// PractRand), keyed by the kernel's hash; it refuses to be shared, every process makes its own.
import { hashNumber, hashText, mix } from '#sim/kernel/hash.ts';

/** What a link's chance depends on: the run's seed and the link's own name, such as `client/up`. */
export type NoiseKey = { readonly seed: number; readonly name: string };

export class Noise {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare = 0;
  #hasSpare = false;

  constructor(key: NoiseKey, purpose: string) {
    const root = hashText(hashText(hashNumber(0x13198a2e, key.seed), key.name), purpose);
    this.#a = mix(root);
    this.#b = mix(root ^ 0x5bd1e995);
    this.#c = mix(this.#a ^ 0x1b873593);
    // The generator's author advises a dozen steps before the first use.
    for (let step = 0; step < 12; step += 1) this.uniform();
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(1 - this.uniform());
  }

  /** Standard normal (Box and Muller; every second one is kept from the one before). */
  normal(): number {
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return this.#spare;
    }
    const radius = Math.sqrt(2 * this.exponential());
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    this.#hasSpare = true;
    return radius * Math.cos(angle);
  }
}
