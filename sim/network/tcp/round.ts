// What one acknowledgement brought, as the rules that read it find out and pass on. One object per end,
// begun anew with every packet, so that a packet allocates nothing.
import type { Micros } from '#agent/core/time.ts';
import { NONE, type Sender } from './sender.ts';

export class Round {
  now: Micros = 0;
  priorUna = 0;
  priorFack = 0;
  priorDelivered = 0;
  /** What had been delivered when the latest segment this acknowledgement delivers was sent. */
  roundDelivered = NONE;
  latestSentUs: Micros = NONE;
  /** Of that segment: when the delivery before it was, over what time its data was sent, and how. */
  deliveredAtUs: Micros = 0;
  sendIntervalUs: Micros = 0;
  idle = false;
  /** The latest RTT sample. */
  rttUs: Micros = NONE;
  priorLost = 0;
  priorSacked = 0;
  /** The left edge moved. */
  advanced = false;
  /** Never-retransmitted data from before the episode was delivered. */
  original = false;
  /** Something was newly SACKed. */
  sacked = false;
  /** A retransmitted segment was acknowledged: its RTT is ambiguous. */
  resentAcked = false;
  duplicate = false;
  duplicateProbe = false;
  /** Carries data, or moved something: not a duplicate acknowledgement. */
  notDuplicate = false;
  resentLost = false;
  setTimer = false;
  newlyLost = false;
  /** Lowest sequence that was delivered late without a retransmission. */
  reorder = 0;
  firstAckedUs: Micros = NONE;
  lastAckedUs: Micros = NONE;
  firstSackedUs: Micros = NONE;
  lastSackedUs: Micros = NONE;
  resend: 'none' | 'lost' | 'new' = 'none';

  begin(sender: Sender, now: Micros, carriesData: boolean): void {
    this.now = now;
    this.priorUna = sender.una;
    this.priorFack = sender.queue.sacked > 0 ? sender.fack : sender.una;
    this.priorDelivered = sender.delivered;
    this.roundDelivered = NONE;
    this.latestSentUs = NONE;
    this.rttUs = NONE;
    this.priorLost = sender.queue.lostTotal;
    this.priorSacked = sender.queue.sacked;
    this.advanced = false;
    this.original = false;
    this.sacked = false;
    this.resentAcked = false;
    this.duplicate = false;
    this.duplicateProbe = false;
    this.notDuplicate = carriesData;
    this.resentLost = false;
    this.setTimer = false;
    this.newlyLost = false;
    this.reorder = sender.nxt;
    this.firstAckedUs = NONE;
    this.lastAckedUs = NONE;
    this.firstSackedUs = NONE;
    this.lastSackedUs = NONE;
    this.resend = 'none';
  }
}
