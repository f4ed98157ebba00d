// One end of a TCP connection: it segments what is written, sends as the window allows, answers what
// arrives and keeps the timers. Everything it knows about loss, order, acknowledgement and growth is
// in the files beside it; here they meet, in the order in which Linux lets them.
import type { Micros } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Link } from '../link.ts';
import { AckPolicy } from './ack.ts';
import { Alarm } from './alarm.ts';
import type { CongestionControl } from './congestion.ts';
import { newCounters } from './counters.ts';
import { wheelDue, wholeJiffies } from './jiffy.ts';
import { Outbox } from './outbox.ts';
import { MSS, type Packet, type PacketPool, stampOf, wireBytes } from './packet.ts';
import { adaptPatience, detectLoss } from './rack.ts';
import { Reassembly } from './reassembly.ts';
import { enterLoss, enterRecovery, judge, judgeProbe, reduce } from './recovery.ts';
import { clean, tagSacks } from './sack.ts';
import { EVER_RESENT, LOST, PUSH, RESENT, SACKED, type Segment } from './segment.ts';
import { NONE, REORDERING, Round, Sender } from './sender.ts';

/** Added to timers that guard against jitter of the far end's clock. */
const TIMEOUT_MIN_US = 2_000;
const RTO_MIN_US = 200_000;
const PROBE_FIRST_US = 1_000_000;

const REFUSALS_APART_US = 500_000;

type TimerKind = 'rto' | 'probe' | 'reorder';

export class Endpoint {
  readonly sender: Sender;
  readonly outbox = new Outbox();
  readonly counters = newCounters();
  readonly #clock: Clock;
  readonly #link: Link;
  readonly #pool: PacketPool;
  readonly #round = new Round();
  readonly #reassembly = new Reassembly();
  readonly #acks = new AckPolicy();
  readonly #timer: Alarm;
  readonly #ackTimer: Alarm;
  #timerKind: TimerKind = 'rto';
  #peer: Endpoint | undefined;
  /** Timestamp to echo: of the oldest data not yet acknowledged. */
  #tsRecent = 0;
  #established = false;
  #refusedUs: Micros = -REFUSALS_APART_US;
  readonly #reached: () => void;
  readonly #hostUs: Micros;

  /** `reached` runs when something arrives before the handshake is known to be done. */
  constructor(clock: Clock, link: Link, pool: PacketPool, control: CongestionControl, hostUs: Micros, reached: () => void) {
    this.#hostUs = hostUs;
    this.#reached = reached;
    this.#clock = clock;
    this.#link = link;
    this.#pool = pool;
    this.sender = new Sender(control);
    this.#timer = new Alarm(clock, () => this.#timedOut());
    this.#ackTimer = new Alarm(clock, () => this.#ackWaited());
  }

  /** Where packets of this end arrive. */
  attach(peer: Endpoint): void {
    this.#peer = peer;
  }

