// What an acknowledgement says, written into the sender's memory: SACK blocks, reports of duplicates,
// and the move of the left edge, with the RTT samples that follow from them.
import type { Micros } from '#agent/core/time.ts';
import { MSS, type Packet, stampOf } from './packet.ts';
import { advanceRack, noteReordering } from './rack.ts';
import type { Round } from './round.ts';
import { EVER_RESENT, LOST, RESENT, SACKED, type Segment } from './segment.ts';
import { NONE, type Sender } from './sender.ts';

export function tagSacks(sender: Sender, packet: Packet, round: Round): void {
  if (packet.dsackEnd > 0) noteDuplicate(sender, packet, round);
  const { queue } = sender;
  for (let block = 0; block < packet.sackCount; block += 1) {
    const start = packet.sack[2 * block] as number;
    const end = packet.sack[2 * block + 1] as number;
    for (let index = 0; index < queue.length; index += 1) {
      const segment = queue.at(index);
      if (segment.seq >= end) break;
      if (segment.seq >= start && segment.end <= end) tag(sender, segment, round);
    }
  }
  if (round.sacked && (sender.phase !== 'loss' || sender.undoFrom !== NONE)) {
    noteReordering(sender, round.reorder, MSS);
  }
}

/** Takes acknowledged segments off the queue; the left edge has been moved already. */
export function clean(sender: Sender, round: Round): void {
  const { queue } = sender;
  round.reorder = sender.nxt;
  let gone = 0;
  while (queue.length > 0) {
    const segment = queue.at(0);
    if (segment.end > sender.una) break;
    cleanOne(sender, segment, round);
    queue.shift();
    gone += 1;
  }
  if (queue.length > 0 && queue.sacked === 0) sender.fack = sender.una;
  const updated = updateRtt(sender, round, gone);
  if (gone > 0) {
    round.setTimer = true;
    // A hole that filled without a retransmission was no loss.
    if (round.reorder < round.priorFack) noteReordering(sender, round.reorder, MSS);
  } else if (updated && round.firstSackedUs !== NONE && queue.length > 0) {
    // The timer may only be pushed back by data sent before the oldest was last sent.
    if (round.now - round.firstSackedUs > round.now - queue.at(0).sentUs) round.setTimer = true;
  }
}

function cleanOne(sender: Sender, segment: Segment, round: Round): void {
  if ((segment.mark & EVER_RESENT) !== 0) {
    round.resentAcked = true;
  } else if ((segment.mark & SACKED) === 0) {
    round.lastAckedUs = segment.sentUs;
    if (round.firstAckedUs === NONE) round.firstAckedUs = segment.sentUs;
    round.reorder = Math.min(round.reorder, segment.seq);
    if (segment.end <= sender.high) round.original = true;
  }
  if ((segment.mark & SACKED) === 0) deliver(sender, segment, round);
  const spurious = (segment.mark & EVER_RESENT) !== 0 && echoBefore(sender, stampOf(segment.sentUs));
  if (!spurious) advanceRack(sender, segment, round.now);
}

function tag(sender: Sender, segment: Segment, round: Round): void {
  if (segment.end <= sender.una || (segment.mark & SACKED) !== 0) return;
  const { queue } = sender;
  advanceRack(sender, segment, round.now);
  if ((segment.mark & RESENT) !== 0) {
    // Not believed lost: the retransmission is still on its way and keeps its place in the pipe.
    if ((segment.mark & LOST) !== 0) {
      segment.mark &= ~(LOST | RESENT);
      queue.lost -= 1;
      queue.resent -= 1;
    }
  } else {
    if ((segment.mark & EVER_RESENT) === 0) {
      if (segment.seq < round.priorFack) round.reorder = Math.min(round.reorder, segment.seq);
      if (segment.end <= sender.high) round.original = true;
      if (round.firstSackedUs === NONE) round.firstSackedUs = segment.sentUs;
      round.lastSackedUs = segment.sentUs;
    }
    if ((segment.mark & LOST) !== 0) {
      segment.mark &= ~LOST;
      queue.lost -= 1;
    }
  }
  segment.mark |= SACKED;
  queue.sacked += 1;
  sender.fack = Math.max(sender.fack, segment.end);
  deliver(sender, segment, round);
  round.sacked = true;
}

/** Counts a segment as delivered and remembers the round trip of the latest one. */
function deliver(sender: Sender, segment: Segment, round: Round): void {
  sender.delivered += 1;
  if (segment.sentUs < round.latestSentUs) return;
  round.latestSentUs = segment.sentUs;
  round.roundDelivered = segment.deliveredBefore;
  round.deliveredAtUs = segment.deliveredAtUs;
  round.sendIntervalUs = segment.sentUs - segment.firstSentUs;
  round.idle = segment.idle;
  sender.firstSentUs = segment.sentUs;
  sender.deliveredAtUs = round.now;
}

/** The far end received something twice: one of our retransmissions was for nothing. */
function noteDuplicate(sender: Sender, packet: Packet, round: Round): void {
  const copies = Math.max(1, Math.ceil((packet.dsackEnd - packet.dsackStart) / MSS));
  sender.duplicateTotal += copies;
  if (sender.duplicateTotal > sender.resentTotal) return;
  round.duplicate = true;
  round.duplicateProbe = sender.probeResent && packet.dsackEnd === sender.probeEnd;
  if (sender.reorderSeen > 0 && !round.duplicateProbe) sender.duplicateSeen = true;
  const counts = packet.dsackEnd <= round.priorUna || packet.dsackEnd <= sender.fack;
  if (sender.undoLeft > 0 && counts && packet.dsackEnd > sender.undoFrom) {
    sender.undoLeft = Math.max(0, sender.undoLeft - copies);
  }
}

/** Whether the acknowledgement echoes a time before `stamp`: it answers an earlier transmission. */
export const echoBefore = (sender: Sender, stamp: number): boolean =>
  sender.echo !== NONE && sender.echo < stamp;

function updateRtt(sender: Sender, round: Round, gone: number): boolean {
  let rttUs: Micros = NONE;
  let lastUs: Micros = NONE;
  if (round.firstAckedUs !== NONE && !round.resentAcked) {
    rttUs = round.now - round.firstAckedUs;
    lastUs = round.now - round.lastAckedUs;
  }
  if (round.firstSackedUs !== NONE) {
    lastUs = round.now - round.lastSackedUs;
    if (rttUs === NONE) rttUs = round.now - round.firstSackedUs;
  }
  if (rttUs === NONE && gone > 0 && sender.echo !== NONE) {
    // Karn: a retransmitted segment has no time of its own, but the timestamp has (in ms).
    rttUs = Math.max(1_000, (stampOf(round.now) - sender.echo) * 1_000);
    lastUs = rttUs;
  }
  if (rttUs === NONE) return false;
  round.rttUs = lastUs;
  sender.trip.sampleMin(lastUs, round.now);
  sender.trip.sample(rttUs, sender.una, sender.nxt);
  sender.control.sample(lastUs, sender.window, sender, round.now);
  return true;
}
