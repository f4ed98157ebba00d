// One end of a TCP connection: it segments what is written, sends as the window allows and answers what
// arrives. What it knows about loss, order, acknowledgement and growth is in the files beside it; here
// they meet, in the order in which Linux lets them.
import type { Micros } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Link } from '../link.ts';
import type { CongestionControl } from './congestion.ts';
import { newCounters } from './counters.ts';
import { Outbox } from './outbox.ts';
import { Pacer } from './pacer.ts';
import { MSS, type Packet, type PacketPool, stampOf, wireBytes } from './packet.ts';
import { adaptPatience, detectLoss } from './rack.ts';
import { Receiver } from './receiver.ts';
import { enterLoss, enterRecovery, judge, judgeProbe, reduce } from './recovery.ts';
import { Round } from './round.ts';
import { clean, tagSacks } from './sack.ts';
import { EVER_RESENT, LOST, PUSH, RESENT, SACKED, type Segment } from './segment.ts';
import { NONE, REORDERING, Sender } from './sender.ts';
import { type Purpose, Timeout } from './timeout.ts';

export type EndpointOptions = {
  readonly clock: Clock;
  /** Carries what this end sends. */
  readonly link: Link;
  readonly pool: PacketPool;
  readonly control: CongestionControl;
  /** What the far host needs to take over a packet. */
  readonly hostUs: Micros;
  /** Runs when something arrives before the handshake is known to be done. */
  readonly reached: () => void;
};

export class Endpoint {
  readonly outbox = new Outbox();
  readonly counters = newCounters();
  readonly sender: Sender;
  readonly #options: EndpointOptions;
  readonly #round = new Round();
  readonly #receiver: Receiver;
  readonly #timeout: Timeout;
  readonly #pacer: Pacer;
  #peer: Endpoint | undefined;
  #established = false;

  constructor(options: EndpointOptions) {
    const { clock, control } = options;
    this.#options = options;
    this.sender = new Sender(control);
    this.#receiver = new Receiver(clock, this.sender.trip, () => this.#sendAck());
    this.#pacer = new Pacer(clock, control.model, () => this.#paced());
    this.#timeout = new Timeout(clock, this.sender, (purpose) => this.#timedOut(purpose));
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
    const now = this.#options.clock.now();
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
    if (sender.queue.length === 0) this.#wake();
    this.#noteIdle();
    sender.end += bytes;
    this.outbox.push(sender.end, deliver, argument);
    this.#push(false);
  }

  /** A packet of the peer arrives. */
  readonly receive = (packet: Packet): void => {
    const receiver = this.#receiver;
    const before = receiver.next;
    if (!this.#established) this.#options.reached();
    if (!receiver.refuses(packet)) {
      const carries = packet.end > packet.seq;
      this.#acknowledged(packet, carries);
      if (carries) this.#accept(packet);
      this.#push(false);
      receiver.answer();
    }
    this.#options.pool.give(packet);
    if (receiver.next === before) return;
    receiver.readUp();
    this.#peer?.outbox.deliverUpTo(receiver.next);
  };

  #accept(packet: Packet): void {
    const receiver = this.#receiver;
    const gapBefore = receiver.hasGap;
    receiver.accept(packet);
    if (!gapBefore && receiver.hasGap && this.#peer !== undefined) this.#peer.counters.holStalls += 1;
  }

  #acknowledged(packet: Packet, carries: boolean): void {
    const { sender } = this;
    const round = this.#round;
    if (packet.ack > sender.nxt) return;
    const now = this.#options.clock.now();
    round.begin(sender, now, carries);
    sender.echo = packet.tsEcr;
    const reports = packet.sackCount > 0 || packet.dsackEnd > 0;
    if (packet.ack < sender.una) {
      if (!reports) return;
      tagSacks(sender, packet, round);
      this.#judge();
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
    if (!plain) this.#judge();
    if (round.setTimer && !this.#timeout.probeLater(true)) this.#timeout.restart();
    this.#steer(now);
    this.#resendAsJudged();
  }

  #judge(): void {
    const waitUs = judge(this.sender, this.#round);
    if (waitUs > 0) this.#timeout.askLater(waitUs);
  }

  /** The window follows what was delivered. */
  #steer(now: Micros): void {
    const { sender } = this;
    const round = this.#round;
    const delivered = sender.delivered - round.priorDelivered;
    const { model } = sender.control;
    if (sender.idleUntil > 0 && sender.delivered > sender.idleUntil) sender.idleUntil = 0;
    if (model !== undefined) return model.acknowledged(sender, round);
    if (sender.reducing) return reduce(sender, delivered, round);
    // On a path that reorders, data out of order is progress too.
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
    const now = this.#options.clock.now();
    let sent = 0;
    while (sender.end > sender.nxt && (queue.inFlight < window.cwnd || (probe && sent === 0))) {
      if (!probe && this.#pacer.holds(now)) break;
      this.#sendNext(now);
      sent += 1;
      if (probe) break;
    }
    const full = queue.inFlight >= window.cwnd;
    if (sent > 0 || full) window.validate(full, sender, now);
    if (sent === 0) return;
    if (sender.reducing) sender.prrOut += sent;
    if (!probe) this.#timeout.probeLater(false);
  }

  #sendNext(now: Micros): void {
    const { sender } = this;
    const { queue } = sender;
    const alone = queue.length === 0;
    if (queue.inFlight === 0) sender.control.resume(now - sender.lastSendUs, now);
    const end = Math.min(sender.end, sender.nxt + MSS);
    const segment = queue.push(sender.nxt, end, end === sender.end ? PUSH : 0);
    sender.nxt = end;
    this.#transmitSegment(segment, now);
    if (alone || this.#timeout.waitsFor('probe')) this.#timeout.restart();
  }

  #resendLost(): void {
    const { sender } = this;
    const { queue, window } = sender;
    let oldest = false;
    for (let index = 0; index < queue.length; index += 1) {
      if (queue.inFlight >= window.cwnd || queue.resent >= queue.lost) break;
      if (this.#pacer.holds(this.#options.clock.now())) break;
      const { mark } = queue.at(index);
      if ((mark & LOST) === 0 || (mark & (SACKED | RESENT)) !== 0) continue;
      this.#resend(index);
      if (sender.reducing) sender.prrOut += 1;
      if (index === 0) oldest = !this.#timeout.waitsFor('reorder');
    }
    if (oldest) this.#timeout.start();
  }

  /** Retransmits a segment that is believed lost. */
  #resend(index: number): void {
    const { sender } = this;
    const { queue } = sender;
    const now = this.#options.clock.now();
    const segment = queue.at(index);
    this.#again(index, now);
    if ((segment.mark & RESENT) === 0) {
      segment.mark |= RESENT;
      queue.resent += 1;
    }
    if (sender.resendStamp === NONE) sender.resendStamp = stampOf(now);
    sender.undoLeft = Math.max(0, sender.undoLeft) + 1;
  }

  /** Sends a segment again, with as many of those that follow it as fit into one packet. */
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
    sender.resentTotal += 1;
    this.counters.retransmissions += 1;
    this.#transmitSegment(segment, now);
  }

