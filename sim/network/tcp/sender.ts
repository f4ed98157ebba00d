// What the sending side of a connection remembers, shared by the rules that act on it: the edges of
// the stream, what is outstanding, the state of loss recovery. Plain data; the rules are in `sack.ts`,
// `rack.ts`, `recovery.ts` and `endpoint.ts`.
import type { Micros } from '#agent/core/time.ts';
import type { CongestionControl } from './congestion.ts';
import { RoundTrip } from './rtt.ts';
import { SegmentQueue } from './segment.ts';
import { Window } from './window.ts';

/**
 * `open`: nothing wrong. `disorder`: something was SACKed, nothing is believed lost. `cwr`: a tail loss
 * probe repaired a loss. `recovery`: fast retransmit. `loss`: a timeout.
 */
export type Phase = 'open' | 'disorder' | 'cwr' | 'recovery' | 'loss';

/** No such sequence or time. */
export const NONE = -1;
/** Segments out of order before it counts as more than a hiccup. */
export const REORDERING = 3;

export class Sender {
  readonly control: CongestionControl;
  readonly queue = new SegmentQueue();
  readonly trip = new RoundTrip();
  readonly window = new Window();

  /** Oldest unacknowledged byte, next byte to send, end of what was written. */
  una = 0;
  nxt = 0;
  end = 0;
  phase: Phase = 'open';
  /** Recovery ends when this is acknowledged. */
  high = 0;
  /** End of the highest SACKed segment. */
  fack = 0;
  /** Segments delivered so far, in order or not. */
  delivered = 0;
  lastSendUs: Micros = 0;
  /** When something was last delivered, and when the data of that time was sent. */
  deliveredAtUs: Micros = 0;
  firstSentUs: Micros = 0;
  /** Until so much is delivered, rates say what the application wrote, not what the path carries. */
  idleUntil = 0;
  /** The timestamp the current acknowledgement echoes, ms. */
  echo = NONE;

  // Undoing a reduction that turns out to have been for nothing.
  undoFrom = NONE;
  /** Retransmissions whose duplicates have not been reported; 0: all were needless. */
  undoLeft = NONE;
  /** Timestamp of the first retransmission of the episode, ms. */
  resendStamp = NONE;
  priorSsthresh = 0;
  priorCwnd = 0;

  // Proportional rate reduction (RFC 6937).
  prrDelivered = 0;
  prrOut = 0;

  /** Consecutive timeouts. */
  timeouts = 0;
  /** A timeout may still turn out to be spurious (F-RTO, RFC 5682). */
  frto = false;

  // Tail loss probe.
  probeEnd = NONE;
  probeResent = false;

  // RACK (RFC 8985).
  /** Transmissions so far, and the latest of them known to have been delivered. */
  order = 0;
  rackOrder = 0;
  rackRttUs: Micros = 0;
  rackAdvanced = false;
  reorderSeen = 0;
  reordering = REORDERING;
  patience = 1;
  patienceKept = 0;
  patienceAt = 0;
  duplicateSeen = false;

  resentTotal = 0;
  duplicateTotal = 0;

  constructor(control: CongestionControl) {
    this.control = control;
  }

  // What the window asks about use.
  get packetsOut(): number {
    return this.queue.length;
  }

  get rtoUs(): Micros {
    return this.trip.rtoUs;
  }

  get calm(): boolean {
    return this.phase === 'open' && this.control.model === undefined;
  }

  /** Whether the window is being reduced along PRR. */
  get reducing(): boolean {
    return this.phase === 'recovery' || this.phase === 'cwr';
  }

  /** A loss may reduce the window only once per window of data: then this is the threshold to keep. */
  get currentSsthresh(): number {
    return this.reducing ? this.window.ssthresh : this.window.safeSsthresh;
  }
}
