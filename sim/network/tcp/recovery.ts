// Loss recovery as Linux's state machine: from an acknowledgement, a RACK timer or a timeout to a phase,
// a window and the question what to send again. It never sends; `endpoint.ts` does.
import type { Micros } from '#agent/core/time.ts';
import { MSS } from './packet.ts';
import { detectLoss, noteReordering, PATIENCE_KEPT, remainingUs } from './rack.ts';
import type { Round } from './round.ts';
import { echoBefore } from './sack.ts';
import { EVER_RESENT } from './segment.ts';
import { NONE, REORDERING, type Sender } from './sender.ts';

/**
 * Works out the phase after an acknowledgement that was not plainly good. Returns the time RACK wants
 * to be asked again in, or 0.
 */
export function judge(sender: Sender, round: Round): Micros {
  if (sender.phase === 'open') sender.resendStamp = NONE;
  else if (sender.una >= sender.high) leave(sender);
  switch (sender.phase) {
    case 'recovery':
      return inRecovery(sender, round);
    case 'loss':
      return inLoss(sender, round);
    case 'open':
    case 'disorder':
    case 'cwr':
      return outside(sender, round);
  }
}

/** An acknowledgement after a probe: tells whether the tail had been lost. */
export function judgeProbe(sender: Sender, ack: number, round: Round): void {
  if (ack < sender.probeEnd) return;
  if (!sender.probeResent || round.duplicateProbe) {
    sender.probeEnd = NONE;
  } else if (ack > sender.probeEnd) {
    // The probe repaired a loss that nobody else saw; it costs what a loss costs.
    beginReduction(sender);
    sender.phase = 'cwr';
    endReduction(sender, round.now);
    keepOpen(sender);
  } else if (!round.advanced && !round.notDuplicate && !round.sacked) {
    sender.probeEnd = NONE;
  }
}

/** RACK's timer found losses. */
export function enterRecovery(sender: Sender): void {
  sender.priorSsthresh = 0;
  beginUndo(sender);
  if (!sender.reducing) {
    sender.priorSsthresh = sender.currentSsthresh;
    beginReduction(sender);
  }
  sender.phase = 'recovery';
}

/** The retransmission timer fired: what was sent long enough ago is lost, and the window is one. */
export function enterLoss(sender: Sender, now: Micros): void {
  const { queue, window } = sender;
  const fresh = sender.phase !== 'recovery' && sender.phase !== 'loss';
  for (let index = 0; index < queue.length; index += 1) {
    const segment = queue.at(index);
    if (index > 0 && remainingUs(sender, segment, 0, now) > 0) continue;
    queue.markLost(segment);
  }
  const first = sender.phase === 'open' || sender.phase === 'disorder';
  if (first || sender.high <= sender.una || (sender.phase === 'loss' && sender.timeouts === 0)) {
    sender.priorSsthresh = sender.currentSsthresh;
    sender.priorCwnd = window.cwnd;
    window.ssthresh = sender.control.fall(window.cwnd);
    beginUndo(sender);
  }
  window.cwnd = queue.inFlight + 1;
  window.count = 0;
  window.stampUs = now;
  if (first && queue.sacked >= REORDERING) sender.reordering = Math.min(sender.reordering, REORDERING);
  sender.phase = 'loss';
  sender.control.forget();
  sender.high = sender.nxt;
  sender.probeEnd = NONE;
  sender.frto = fresh || sender.timeouts > 0;
}

/** The window along PRR: as much out as the threshold allows for what was delivered. */
export function reduce(sender: Sender, delivered: number, round: Round): void {
  if (delivered <= 0 || sender.priorCwnd === 0 || sender.control.model !== undefined) return;
  const { queue, window } = sender;
  sender.prrDelivered += delivered;
  const room = window.ssthresh - queue.inFlight;
  let more: number;
  if (room < 0) {
    more = Math.ceil((window.ssthresh * sender.prrDelivered) / sender.priorCwnd) - sender.prrOut;
  } else {
    more = Math.max(sender.prrDelivered - sender.prrOut, delivered);
    if (round.advanced && !round.newlyLost) more += 1;
    more = Math.min(room, more);
  }
  more = Math.max(more, sender.prrOut > 0 ? 0 : 1);
  window.cwnd = queue.inFlight + more;
}

function leave(sender: Sender): void {
  switch (sender.phase) {
    case 'cwr':
      if (sender.una === sender.high) return;
      endReduction(sender, NONE);
      sender.phase = 'open';
      return;
    case 'recovery': {
      const undone = endEpisode(sender);
      if (!undone) endReduction(sender, NONE);
      return;
    }
    case 'open':
    case 'disorder':
    case 'loss':
  }
}

function inRecovery(sender: Sender, round: Round): Micros {
  if (round.advanced && holdForUndo(sender, round)) return 0;
  if (undoByDuplicates(sender)) keepOpen(sender);
  const waitUs = identify(sender, round);
  if (sender.phase !== 'recovery') {
    if (sender.queue.lost === 0) return waitUs;
    enterRecovery(sender);
  }
  round.resend = 'lost';
  return waitUs;
}

function inLoss(sender: Sender, round: Round): Micros {
  processLoss(sender, round);
  const waitUs = identify(sender, round);
  if (phaseOf(sender) !== 'open' && !round.resentLost) return waitUs;
  return afterwards(sender, round, waitUs);
}

