// Keyed chance. A draw is a pure function of its key, so adding a draw in one place, or making one
// more request in a new version of the code, never changes the value of another: two versions can
// be compared turn by turn.

/** 32-bit hash of a string, continuing from `state`. */
export function hashText(state: number, text: string): number {
  let hash = state | 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash ^= hash >>> 15;
  }
  return mix(hash ^ text.length);
}

/** 32-bit hash of a number (its integer value, low and high part), continuing from `state`. */
export function hashNumber(state: number, value: number): number {
  const high = Math.floor(value / 0x1_0000_0000) | 0;
  return mix(mix(state ^ (value | 0)) ^ high ^ 0x9e3779b9);
}

/** Murmur3's finaliser: every input bit reaches every output bit. */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Uniform in [0, 1) from 53 bits of two independent hashes of one state. */
export function uniformOf(state: number): number {
  const high = mix(state) >>> 5;
  const low = mix(state ^ 0x5bd1e995) >>> 6;
  return (high * 0x4000000 + low) / 0x20000000000000;
}

/** Draws keyed by (seed, scenario, turn, stage, attempt); attempts are counted per (turn, stage). */
export class KeyedChance {
  readonly #root: number;
  readonly #attempts = new Map<string, number>();

  constructor(seed: number, scenario: string) {
    this.#root = hashText(hashNumber(0x243f6a88, seed), scenario);
  }

  /** Uniform in [0, 1). */
  uniform(turn: number, stage: string): number {
    const key = `${turn}/${stage}`;
    const attempt = this.#attempts.get(key) ?? 0;
    this.#attempts.set(key, attempt + 1);
    return uniformOf(hashNumber(hashText(hashNumber(this.#root, turn), stage), attempt));
  }
}
