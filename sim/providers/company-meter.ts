// How much of what arrived of a recording was the recording and how much was anything else, by quantum:
// from it the signal-to-noise ratio of any of its words. It holds nothing until something else is heard.
import type { Company } from './ear.ts';

/** Where nothing else was heard, or next to nothing. */
const SNR_DB_MAX = 60;

export class CompanyMeter {
  readonly #quanta: number;
  #signal: Float64Array | undefined;
  #noise = new Float64Array(0);
  /** How much fainter than a caller it was spoken; 0 for the caller. */
  lossDb = 0;

  /** For a recording of so many quanta. */
  constructor(quanta: number) {
    this.#quanta = quanta;
  }

  /** Nothing else was heard so far, and nothing faint. */
  get silent(): boolean {
    return this.#signal === undefined;
  }

  add(quantum: number, { signal, noise, lossDb }: Company): void {
    this.lossDb = lossDb;
    if (this.#signal === undefined) {
      this.#signal = new Float64Array(this.#quanta);
      this.#noise = new Float64Array(this.#quanta);
    }
    if (quantum >= this.#quanta) return;
    this.#signal[quantum] = signal;
    this.#noise[quantum] = noise;
  }

  /** Of the quanta from `start` to before `end`. */
  snrDb({ start, end }: { readonly start: number; readonly end: number }): number {
    let signal = 0;
    let noise = 0;
    for (let at = start; at < end; at += 1) {
      signal += this.#signal?.[at] ?? 0;
      noise += this.#noise[at] ?? 0;
    }
    if (noise === 0 || signal === 0) return noise === 0 ? SNR_DB_MAX : -SNR_DB_MAX;
    return Math.min(SNR_DB_MAX, 10 * Math.log10(signal / noise));
  }
}
