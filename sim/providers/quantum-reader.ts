// Cuts a stream of audio into quanta and has each one named. Callers send whole quanta from the start
// of a connection; when audio in the middle was cut elsewhere, several quanta in a row have no name
// although there is sound, and the reader looks for another alignment, more rarely the longer it fails.
import { isAudible } from '#agent/core/playout/audible.ts';
import { QUANTUM_BYTES, QUANTUM_SECONDS, type QuantumName, type Recogniser } from './ear.ts';

const UNKNOWN_MAX = 6;
const PATIENCE_MAX = 192;
/** What is searched: three whole quanta at any alignment. */
const WINDOW_BYTES = QUANTUM_BYTES * 4;

export class QuantumReader {
  readonly #recogniser: Recogniser;
  readonly #named: (name: QuantumName, streamIndex: number) => void;
  /** The end of the stream: a part of a quantum not yet complete. */
  readonly #rest = new Uint8Array(QUANTUM_BYTES);
  #restLength = 0;
  /** The last bytes read as quanta, kept only while they have no name. */
  readonly #window = new Uint8Array(WINDOW_BYTES);
  #unknown = 0;
  #patience = UNKNOWN_MAX;
  #bytes = 0;

  constructor(recogniser: Recogniser, named: (name: QuantumName, streamIndex: number) => void) {
    this.#recogniser = recogniser;
    this.#named = named;
  }

  seconds(): number {
    return (this.#bytes / QUANTUM_BYTES) * QUANTUM_SECONDS;
  }

  push(pcm: Uint8Array): void {
    let at = 0;
    while (at < pcm.length) {
      if (this.#restLength > 0 || pcm.length - at < QUANTUM_BYTES) {
        const take = Math.min(QUANTUM_BYTES - this.#restLength, pcm.length - at);
        this.#rest.set(pcm.subarray(at, at + take), this.#restLength);
        this.#restLength += take;
        this.#bytes += take;
        at += take;
        if (this.#restLength < QUANTUM_BYTES) return;
        this.#restLength = 0;
        this.#read(this.#rest, 0);
        continue;
      }
      this.#bytes += QUANTUM_BYTES;
      this.#read(pcm, at);
      at += QUANTUM_BYTES;
    }
  }

  #read(pcm: Uint8Array, at: number): void {
    const place = this.#recogniser.identify(pcm, at);
    if (place !== undefined) {
      this.#unknown = 0;
      this.#patience = UNKNOWN_MAX;
      this.#named(place, Math.round(this.#bytes / QUANTUM_BYTES) - 1);
      return;
    }
    this.#window.copyWithin(0, QUANTUM_BYTES);
    this.#window.set(pcm.subarray(at, at + QUANTUM_BYTES), WINDOW_BYTES - QUANTUM_BYTES);
    // A quantum that nobody could hear says nothing about alignment.
    if (!isAudible(pcm.subarray(at, at + QUANTUM_BYTES))) return;
    this.#unknown += 1;
    if (this.#unknown < this.#patience) return;
    this.#unknown = 0;
    this.#realign();
  }

  /** Looks for whole quanta elsewhere in the window; what follows them begins the next quantum. */
  #realign(): void {
    for (let shift = 2; shift < QUANTUM_BYTES; shift += 2) {
      const first = this.#recogniser.identify(this.#window, shift);
      const second = this.#recogniser.identify(this.#window, shift + QUANTUM_BYTES);
      if (first === undefined || second === undefined || first.clip.id !== second.clip.id) continue;
      this.#patience = UNKNOWN_MAX;
      this.#replay(shift);
      return;
    }
    this.#patience = Math.min(PATIENCE_MAX, this.#patience * 2);
  }

  #replay(shift: number): void {
    const index = Math.round(this.#bytes / QUANTUM_BYTES) - 1;
    let at = shift;
    for (; at + QUANTUM_BYTES <= WINDOW_BYTES; at += QUANTUM_BYTES) {
      const place = this.#recogniser.identify(this.#window, at);
      const behind = Math.floor((WINDOW_BYTES - at) / QUANTUM_BYTES) - 1;
      if (place !== undefined) this.#named(place, index - behind);
    }
    this.#rest.set(this.#window.subarray(at), 0);
    this.#restLength = WINDOW_BYTES - at;
  }
}
