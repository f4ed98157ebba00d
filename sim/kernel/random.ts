// Chance without a stream: every draw is a hash of what it is for. A draw that is added, removed or
// made earlier, by another part of the world or by a new version of the code, never changes the value
// of another: two versions can be compared turn by turn.
import { hashNumber, hashText, mix } from './hash.ts';

/** Uniform in [0, 1) from 53 bits of two independent hashes of one state. */
export function uniformOf(state: number): number {
  const high = mix(state) >>> 5;
  const low = mix(state ^ 0x5bd1e995) >>> 6;
  return (high * 0x4000000 + low) / 0x20000000000000;
}

/**
 * Draws keyed by (seed, scenario, turn, stage, key, attempt). `key` is what the draw is about, a
 * request's content; attempts are counted per (turn, stage, key), so that only a second draw about the
 * same thing is another attempt.
 */
export class KeyedChance {
  readonly #root: number;
  readonly #attempts = new Map<string, number>();

  constructor(seed: number, scenario: string) {
    this.#root = hashText(hashNumber(0x243f6a88, seed), scenario);
  }

  /** Uniform in [0, 1). */
  uniform(turn: number, stage: string, key = ''): number {
    const about = `${turn}/${stage}/${key}`;
    const attempt = this.#attempts.get(about) ?? 0;
    this.#attempts.set(about, attempt + 1);
    const state = hashText(hashNumber(this.#root, turn), stage);
    return uniformOf(hashNumber(key === '' ? state : hashText(state, key), attempt));
  }
}
