// The trace of a run: facts in the order they happened, and a hash that covers every fact and every
// message on the wire. Equal code, scenario and seed give an equal hash on any machine; a different
// hash is an intended change or a bug in determinism.
import type { Micros } from '#agent/core/time.ts';
import type { Fact } from './fact.ts';
import { hashBytes, hashNumber, hashText, mix } from './hash.ts';

export class Trace {
  readonly facts: Fact[] = [];
  #low = 0x6a09e667;
  #high = 0xbb67ae85;

  note(fact: Fact): void {
    this.facts.push(fact);
    let state = hashNumber(0, fact.t);
    for (const [key, value] of Object.entries(fact)) {
      state = hashText(state, key);
      if (typeof value === 'string') state = hashText(state, value);
      else if (Number.isSafeInteger(value)) state = hashNumber(state, Number(value));
      else state = hashText(state, String(value));
    }
    this.#fold(state);
  }

  /** A message delivered on the wire: when, where, its length and the fingerprint of its bytes. */
  wire(t: Micros, place: number, length: number, fingerprint: number): void {
    this.#fold(hashNumber(hashNumber(hashNumber(place, t), length), fingerprint));
  }

  /** 16 hexadecimal digits over everything noted so far. */
  get hash(): string {
    return hex(this.#low) + hex(this.#high);
  }

  #fold(state: number): void {
    this.#low = mix(Math.imul(this.#low, 31) ^ state);
    this.#high = mix(Math.imul(this.#high, 37) + state + this.#low);
  }
}

/** 32-bit fingerprint of a message's bytes or characters. */
export const fingerprint = (data: string | Uint8Array): number =>
  typeof data === 'string' ? hashText(0, data) : hashBytes(data);

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
