// RACK (RFC 8985) as Linux runs it: a segment is lost when one sent later has been delivered and the
// last RTT plus some patience has passed since it was sent. The patience is nothing while no
// reordering was ever seen and the loss is plausible, else a quarter of the least RTT, more after
// duplicates were reported.
import type { Micros } from '#agent/core/time.ts';
import type { Round } from './round.ts';
import { EVER_RESENT, LOST, RESENT, SACKED, type Segment } from './segment.ts';
import { NONE, type Sender } from './sender.ts';

/** Recoveries for which a raised patience is kept. */
export const PATIENCE_KEPT = 16;
const PATIENCE_MAX = 255;
const REORDERING_MAX = 300;

/** Notes that `segment` was delivered at `now`. */
export function advanceRack(sender: Sender, segment: Segment, now: Micros): void {
  const rttUs = now - segment.sentUs;
  // Too soon to be the answer to the retransmission: the original arrived, and says nothing of it.
  if (rttUs < sender.trip.minUs && (segment.mark & EVER_RESENT) !== 0) return;
  sender.rackAdvanced = true;
  sender.rackRttUs = rttUs;
  sender.rackOrder = Math.max(sender.rackOrder, segment.order);
}

/** Marks what must be lost by now; returns how long until the next may be, or 0. */
export function detectLoss(sender: Sender, now: Micros): Micros {
  const { queue } = sender;
  const patienceUs = reorderWindow(sender);
  let waitUs = 0;
  for (let index = 0; index < queue.length; index += 1) {
    const segment = queue.at(index);
    if ((segment.mark & SACKED) !== 0) continue;
    if ((segment.mark & LOST) !== 0 && (segment.mark & RESENT) === 0) continue;
    if (segment.order >= sender.rackOrder) continue;
    const left = remainingUs(sender, segment, patienceUs, now);
    if (left <= 0) queue.markLost(segment);
    else waitUs = Math.max(waitUs, left);
  }
  return waitUs;
}

/** Time until a segment is due to be given up, were one sent later delivered. */
export const remainingUs = (sender: Sender, segment: Segment, patienceUs: Micros, now: Micros): Micros =>
  sender.rackRttUs + patienceUs - (now - segment.sentUs);

/** A segment from `low` on arrived late although it was never sent again: the path reorders. */
export function noteReordering(sender: Sender, low: number, mss: number): void {
  const fack = sender.queue.sacked > 0 ? sender.fack : sender.una;
  if (low >= fack) return;
  const distance = Math.ceil((fack - low) / mss);
  if (distance > sender.reordering) sender.reordering = Math.min(distance, REORDERING_MAX);
  sender.reorderSeen += 1;
}

/** Once per round trip with a reported duplicate: more patience, kept for some recoveries. */
export function adaptPatience(sender: Sender, round: Round): void {
  if (round.roundDelivered === NONE) return;
  if (round.roundDelivered < sender.patienceAt) sender.duplicateSeen = false;
  if (sender.duplicateSeen) {
    sender.patience = Math.min(PATIENCE_MAX, sender.patience + 1);
    sender.duplicateSeen = false;
    sender.patienceAt = sender.delivered;
    sender.patienceKept = PATIENCE_KEPT;
  } else if (sender.patienceKept === 0) {
    sender.patience = 1;
  }
}

function reorderWindow(sender: Sender): Micros {
  if (sender.reorderSeen === 0) {
    if (sender.phase === 'recovery' || sender.phase === 'loss') return 0;
    if (sender.queue.sacked >= sender.reordering) return 0;
  }
  return Math.min(Math.floor(sender.trip.minUs / 4) * sender.patience, sender.trip.srttUs);
}
