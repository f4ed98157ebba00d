// What the emulated recogniser can know of sound that was mixed at the microphone. The mouth states for
// every 4 ms it mixes which recording is in it, how loud that is and how loud all else; whoever gets the
// very same samples later hears that, and from any others nothing. A minute is remembered.
import { QUANTUM_BYTES, type QuantumName, type Recogniser } from '../providers/ear.ts';

const QUANTA_MAX = 15_000;

export class MixMemory implements Recogniser {
  readonly #known: Recogniser;
  readonly #quanta = new Map<string, QuantumName>();

  /** `known`: names what was not mixed. */
  constructor(known: Recogniser) {
    this.#known = known;
  }

  /** The 128 bytes of `pcm` at `offset` sound as `name` from now on. */
  remember(pcm: Uint8Array, offset: number, name: QuantumName): void {
    const key = keyOf(pcm, offset);
    this.#quanta.delete(key);
    this.#quanta.set(key, name);
    if (this.#quanta.size > QUANTA_MAX) this.#quanta.delete(this.#quanta.keys().next().value ?? '');
  }

  /** Nobody speaks in the 128 bytes at `offset`: silence may have sounded alike within a word. */
  forget(pcm: Uint8Array, offset: number): void {
    this.#quanta.delete(keyOf(pcm, offset));
  }

  identify(pcm: Uint8Array, offset: number): QuantumName | undefined {
    const plain = this.#known.identify(pcm, offset);
    if (plain !== undefined || offset < 0 || offset + QUANTUM_BYTES > pcm.length) return plain;
    return this.#quanta.get(keyOf(pcm, offset));
  }
}

const keyOf = (pcm: Uint8Array, offset: number): string =>
  Buffer.from(pcm.buffer, pcm.byteOffset + offset, QUANTUM_BYTES).toString('latin1');