function outside(sender: Sender, round: Round): Micros {
  if (sender.phase !== 'cwr') undoByDuplicates(sender);
  return afterwards(sender, round, identify(sender, round));
}

function afterwards(sender: Sender, round: Round, waitUs: Micros): Micros {
  if (sender.queue.lost === 0) {
    if (!anyResent(sender)) sender.resendStamp = NONE;
    if (sender.phase !== 'cwr') keepOpen(sender);
    return waitUs;
  }
  enterRecovery(sender);
  round.resend = 'lost';
  return waitUs;
}

/** After a timeout: real, spurious, or not known yet. */
function processLoss(sender: Sender, round: Round): void {
  const recovered = sender.una >= sender.high;
  if (round.advanced && mayUndo(sender)) return undoLoss(sender, round.now);
  if (sender.frto) {
    // Data sent before the timeout and never again is still arriving: the timeout was spurious.
    if (round.original) return undoLoss(sender, round.now);
    if (sender.nxt > sender.high) {
      if (round.sacked || !round.notDuplicate) sender.frto = false;
    } else if (round.advanced && !recovered) {
      sender.high = sender.nxt;
      if (sender.end > sender.nxt) {
        round.resend = 'new';
        return;
      }
      sender.frto = false;
    }
  }
  if (recovered) {
    endEpisode(sender);
    return;
  }
  round.resend = 'lost';
}

function identify(sender: Sender, round: Round): Micros {
  const { queue } = sender;
  if (queue.length === 0 || !sender.rackAdvanced) return 0;
  sender.rackAdvanced = false;
  const { lost, resent } = queue;
  const waitUs = detectLoss(sender, round.now);
  if (queue.lost > lost || queue.resent < resent) round.newlyLost = true;
  if (queue.resent < resent) round.resentLost = true;
  if (waitUs > 0) round.setTimer = false;
  return waitUs;
}

function beginReduction(sender: Sender): void {
  sender.high = sender.nxt;
  sender.probeEnd = NONE;
  sender.window.count = 0;
  sender.priorCwnd = sender.window.cwnd;
  sender.prrDelivered = 0;
  sender.prrOut = 0;
  sender.window.ssthresh = sender.control.fall(sender.window.cwnd);
}

function endReduction(sender: Sender, now: Micros): void {
  if (sender.control.model !== undefined) return;
  sender.window.cwnd = sender.window.ssthresh;
  if (now !== NONE) sender.window.stampUs = now;
}

function beginUndo(sender: Sender): void {
  sender.undoFrom = sender.una;
  const probe = sender.probeEnd !== NONE && sender.probeResent ? 1 : 0;
  sender.undoLeft = sender.queue.resent + probe || NONE;
}

/** Every retransmission was a duplicate, or the answer is older than the first of them. */
const mayUndo = (sender: Sender): boolean =>
  sender.undoFrom !== NONE && (sender.undoLeft === 0 || originalAnswered(sender));

const originalAnswered = (sender: Sender): boolean =>
  sender.resendStamp !== NONE && echoBefore(sender, sender.resendStamp);

/** Ends an episode whose high mark is acknowledged; true when it was undone. */
function endEpisode(sender: Sender): boolean {
  const undo = mayUndo(sender);
  if (undo) undoWindow(sender, false);
  else if (sender.patienceKept > 0) sender.patienceKept -= 1;
  sender.phase = 'open';
  return undo;
}

function undoLoss(sender: Sender, now: Micros): void {
  undoWindow(sender, true);
  sender.window.stampUs = now;
  sender.timeouts = 0;
  sender.phase = 'open';
}

function undoByDuplicates(sender: Sender): boolean {
  if (sender.undoFrom === NONE || sender.undoLeft !== 0) return false;
  sender.patienceKept = Math.min(PATIENCE_KEPT, sender.patienceKept + 1);
  undoWindow(sender, false);
  return true;
}

/** In recovery: true when the original arrived after all, and nothing more is to be sent again yet. */
function holdForUndo(sender: Sender, round: Round): boolean {
  if (sender.undoFrom === NONE || !originalAnswered(sender)) return false;
  noteReordering(sender, round.priorUna, MSS);
  if (sender.queue.resent > 0) return true;
  if (!anyResent(sender)) sender.resendStamp = NONE;
  undoWindow(sender, true);
  keepOpen(sender);
  return false;
}

function undoWindow(sender: Sender, unmark: boolean): void {
  if (unmark) sender.queue.clearLost();
  if (sender.priorSsthresh > 0 && sender.control.model === undefined) {
    const { window } = sender;
    window.cwnd = Math.max(window.cwnd, sender.priorCwnd);
    window.ssthresh = Math.max(window.ssthresh, sender.priorSsthresh);
  }
  sender.undoFrom = NONE;
  sender.rackAdvanced = true;
}

function keepOpen(sender: Sender): void {
  const { queue } = sender;
  const calm = queue.sacked + queue.lost === 0 && !anyResent(sender);
  const phase = calm ? 'open' : 'disorder';
  if (sender.phase === phase) return;
  sender.phase = phase;
  sender.high = sender.nxt;
}

const anyResent = (sender: Sender): boolean =>
  sender.queue.resent > 0 || (sender.queue.length > 0 && (sender.queue.at(0).mark & EVER_RESENT) !== 0);

/** Read again after a change that the type checker cannot see. */
const phaseOf = (sender: Sender): Sender['phase'] => sender.phase;