  /** Before a write: the window was open and there was nothing to fill it with. */
  #noteIdle(): void {
    const { sender } = this;
    const { queue, window } = sender;
    const open = queue.inFlight < window.cwnd && queue.lost <= queue.resent;
    if (open && sender.end - sender.nxt < MSS)
      sender.idleUntil = Math.max(1, sender.delivered + queue.inFlight);
  }

  /** The pace allows the next packet. */
  #paced(): void {
    if (this.sender.queue.lost > this.sender.queue.resent) this.#resendLost();
    this.#push(false);
  }

  /** Nothing outstanding for longer than an RTO: what the window was worth is no longer known. */
  #wake(): void {
    const { sender } = this;
    const now = this.#options.clock.now();
    const idleUs = now - sender.lastSendUs;
    if (sender.control.model !== undefined) return;
    if (this.#established && idleUs > sender.trip.rtoUs)
      sender.window.restart(idleUs, sender.trip.rtoUs, now);
  }

  #transmitSegment(segment: Segment, now: Micros): void {
    const packet = this.#options.pool.take();
    packet.seq = segment.seq;
    packet.end = segment.end;
    packet.push = (segment.mark & PUSH) !== 0;
    this.counters.segments += 1;
    const { sender } = this;
    if (sender.queue.inFlight <= 1) {
      sender.firstSentUs = now;
      sender.deliveredAtUs = now;
    }
    sender.order += 1;
    segment.order = sender.order;
    segment.sentUs = now;
    segment.deliveredBefore = sender.delivered;
    segment.deliveredAtUs = sender.deliveredAtUs;
    segment.firstSentUs = sender.firstSentUs;
    segment.idle = sender.idleUntil > 0;
    this.#transmit(packet, now);
    this.#pacer.sent(segment.end - segment.seq, now);
    sender.lastSendUs = now;
    this.#receiver.dataSent(now);
  }

  #sendAck(): void {
    const packet = this.#options.pool.take();
    packet.seq = this.sender.nxt;
    packet.end = this.sender.nxt;
    packet.push = false;
    this.#transmit(packet, this.#options.clock.now());
  }

  #transmit(packet: Packet, now: Micros): void {
    const { clock, link, hostUs, pool } = this.#options;
    this.#receiver.describe(packet, now);
    const bytes = wireBytes(packet);
    this.counters.packets += 1;
    this.counters.wireBytes += bytes;
    const arrival = link.transmit(now, bytes);
    if (arrival === undefined || this.#peer === undefined) {
      this.counters.dropped += 1;
      return pool.give(packet);
    }
    clock.after(arrival - now + hostUs, this.#peer.receive, packet);
  }

  #timedOut(purpose: Purpose): void {
    if (this.sender.queue.length === 0) return;
    switch (purpose) {
      case 'rto':
        return this.#giveUp();
      case 'probe':
        return this.#probe();
      case 'reorder':
        return this.#patienceEnded();
    }
  }

  #giveUp(): void {
    const { sender } = this;
    enterLoss(sender, this.#options.clock.now());
    sender.timeouts += 1;
    this.counters.timeouts += 1;
    this.#resend(0);
    sender.trip.backOff();
    this.#timeout.start();
  }

  /** The tail may be lost: new data, or else the last segment again, makes the far end speak. */
  #probe(): void {
    const { sender } = this;
    const { queue } = sender;
    // One probe at a time.
    if (sender.probeEnd !== NONE) return this.#timeout.restart(true);
    const before = queue.length;
    sender.probeResent = sender.end === sender.nxt;
    if (sender.probeResent) this.#again(queue.length - 1, this.#options.clock.now());
    else this.#push(true);
    if (sender.probeResent || queue.length > before) sender.probeEnd = sender.nxt;
    this.counters.probes += 1;
    this.#timeout.restart(false);
  }

  #patienceEnded(): void {
    const { sender } = this;
    const { queue } = sender;
    const before = queue.inFlight;
    const round = this.#round;
    round.begin(sender, this.#options.clock.now(), false);
    detectLoss(sender, round.now);
    if (queue.inFlight !== before) {
      if (sender.phase !== 'recovery') {
        enterRecovery(sender);
        round.newlyLost = true;
        reduce(sender, 1, round);
      }
      this.#resendLost();
    }
    if (!this.#timeout.waitsFor('rto')) this.#timeout.restart(true);
  }
}
