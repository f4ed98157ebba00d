// How long a turn waits for its final transcript: what this recogniser has shown to need, and no
// constant. Until it has answered a few times, the constant of the settings stands.
import type { Micros } from '../time.ts';

/** Answers remembered; the oldest is forgotten. */
const REMEMBERED = 32;
/** Before that many answers nothing is known. */
const LEARNT = 4;
/** Which of the answers is waited for, and how much longer than it took. */
const QUANTILE = 0.97;
const MARGIN = 1.5;
const MARGIN_US: Micros = 100_000;

export class TranscriptWait {
  readonly #maxUs: Micros;
  readonly #learns: boolean;
  readonly #latest: Micros[] = [];

  /** `maxUs`: never longer than this, and this long while nothing is known, or when it never `learns`. */
  constructor(maxUs: Micros, learns = true) {
    this.#maxUs = maxUs;
    this.#learns = learns;
  }

  /** A final transcript came so long after it was asked for. */
  answered(us: Micros): void {
    if (!this.#learns) return;
    this.#latest.push(us);
    if (this.#latest.length > REMEMBERED) this.#latest.shift();
  }

  /** Microseconds from the request after which the transcript is overdue. */
  get us(): Micros {
    if (this.#latest.length < LEARNT) return this.#maxUs;
    const sorted = [...this.#latest].sort((one, other) => one - other);
    const slow = sorted[Math.ceil(QUANTILE * sorted.length) - 1] ?? this.#maxUs;
    return Math.min(this.#maxUs, Math.round(slow * MARGIN) + MARGIN_US);
  }
}
