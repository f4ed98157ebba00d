// The receiving half of an end: it puts arrivals in order, decides when to acknowledge them, and writes
// what it knows into every packet that leaves. It sends nothing itself; it says when something is due.
import type { Micros } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { AckPolicy } from './ack.ts';
import { Alarm } from './alarm.ts';
import { wheelDue } from './jiffy.ts';
import { type Packet, stampOf } from './packet.ts';
import { Reassembly } from './reassembly.ts';
import type { RoundTrip } from './rtt.ts';

/** Bare acknowledgements of the past are answered no more often than this, or two ends never stop. */
const REFUSALS_APART_US = 500_000;

export class Receiver {
  readonly #clock: Clock;
  readonly #trip: RoundTrip;
  readonly #sendAck: () => void;
  readonly #reassembly = new Reassembly();
  readonly #acks = new AckPolicy();
  readonly #timer: Alarm;
  /** Timestamp to echo: of the oldest data not yet acknowledged, ms. */
  #tsRecent = 0;
  #refusedUs: Micros = -REFUSALS_APART_US;

  /** `trip` is what this end knows of the path; `sendAck` sends a packet without data. */
  constructor(clock: Clock, trip: RoundTrip, sendAck: () => void) {
    this.#clock = clock;
    this.#trip = trip;
    this.#sendAck = sendAck;
    this.#timer = new Alarm(clock, () => this.#waited());
  }

  /** Next byte expected: everything before has been delivered. */
  get next(): number {
    return this.#reassembly.next;
  }

  get hasGap(): boolean {
    return this.#reassembly.hasGap;
  }

  /**
   * Whether a packet belongs to the past: older than what was already answered (RFC 7323), or all of it
   * answered. Then not even its acknowledgement counts, and the sender is told where we are.
   */
  refuses(packet: Packet): boolean {
    if (this.#tsRecent - packet.tsVal <= 1 && packet.end >= this.#acks.acknowledged) {
      if (packet.seq <= this.#acks.acknowledged) this.#tsRecent = Math.max(this.#tsRecent, packet.tsVal);
      return false;
    }
    if (packet.end === packet.seq) {
      const now = this.#clock.now();
      if (now - this.#refusedUs < REFUSALS_APART_US) return true;
      this.#refusedUs = now;
    } else if (packet.seq < this.next) {
      this.#acks.duplicated();
      this.#reassembly.report(packet.seq, packet.end);
    }
    this.#sendAck();
    return true;
  }

  /** Takes the data of a packet. */
  accept(packet: Packet): void {
    const arrival = this.#reassembly.accept(packet.seq, packet.end);
    switch (arrival) {
      case 'order':
      case 'hole':
      case 'filled':
        if (arrival === 'filled') this.#acks.filled();
        this.#acks.received(this.#clock.now(), packet.end - packet.seq, packet.push, this.#trip.rtoUs);
        return;
      case 'gap':
        return this.#acks.outOfOrder();
      case 'duplicate':
        return this.#acks.duplicated();
    }
  }

  /** After arrivals and whatever they let the sender send: acknowledges now, later or not at all. */
  answer(): void {
    switch (this.#acks.verdict(this.next, this.hasGap)) {
      case 'now':
        return this.#sendAck();
      case 'later': {
        const due = wheelDue(this.#clock.now(), this.#acks.delayUs(this.#trip.srttUs));
        if (!this.#timer.pending || due < this.#timer.due) this.#timer.set(due);
        return;
      }
      case 'none':
    }
  }

  /** The application has read everything there is. */
  readUp(): void {
    if (this.#acks.readUp(this.next)) this.#sendAck();
  }

  /** Writes into a packet about to leave what has arrived; that acknowledges it. */
  describe(packet: Packet, now: Micros): void {
    packet.ack = this.next;
    packet.tsVal = stampOf(now);
    packet.tsEcr = this.#tsRecent;
    this.#reassembly.describe(packet);
    this.#acks.sent(this.next);
    this.#timer.clear();
  }

  /** Data left: this may be a conversation. */
  dataSent(now: Micros): void {
    this.#acks.dataSent(now);
  }

  #waited(): void {
    if (!this.#acks.scheduled) return;
    this.#acks.waited(this.#trip.rtoUs);
    this.#sendAck();
  }
}