  /** The handshake is done; what was written meanwhile leaves. `rttUs` if it was seen without a loss. */
  establish(rttUs: Micros | undefined): void {
    if (this.#established) return;
    this.#established = true;
    const { sender } = this;
    const now = this.#clock.now();
    sender.lastSendUs = now;
    if (rttUs !== undefined) {
      sender.trip.sampleMin(rttUs, now);
      sender.trip.sample(rttUs, 0, 0);
    }
    this.#push(false);
  }

  /** Bytes written and not yet acknowledged. */
  get bufferedBytes(): number {
    return this.sender.end - this.sender.una;
  }

  write<A>(bytes: number, deliver: (argument: A) => void, argument: A): void {
    const { sender } = this;
    if (sender.queue.length === 0) this.#restart();
    sender.end += bytes;
    this.outbox.push(sender.end, deliver, argument);
    if (this.#established) this.#push(false);
  }

  /** A packet of the peer arrives. */
  readonly receive = (packet: Packet): void => {
    if (!this.#established) this.#reached();
    const carries = packet.end > packet.seq;
    const before = this.#reassembly.next;
    // Older than what was answered (RFC 7323), or all of it answered: not even its ACK counts.
    if (this.#tsRecent - packet.tsVal > 1 || packet.end < this.#acks.acknowledged) {
      this.#refuse(packet, carries);
    } else {
      if (packet.seq <= this.#acks.acknowledged) this.#tsRecent = Math.max(this.#tsRecent, packet.tsVal);
      this.#acknowledged(packet, carries);
      if (carries) this.#accept(packet);
      this.#push(false);
      this.#answer();
    }
    this.#pool.give(packet);
    const { next } = this.#reassembly;
    if (next > before) {
      if (this.#acks.readUp(next)) this.#sendAck();
      this.#peer?.outbox.deliverUpTo(next);
    }
  };

  /** Says what it has; to bare acknowledgements only now and then, or two ends would never stop. */
  #refuse(packet: Packet, carries: boolean): void {
    const now = this.#clock.now();
    if (!carries) {
      if (now - this.#refusedUs < REFUSALS_APART_US) return;
      this.#refusedUs = now;
    } else if (packet.seq < this.#reassembly.next) {
      this.#acks.duplicated();
      this.#reassembly.report(packet.seq, packet.end);
    }
    this.#sendAck();
  }

  #accept(packet: Packet): void {
    const gapBefore = this.#reassembly.hasGap;
    const bytes = packet.end - packet.seq;
    switch (this.#reassembly.accept(packet.seq, packet.end)) {
      case 'filled':
        this.#acks.filled();
        this.#acks.received(this.#clock.now(), bytes, packet.push, this.sender.trip.rtoUs);
        return;
      case 'order':
      case 'hole':
        this.#acks.received(this.#clock.now(), bytes, packet.push, this.sender.trip.rtoUs);
        return;
      case 'gap':
        if (!gapBefore && this.#peer !== undefined) this.#peer.counters.holStalls += 1;
        this.#acks.outOfOrder();
        return;
      case 'duplicate':
        this.#acks.duplicated();
    }
  }

  #acknowledged(packet: Packet, carries: boolean): void {
    const { sender } = this;
    const round = this.#round;
    if (packet.ack > sender.nxt) return;
    const now = this.#clock.now();
    round.begin(sender, now, carries);
    sender.echo = packet.tsEcr;
    const reports = packet.sackCount > 0 || packet.dsackEnd > 0;
    if (packet.ack < sender.una) {
      if (!reports) return;
      tagSacks(sender, packet, round);
      this.#guard(judge(sender, round));
      return this.#resendAsJudged();
    }
    if (packet.ack > sender.una) {
      round.advanced = true;
      round.notDuplicate = true;
      sender.timeouts = 0;
      sender.una = packet.ack;
    }
    if (reports) tagSacks(sender, packet, round);
    if (sender.queue.length === 0) return;
    clean(sender, round);
    adaptPatience(sender, round);
    if (sender.probeEnd !== NONE) judgeProbe(sender, packet.ack, round);
    const plain = round.notDuplicate && !round.sacked && !round.duplicate && sender.phase === 'open';
    if (!plain) this.#guard(judge(sender, round));
    if (round.setTimer) this.#setTimer();
    this.#steer(now);
    this.#resendAsJudged();
  }

  /** The window follows what was delivered. */
  #steer(now: Micros): void {
    const { sender } = this;
    const round = this.#round;
    const delivered = sender.delivered - round.priorDelivered;
    if (sender.reducing) return reduce(sender, delivered, round);
    const progress = round.advanced || (round.sacked && sender.reordering > REORDERING);
    if (!progress) return;
    if (sender.window.limited) sender.control.rise(sender.window, delivered, now);
    sender.window.stampUs = now;
  }

  #resendAsJudged(): void {
    const { sender } = this;
    if (this.#round.resend === 'none') return;
    if (this.#round.resend === 'new') {
      this.#push(false);
      if (sender.nxt > sender.high) return;
      sender.frto = false;
    }
    this.#resendLost();
  }

  /** Sends what was written and not sent yet, as far as the window allows; `probe`: one, regardless. */
  #push(probe: boolean): void {
    const { sender } = this;
    const { queue, window } = sender;
    if (sender.end === sender.nxt || !this.#established) return;
    const now = this.#clock.now();
    let sent = 0;
    while (sender.end > sender.nxt && (queue.inFlight < window.cwnd || (probe && sent === 0))) {
      this.#sendNext(now);
      sent += 1;
      if (probe) break;
    }
    const full = queue.inFlight >= window.cwnd;
    if (sent > 0 || full) {
      const calm = sender.phase === 'open';
      window.validate(full, queue.length, sender.una, sender.nxt, now, sender.trip.rtoUs, calm);
    }
    if (sent === 0) return;
    if (sender.reducing) sender.prrOut += sent;
    if (!probe) this.#scheduleProbe(false);
  }

  #sendNext(now: Micros): void {
    const { sender } = this;
    const { queue } = sender;
    const alone = queue.length === 0;
    if (queue.inFlight === 0) sender.control.resume(now - sender.lastSendUs, now);
    const end = Math.min(sender.end, sender.nxt + MSS);
    const segment = queue.push(sender.nxt, end, now, end === sender.end ? PUSH : 0, sender.delivered);
    sender.nxt = end;
    this.#transmitSegment(segment, now);
    const probing = this.#timer.pending && this.#timerKind === 'probe';
    if (alone || probing) this.#rearm();
  }

  #resendLost(): void {
    const { sender } = this;
    const { queue, window } = sender;
    let head = false;
    for (let index = 0; index < queue.length; index += 1) {
      if (queue.inFlight >= window.cwnd || queue.resent >= queue.lost) break;
      const { mark } = queue.at(index);
      if ((mark & LOST) === 0 || (mark & (SACKED | RESENT)) !== 0) continue;
      this.#resend(index);
      if (sender.reducing) sender.prrOut += 1;
      if (index === 0 && !(this.#timer.pending && this.#timerKind === 'reorder')) head = true;
    }
    if (head) this.#arm('rto', sender.trip.rtoUs);
  }

  /** Sends a segment again, with as many that follow it as fit into one packet. */
  #resend(index: number): void {
    const { sender } = this;
    const { queue } = sender;
    const now = this.#clock.now();
    const segment = queue.at(index);
    this.#again(index, now);
    if ((segment.mark & RESENT) === 0) {
      segment.mark |= RESENT;
      queue.resent += 1;
    }
    if (sender.resendStamp === NONE) sender.resendStamp = stampOf(now);
    sender.undoLeft = Math.max(0, sender.undoLeft) + 1;
  }

  #again(index: number, now: Micros): void {
    const { sender } = this;
    const { queue } = sender;
    const segment = queue.at(index);
    segment.seq = Math.max(segment.seq, sender.una);
    while (index + 1 < queue.length) {
      const next = queue.at(index + 1);
      if ((next.mark & SACKED) !== 0 || next.end - segment.seq > MSS) break;
      queue.merge(index);
    }
    segment.mark |= EVER_RESENT;
    segment.sentUs = now;
    segment.deliveredBefore = sender.delivered;
    sender.resentTotal += 1;
    this.counters.retransmissions += 1;
    this.#transmitSegment(segment, now);
  }

  /** Nothing outstanding for longer than an RTO: what the window was worth is no longer known. */
  #restart(): void {
    const { sender } = this;
    const now = this.#clock.now();
    const idleUs = now - sender.lastSendUs;
    if (this.#established && idleUs > sender.trip.rtoUs) {
      sender.window.restart(idleUs, sender.trip.rtoUs, now);
    }
  }

