// The machine on which the real stack was measured missed beats of its clocks: in the recorded streams a
// sender was late by more than 4 ms about 1.5 times a second (median of the streams), by 9 ms in the
// mean. The impairment string says nothing of it, the jitter buffer saw it, so the model sends alike.
import { hashNumber, mix } from '#sim/kernel/hash.ts';
import { uniformOf } from '#sim/kernel/random.ts';

const STALLS_PER_S = 1.5;
const STALL_MEAN_MS = 9;
/** Ordinary lateness of a frame: between nothing and this. */
const ORDINARY_MS = 2;

export class HostLateness {
  readonly #state: number;
  #draws = 0;
  /** The next stall begins and ends. */
  #fromMs = 0;
  #toMs = 0;

  constructor(seed: number) {
    this.#state = hashNumber(0x4057_1a7e, seed);
    this.#next(0);
  }

  /** When what is due at `dueMs` really happens; called with rising times. */
  at(dueMs: number): number {
    while (this.#toMs < dueMs) this.#next(this.#toMs);
    const readyMs = dueMs >= this.#fromMs ? this.#toMs : dueMs;
    return readyMs + ORDINARY_MS * this.#uniform();
  }

  #next(afterMs: number): void {
    this.#fromMs = afterMs + this.#exponential(1_000 / STALLS_PER_S);
    this.#toMs = this.#fromMs + this.#exponential(STALL_MEAN_MS);
  }

  #exponential(mean: number): number {
    return -mean * Math.log(1 - this.#uniform());
  }

  #uniform(): number {
    this.#draws += 1;
    return uniformOf(mix(hashNumber(this.#state, this.#draws)));
  }
}
