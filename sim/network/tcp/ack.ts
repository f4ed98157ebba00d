// When to acknowledge, as Linux decides it: at once for anything odd, for more than one full segment,
// for the first sixteen segments of a one-way conversation, and as soon as an application that only
// listens has read a write; else on the next data going back, or after about 40 ms. The sender's
// segment size is guessed from what arrives.
import type { Micros } from '#agent/core/time.ts';
import { JIFFY_US } from './jiffy.ts';

const DELAY_MIN_US = 40_000;
const DELAY_MAX_US = 200_000;
const DELAY_TALKING_US = 500_000;
const QUICK_MAX = 16;
/** What a segment size is taken to be before any has arrived. */
const SIZE_FIRST = 536;
const SIZE_MAX = 1_448;

export class AckPolicy {
  /** Data arrived that no packet has acknowledged yet. */
  scheduled = false;
  /** Everything up to here is acknowledged. */
  acknowledged = 0;
  #now = false;
  #pushed = 0;
  #quick = 0;
  #talking = false;
  /** Estimated time between arrivals; 0 before the first. */
  #ato: Micros = 0;
  #lastUs: Micros = 0;
  #size = SIZE_FIRST;
  #lastSize = 0;

  /** Data arrived in order. */
  received(now: Micros, bytes: number, push: boolean, rtoUs: Micros): void {
    this.scheduled = true;
    this.#measure(bytes, push);
    if (this.#ato === 0) {
      this.#quicken();
      this.#ato = DELAY_MIN_US;
    } else {
      this.#follow((Math.floor(now / JIFFY_US) - Math.floor(this.#lastUs / JIFFY_US)) * JIFFY_US, rtoUs);
    }
    this.#lastUs = now;
  }

  /** Data arrived behind a gap. */
  outOfOrder(): void {
    this.scheduled = true;
  }

  /** The last gap closed: the sender wants to know. */
  filled(): void {
    this.#now = true;
  }

  /** Something arrived twice: an acknowledgement was lost or late; answer everything for a while. */
  duplicated(): void {
    this.#quicken();
    this.#talking = false;
    this.#ato = DELAY_MIN_US;
    this.scheduled = true;
  }

  verdict(next: number, hasGap: boolean): 'none' | 'now' | 'later' {
    if (!this.scheduled) return 'none';
    const full = next - this.acknowledged > this.#size;
    return full || hasGap || this.#now || (this.#quick > 0 && !this.#talking) ? 'now' : 'later';
  }

  /** Whether the application's reading everything is reason enough. */
  readUp(next: number): boolean {
    if (!this.scheduled) return false;
    if (next - this.acknowledged > this.#size) return true;
    return this.#pushed === 2 || (this.#pushed === 1 && !this.#talking);
  }

  /** How long an acknowledgement may wait for company. */
  delayUs(srttUs: Micros): Micros {
    if (this.#ato <= DELAY_MIN_US) return this.#ato;
    let max = this.#talking || this.#pushed > 0 ? DELAY_MAX_US : DELAY_TALKING_US;
    if (srttUs > 0) max = Math.min(max, Math.max(srttUs, DELAY_MIN_US));
    return Math.min(this.#ato, max, DELAY_MAX_US);
  }

  /** The wait was in vain: either nobody is talking back, or they pause longer. */
  waited(rtoUs: Micros): void {
    if (this.#talking) {
      this.#talking = false;
      this.#ato = DELAY_MIN_US;
    } else {
      this.#ato = Math.min(this.#ato * 2, rtoUs);
    }
  }

  /** A packet carrying the acknowledgement left. */
  sent(next: number): void {
    this.acknowledged = next;
    if (!this.scheduled) return;
    this.scheduled = false;
    this.#now = false;
    this.#pushed = 0;
    if (this.#quick === 0) return;
    this.#quick -= 1;
    if (this.#quick === 0) this.#ato = DELAY_MIN_US;
  }

  /** Data left soon after data arrived: a conversation, in which acknowledgements can ride along. */
  dataSent(now: Micros): void {
    if (now - this.#lastUs < this.#ato) this.#talking = true;
  }

  #quicken(): void {
    this.#quick = QUICK_MAX;
  }

  #follow(gapUs: Micros, rtoUs: Micros): void {
    if (gapUs <= DELAY_MIN_US / 2) this.#ato = Math.floor(this.#ato / 2) + DELAY_MIN_US / 2;
    else if (gapUs < this.#ato) this.#ato = Math.min(Math.floor(this.#ato / 2) + gapUs, rtoUs);
    else if (gapUs > rtoUs) this.#quicken();
  }

  #measure(bytes: number, push: boolean): void {
    if (bytes >= this.#size) {
      this.#size = Math.min(bytes, SIZE_MAX);
      if (push) this.#pushed = Math.max(this.#pushed, 1);
      return;
    }
    if (bytes >= SIZE_FIRST) {
      if (bytes === this.#lastSize) {
        this.#size = bytes;
        return;
      }
      this.#lastSize = bytes;
    }
    this.#pushed = Math.min(2, this.#pushed + 1);
  }
}
