// The congestion window and who may change it without a loss: it grows only when it was what held the
// sender back, shrinks while the application does not use it, and after an idle spell starts again at
// ten segments. How fast it grows is the business of CUBIC or Reno.
import type { Micros } from '#agent/core/time.ts';

export const INITIAL_WINDOW = 10;
export const INFINITE = 0x7fff_ffff;

/** What the sender has out. */
export type Use = {
  readonly packetsOut: number;
  readonly una: number;
  readonly nxt: number;
  readonly rtoUs: Micros;
  /** No loss recovery is going on, and no model sets the window. */
  readonly calm: boolean;
};

export class Window {
  /** Segments. */
  cwnd = INITIAL_WINDOW;
  ssthresh = INFINITE;
  /** Acknowledgements saved up towards the next segment. */
  count = 0;
  /** When it was last limited by, or moved by, anything. */
  stampUs: Micros = 0;
  #limited = false;
  #packetsMax = 0;
  #usageSeq = 0;
  #used = 0;

  get slowStart(): boolean {
    return this.cwnd < this.ssthresh;
  }

  /** Whether growing makes sense: it was full, or in slow start at least half full. */
  get limited(): boolean {
    return this.#limited || (this.slowStart && this.cwnd < 2 * this.#packetsMax);
  }

  /** Three quarters of the window is what a pause must not cost. */
  get safeSsthresh(): number {
    return Math.max(this.ssthresh, (this.cwnd >> 1) + (this.cwnd >> 2));
  }

  /** After sending: notes whether the window was the limit. */
  validate(full: boolean, { packetsOut, una, nxt, rtoUs, calm }: Use, now: Micros): void {
    if (una >= this.#usageSeq || full || (!this.#limited && packetsOut > this.#packetsMax)) {
      this.#limited = full;
      this.#packetsMax = packetsOut;
      this.#usageSeq = nxt;
    }
    if (this.limited) {
      this.#used = 0;
      this.stampUs = now;
      return;
    }
    this.#used = Math.max(this.#used, packetsOut);
    if (now - this.stampUs >= rtoUs) this.#shrink(now, calm);
  }

  /** Before sending with nothing outstanding: each RTO of idleness halves the window, down to ten. */
  restart(idleUs: Micros, rtoUs: Micros, now: Micros): void {
    const floor = Math.min(INITIAL_WINDOW, this.cwnd);
    this.ssthresh = this.safeSsthresh;
    let left = idleUs - rtoUs;
    while (left > 0 && this.cwnd > floor) {
      this.cwnd >>= 1;
      left -= rtoUs;
    }
    this.cwnd = Math.max(this.cwnd, floor);
    this.stampUs = now;
    this.#used = 0;
  }

  /** Slow start; returns the acknowledgements left over for congestion avoidance. */
  grow(acked: number): number {
    const cwnd = Math.min(this.cwnd + acked, this.ssthresh);
    const left = acked - (cwnd - this.cwnd);
    this.cwnd = cwnd;
    return left;
  }

  /** One segment more for every `every` acknowledged. */
  creep(every: number, acked: number): void {
    if (this.count >= every) {
      this.count = 0;
      this.cwnd += 1;
    }
    this.count += acked;
    if (this.count < every) return;
    const more = Math.floor(this.count / every);
    this.count -= more * every;
    this.cwnd += more;
  }

  #shrink(now: Micros, calm: boolean): void {
    if (calm) {
      const used = Math.max(this.#used, INITIAL_WINDOW);
      if (used < this.cwnd) {
        this.ssthresh = this.safeSsthresh;
        this.cwnd = (this.cwnd + used) >> 1;
      }
      this.#used = 0;
    }
    this.stampUs = now;
  }
}
