// How the stock client plays: every chunk is queued behind the one before and played without a
// jitter buffer; a queue that runs dry is silence until the next chunk. Playing is arithmetic here:
// when a chunk arrives, it is already certain when each of its samples will sound.
import type { Micros } from '#agent/core/time.ts';

export class Player {
  readonly #rate: number;
  #dryAtUs: Micros = -1;

  /** `rate`: samples per second the client plays, whatever a frame states. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Microseconds of `samples`. */
  lengthUs(samples: number): Micros {
    return Math.round((samples * 1_000_000) / this.#rate);
  }

  /** Queues a chunk of `samples` that arrived at `now`; when it sounds, and whether the ear had run dry. */
  queue(now: Micros, samples: number): { readonly startUs: Micros; readonly wasDry: boolean } {
    const wasDry = now > this.#dryAtUs;
    const startUs = wasDry ? now : this.#dryAtUs;
    this.#dryAtUs = startUs + this.lengthUs(samples);
    return { startUs, wasDry };
  }

  /** When the queue will have been played out. */
  get dryAtUs(): Micros {
    return this.#dryAtUs;
  }
}
