// The sender's timer, of which a connection has one, for one of three purposes: a retransmission
// timeout, a probe of the tail, or RACK's patience with a hole. Whatever is armed last counts.
import type { Micros } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { Alarm } from './alarm.ts';
import { wheelDue, wholeJiffies } from './jiffy.ts';
import { RTO_FIRST_US, RTO_MIN_US } from './rtt.ts';
import type { Sender } from './sender.ts';

export type Purpose = 'rto' | 'probe' | 'reorder';

/** Added to what is measured, so that a timer does not lose a race by a hair. */
const MARGIN_US = 2_000;

export class Timeout {
  readonly #clock: Clock;
  readonly #sender: Sender;
  readonly #alarm: Alarm;
  #purpose: Purpose = 'rto';

  constructor(clock: Clock, sender: Sender, fired: (purpose: Purpose) => void) {
    this.#clock = clock;
    this.#sender = sender;
    this.#alarm = new Alarm(clock, () => fired(this.#purpose));
  }

  waitsFor(purpose: Purpose): boolean {
    return this.#alarm.pending && this.#purpose === purpose;
  }

  /** The full timeout from now. */
  start(): void {
    this.#arm('rto', this.#sender.trip.rtoUs);
  }

  /** As `start`, or, in place of another purpose, what is left of the oldest segment's timeout. */
  restart(fromOldest = this.waitsFor('probe') || this.waitsFor('reorder')): void {
    if (this.#sender.queue.length === 0) return this.#alarm.clear();
    this.#arm('rto', fromOldest ? Math.max(1, this.#leftUs()) : this.#sender.trip.rtoUs);
  }

  /** Two round trips of silence, in the open: time to probe the tail. `moved`: the oldest just changed. */
  probeLater(moved: boolean): boolean {
    const { queue, trip, phase } = this.#sender;
    if (queue.length === 0 || (phase !== 'open' && phase !== 'cwr')) return false;
    let delay = RTO_FIRST_US;
    // Alone, a segment may wait at the far end for company before it is acknowledged.
    if (trip.srttUs > 0)
      delay = wholeJiffies(2 * trip.srttUs + (queue.length === 1 ? RTO_MIN_US : MARGIN_US));
    const leftUs = moved ? trip.rtoUs : this.#leftUs();
    this.#arm('probe', leftUs > 0 ? Math.min(delay, leftUs) : delay);
    return true;
  }

  /** Asks RACK again after `waitUs`. */
  askLater(waitUs: Micros): void {
    this.#arm('reorder', Math.min(wholeJiffies(waitUs + MARGIN_US), this.#sender.trip.rtoUs));
  }

  #arm(purpose: Purpose, delay: Micros): void {
    this.#purpose = purpose;
    this.#alarm.set(wheelDue(this.#clock.now(), delay));
  }

  #leftUs(): Micros {
    const { queue, trip } = this.#sender;
    return queue.at(0).sentUs + trip.rtoUs - this.#clock.now();
  }
}
