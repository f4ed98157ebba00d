// The trace of a run: facts in the order they happened, and a hash that covers every fact and every
// message on the wire. Equal code, scenario and seed give an equal hash on any machine; a different
// hash is an intended change or a bug in determinism.
import type { Micros } from '#agent/core/time.ts';
import type { Fact } from './fact.ts';
import { hashNumber, hashText, mix } from './hash.ts';

export class Trace {
  readonly facts: Fact[] = [];
  /** Facts of `facts` that the hash already covers. */
  #folded = 0;
  #low = 0x6a09e667;
  #high = 0xbb67ae85;

  note(fact: Fact): void {
    this.facts.push(fact);
  }

  /** A message delivered on the wire: when, where, its length and the fingerprint of its bytes. */
  wire(t: Micros, place: number, length: number, fingerprint: number): void {
    this.#foldFacts();
    this.#fold(hashNumber(hashNumber(hashNumber(place, t), length), fingerprint));
  }

  /** 16 hexadecimal digits over everything noted so far. */
  get hash(): string {
    this.#foldFacts();
    return hex(this.#low) + hex(this.#high);
  }

  /** Not as they are noted: in real time, what notes a fact has a caller waiting. */
  #foldFacts(): void {
    for (let fact = this.facts[this.#folded]; fact !== undefined; fact = this.facts[this.#folded]) {
      this.#folded += 1;
      this.#fold(hashFact(fact));
    }
  }

  #fold(state: number): void {
    this.#low = mix(Math.imul(this.#low, 31) ^ state);
    this.#high = mix(Math.imul(this.#high, 37) + state + this.#low);
  }
}

function hashFact(fact: Fact): number {
  let state = hashNumber(0, fact.t);
  for (const [key, value] of Object.entries(fact)) {
    state = hashText(state, key);
    if (typeof value === 'string') state = hashText(state, value);
    else if (Number.isSafeInteger(value)) state = hashNumber(state, Number(value));
    else state = hashText(state, String(value));
  }
  return state;
}

/** 32-bit fingerprint of a message's bytes or characters. */
export function fingerprint(data: string | Uint8Array): number {
  return typeof data === 'string' ? fingerprintText(data) : fingerprintBytes(data);
}

/** Four characters at a time in two chains, which a processor works on at once: audio in text is long. */
function fingerprintText(text: string): number {
  let even = text.length;
  let odd = 0;
  let at = 0;
  for (const whole = text.length & ~3; at < whole; at += 4) {
    even = Math.imul(even ^ text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 16), 0x01000193);
    odd = Math.imul(odd ^ text.charCodeAt(at + 2) ^ (text.charCodeAt(at + 3) << 16), 0x01000193);
    even ^= even >>> 15;
    odd ^= odd >>> 15;
  }
  for (; at < text.length; at += 1) even = Math.imul(even ^ text.charCodeAt(at), 0x01000193);
  return mix(mix(even) ^ odd);
}

function fingerprintBytes(data: Uint8Array): number {
  let hash = data.length;
  const whole = data.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    const word =
      (data[at] as number) |
      ((data[at + 1] as number) << 8) |
      ((data[at + 2] as number) << 16) |
      ((data[at + 3] as number) << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  for (let at = whole; at < data.length; at += 1) hash = Math.imul(hash ^ (data[at] as number), 0x01000193);
  return mix(hash);
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