  // Acknowledging.

  #answer(): void {
    switch (this.#acks.verdict(this.#reassembly.next, this.#reassembly.hasGap)) {
      case 'now':
        return this.#sendAck();
      case 'later': {
        const now = this.#clock.now();
        const due = wheelDue(now, this.#acks.delayUs(this.sender.trip.srttUs));
        if (!this.#ackTimer.pending || due < this.#ackTimer.due) this.#ackTimer.set(due);
        return;
      }
      case 'none':
    }
  }

  #ackWaited(): void {
    if (!this.#acks.scheduled) return;
    this.#acks.waited(this.sender.trip.rtoUs);
    this.#sendAck();
  }

  #sendAck(): void {
    const packet = this.#pool.take();
    packet.seq = this.sender.nxt;
    packet.end = this.sender.nxt;
    packet.push = false;
    this.#transmit(packet, this.#clock.now());
  }

  // The wire.

  #transmitSegment(segment: Segment, now: Micros): void {
    const packet = this.#pool.take();
    packet.seq = segment.seq;
    packet.end = segment.end;
    packet.push = (segment.mark & PUSH) !== 0;
    this.counters.segments += 1;
    this.#transmit(packet, now);
    this.sender.lastSendUs = now;
    this.#acks.dataSent(now);
  }

  #transmit(packet: Packet, now: Micros): void {
    const { next } = this.#reassembly;
    packet.ack = next;
    packet.tsVal = stampOf(now);
    packet.tsEcr = this.#tsRecent;
    this.#reassembly.describe(packet);
    this.#acks.sent(next);
    this.#ackTimer.clear();
    const bytes = wireBytes(packet);
    this.counters.packets += 1;
    this.counters.wireBytes += bytes;
    const arrival = this.#link.transmit(now, bytes);
    if (arrival === undefined || this.#peer === undefined) {
      this.counters.dropped += 1;
      this.#pool.give(packet);
      return;
    }
    this.#clock.after(arrival - now + this.#hostUs, this.#peer.receive, packet);
  }

  // Timers of the sender: one at a time, for a timeout, a tail loss probe or RACK's patience.

  #arm(kind: TimerKind, delay: Micros): void {
    this.#timerKind = kind;
    this.#timer.set(wheelDue(this.#clock.now(), delay));
  }

  #guard(waitUs: Micros): void {
    if (waitUs <= 0) return;
    this.#arm('reorder', Math.min(wholeJiffies(waitUs + TIMEOUT_MIN_US), this.sender.trip.rtoUs));
  }

  #setTimer(): void {
    if (!this.#scheduleProbe(true)) this.#rearm();
  }

  /** The full timeout from now; or, in place of another timer, what is left of the oldest segment's. */
  #rearm(fromOldest = this.#timer.pending && this.#timerKind !== 'rto'): void {
    const { queue, trip } = this.sender;
    if (queue.length === 0) return this.#timer.clear();
    this.#arm('rto', fromOldest ? Math.max(1, this.#rtoLeftUs()) : trip.rtoUs);
  }

  /** Time to the timeout of the oldest segment. */
  #rtoLeftUs(): Micros {
    const { queue, trip } = this.sender;
    return queue.at(0).sentUs + trip.rtoUs - this.#clock.now();
  }

  #scheduleProbe(advancing: boolean): boolean {
    const { queue, trip, phase } = this.sender;
    if (queue.length === 0 || (phase !== 'open' && phase !== 'cwr')) return false;
    let delay = PROBE_FIRST_US;
    if (trip.srttUs > 0) {
      delay = wholeJiffies(2 * trip.srttUs + (queue.length === 1 ? RTO_MIN_US : TIMEOUT_MIN_US));
    }
    const leftUs = advancing ? trip.rtoUs : this.#rtoLeftUs();
    this.#arm('probe', leftUs > 0 ? Math.min(delay, leftUs) : delay);
    return true;
  }

  #timedOut(): void {
    if (this.sender.queue.length === 0) return;
    switch (this.#timerKind) {
      case 'rto':
        return this.#timeout();
      case 'probe':
        return this.#probe();
      case 'reorder':
        return this.#patienceEnded();
    }
  }

  #timeout(): void {
    const { sender } = this;
    enterLoss(sender, this.#clock.now());
    sender.timeouts += 1;
    this.counters.timeouts += 1;
    this.#resend(0);
    sender.trip.backOff();
    this.#arm('rto', sender.trip.rtoUs);
  }

  /** The tail may be lost: new data, or else the last segment again, makes the far end speak. */
  #probe(): void {
    const { sender } = this;
    const { queue } = sender;
    // One probe at a time.
    if (sender.probeEnd !== NONE) return this.#rearm(true);
    sender.probeResent = false;
    const before = queue.length;
    if (sender.end > sender.nxt) this.#push(true);
    else {
      this.#again(queue.length - 1, this.#clock.now());
      sender.probeResent = true;
    }
    if (sender.probeResent || queue.length > before) sender.probeEnd = sender.nxt;
    this.counters.probes += 1;
    this.#rearm(false);
  }

  #patienceEnded(): void {
    const { sender } = this;
    const { queue } = sender;
    const before = queue.inFlight;
    const round = this.#round;
    round.begin(sender, this.#clock.now(), false);
    detectLoss(sender, round.now);
    if (queue.inFlight !== before) {
      if (sender.phase !== 'recovery') {
        enterRecovery(sender);
        round.newlyLost = true;
        reduce(sender, 1, round);
      }
      this.#resendLost();
    }
    if (!this.#timer.pending || this.#timerKind !== 'rto') this.#rearm(true);
  }
}
