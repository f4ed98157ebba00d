// The receiving side's order: what has arrived in sequence, what waits behind a gap, and what of it is
// to be reported (SACK, RFC 2018: the most recently changed block first; DSACK, RFC 2883).
import { type Packet, SACK_BLOCKS_MAX } from './packet.ts';

/**
 * `order`: in sequence, no gap anywhere. `filled`: closed the last gap. `hole`: in sequence, gaps
 * remain. `gap`: out of order. `duplicate`: nothing new.
 */
export type Arrival = 'order' | 'filled' | 'hole' | 'gap' | 'duplicate';

type Range = { start: number; end: number; touched: number };

export class Reassembly {
  /** Next byte expected. */
  next = 0;
  readonly #waiting: Range[] = [];
  #touches = 0;
  #dsackStart = 0;
  #dsackEnd = 0;

  get hasGap(): boolean {
    return this.#waiting.length > 0;
  }

  accept(seq: number, end: number): Arrival {
    this.#dsackEnd = 0;
    if (end <= this.next) {
      this.#report(seq, end);
      return 'duplicate';
    }
    if (seq > this.next) return this.#insert(seq, end);
    if (seq < this.next) this.#report(seq, this.next);
    this.next = end;
    if (this.#waiting.length === 0) return 'order';
    this.#absorb();
    return this.#waiting.length === 0 ? 'filled' : 'hole';
  }

  /** Reports a discarded packet as received before. */
  report(seq: number, end: number): void {
    this.#report(seq, Math.min(end, this.next));
  }

  /** Writes the blocks into a packet about to leave; a duplicate is reported once. */
  describe(packet: Packet): void {
    packet.dsackStart = this.#dsackStart;
    packet.dsackEnd = this.#dsackEnd;
    packet.sackCount = 0;
    if (this.#waiting.length > 0) this.#describeWaiting(packet);
    this.#dsackEnd = 0;
  }

  #describeWaiting(packet: Packet): void {
    const room = SACK_BLOCKS_MAX - (packet.dsackEnd > 0 ? 1 : 0);
    let before = Number.POSITIVE_INFINITY;
    while (packet.sackCount < room) {
      const range = this.#newestBefore(before);
      if (range === undefined) return;
      packet.sack[2 * packet.sackCount] = range.start;
      packet.sack[2 * packet.sackCount + 1] = range.end;
      packet.sackCount += 1;
      before = range.touched;
    }
  }

  #newestBefore(before: number): Range | undefined {
    let newest: Range | undefined;
    for (const range of this.#waiting) {
      if (range.touched < before && (newest === undefined || range.touched > newest.touched)) newest = range;
    }
    return newest;
  }

  #insert(seq: number, end: number): Arrival {
    const waiting = this.#waiting;
    let at = 0;
    while (at < waiting.length && (waiting[at] as Range).end < seq) at += 1;
    const range: Range = { start: seq, end, touched: ++this.#touches };
    let fresh = true;
    let swallowed = 0;
    for (let next = waiting[at]; next !== undefined && next.start <= end; next = waiting[at + swallowed]) {
      if (next.start <= seq && next.end >= end) fresh = false;
      const overlapStart = Math.max(next.start, seq);
      const overlapEnd = Math.min(next.end, end);
      if (overlapEnd > overlapStart) this.#report(overlapStart, overlapEnd);
      range.start = Math.min(range.start, next.start);
      range.end = Math.max(range.end, next.end);
      swallowed += 1;
    }
    waiting.splice(at, swallowed, range);
    return fresh ? 'gap' : 'duplicate';
  }

  #absorb(): void {
    const waiting = this.#waiting;
    for (let first = waiting[0]; first !== undefined && first.start <= this.next; first = waiting[0]) {
      if (first.start < this.next) this.#report(first.start, Math.min(first.end, this.next));
      this.next = Math.max(this.next, first.end);
      waiting.shift();
    }
  }

  #report(start: number, end: number): void {
    if (end <= start) return;
    this.#dsackStart = start;
    this.#dsackEnd = end;
  }
}
