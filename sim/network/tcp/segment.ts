// What has been sent and not yet acknowledged, in order of sequence, with the marks that loss recovery
// puts on it. The counts are kept with the marks, so that the pipe is known without a walk.
import { assert } from '#agent/core/assert.ts';
import type { Micros } from '#agent/core/time.ts';

export type Segment = {
  seq: number;
  end: number;
  /** When it was sent last. */
  sentUs: Micros;
  mark: number;
  /** How much had been delivered when it was sent last: which round trip it belongs to. */
  deliveredBefore: number;
  /** Of the same moment: when the last delivery was, and when the data of that time was sent. */
  deliveredAtUs: Micros;
  firstSentUs: Micros;
  /** The application had nothing more to send. */
  idle: boolean;
  /** Which transmission of this sender that was: instants may coincide. */
  order: number;
};

/** The far end has it, out of order. */
export const SACKED = 1;
/** Believed lost. */
export const LOST = 2;
/** A retransmission of it is under way. */
export const RESENT = 4;
/** It was retransmitted at least once, ever. */
export const EVER_RESENT = 8;
/** Its last byte ended a write. */
export const PUSH = 16;

const CAPACITY_FIRST = 32;

export class SegmentQueue {
  #ring: Segment[] = Array.from({ length: CAPACITY_FIRST }, fresh);
  #head = 0;
  length = 0;
  sacked = 0;
  lost = 0;
  resent = 0;
  /** Marks of loss ever made. */
  lostTotal = 0;

  /** Packets believed to be in the network. */
  get inFlight(): number {
    return this.length - this.sacked - this.lost + this.resent;
  }

  /** The segment at `index` from the oldest. */
  at(index: number): Segment {
    assert(index < this.length, 'a segment beyond the queue');
    return this.#ring[(this.#head + index) & (this.#ring.length - 1)] as Segment;
  }

  push(seq: number, end: number, mark: number): Segment {
    if (this.length === this.#ring.length) this.#grow();
    this.length += 1;
    const segment = this.at(this.length - 1);
    segment.seq = seq;
    segment.end = end;
    segment.mark = mark;
    return segment;
  }

  /** Drops the oldest, with its marks. */
  shift(): void {
    this.#uncount(this.at(0).mark);
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.length -= 1;
  }

  /** Appends the segment after `index` to the one at `index`: one packet where there were two. */
  merge(index: number): void {
    const into = this.at(index);
    const gone = this.at(index + 1);
    into.end = gone.end;
    into.mark |= gone.mark & (EVER_RESENT | PUSH);
    this.#uncount(gone.mark);
    const mask = this.#ring.length - 1;
    for (let at = index + 1; at < this.length - 1; at += 1) {
      this.#ring[(this.#head + at) & mask] = this.at(at + 1);
    }
    this.#ring[(this.#head + this.length - 1) & mask] = gone;
    this.length -= 1;
  }

  /** Marks a segment that is not SACKed as lost; a lost retransmission loses that mark again. */
  markLost(segment: Segment): void {
    if ((segment.mark & SACKED) !== 0) return;
    if ((segment.mark & LOST) === 0) {
      segment.mark |= LOST;
      this.lost += 1;
      this.lostTotal += 1;
    } else if ((segment.mark & RESENT) !== 0) {
      segment.mark &= ~RESENT;
      this.resent -= 1;
      this.lostTotal += 1;
    }
  }

  /** Forgets every belief in loss. */
  clearLost(): void {
    for (let index = 0; index < this.length; index += 1) this.at(index).mark &= ~LOST;
    this.lost = 0;
  }

  #uncount(mark: number): void {
    if ((mark & SACKED) !== 0) this.sacked -= 1;
    if ((mark & LOST) !== 0) this.lost -= 1;
    if ((mark & RESENT) !== 0) this.resent -= 1;
  }

  #grow(): void {
    const grown = Array.from({ length: this.#ring.length * 2 }, fresh);
    for (let index = 0; index < this.length; index += 1) grown[index] = this.at(index);
    this.#ring = grown;
    this.#head = 0;
  }
}

function fresh(): Segment {
  return {
    seq: 0,
    end: 0,
    sentUs: 0,
    mark: 0,
    deliveredBefore: 0,
    deliveredAtUs: 0,
    firstSentUs: 0,
    idle: false,
    order: 0,
  };
}
