// When each packet of a reply leaves: a lead at once, then real time against an absolute schedule,
// so that the lead neither grows nor melts. After the audio has run dry for longer than the lead,
// the schedule starts anew. Also answers how much of it a client that plays on arrival has played.
import type { Micros } from '../time.ts';

export const PACKET_US: Micros = 20_000;

export class Pace {
  readonly #leadPackets: number;
  #anchorUs: Micros = 0;
  #sinceAnchor = 0;
  #beforeAnchor = 0;

  constructor(leadUs: Micros) {
    // Never more than the lead, but one packet at least, or the ear would wait for it.
    this.#leadPackets = Math.max(1, Math.floor(leadUs / PACKET_US));
  }

  /** Packets sent since the reply began. */
  get packets(): number {
    return this.#beforeAnchor + this.#sinceAnchor;
  }

  /** The moment at which the next packet may leave. */
  get dueUs(): Micros {
    return this.#anchorUs + Math.max(0, this.#sinceAnchor - this.#leadPackets + 1) * PACKET_US;
  }

  /** Audio is there: starts the schedule, or restarts it when the client must have run dry. */
  resume(now: Micros): void {
    if (this.#sinceAnchor > 0 && now < this.playedOutUs) return;
    this.#beforeAnchor += this.#sinceAnchor;
    this.#sinceAnchor = 0;
    this.#anchorUs = now;
  }

  sent(): void {
    this.#sinceAnchor += 1;
  }

  /** The moment at which the last packet sent has been played, network not counted. */
  get playedOutUs(): Micros {
    return this.#anchorUs + this.#sinceAnchor * PACKET_US;
  }

  /** Microseconds of the reply that a client playing without delay has played at `now`. */
  playedUs(now: Micros): Micros {
    const current = Math.min(now - this.#anchorUs, this.#sinceAnchor * PACKET_US);
    return this.#beforeAnchor * PACKET_US + Math.max(0, current);
  }
}
