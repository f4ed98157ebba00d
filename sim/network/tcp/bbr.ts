// BBR (version 1, as in Linux): window and pace follow a model of the path, the highest delivery rate
// of the last ten round trips and the lowest round-trip time of the last ten seconds; single losses
// hardly move it. Its long-term sampling of policers and its allowance for aggregated acknowledgements
// are left out: neither matters to streams of speech.
import type { Micros } from '#agent/core/time.ts';
import type { CongestionControl, RateModel } from './congestion.ts';
import { MaxFilter } from './max-filter.ts';
import { MSS } from './packet.ts';
import type { Round } from './round.ts';
import { NONE, type Sender } from './sender.ts';
import { INFINITE, INITIAL_WINDOW } from './window.ts';

type Mode = 'startup' | 'drain' | 'probe-rate' | 'probe-rtt';

const HIGH_GAIN = 2_885 / 1_000;
const DRAIN_GAIN = 1_000 / 2_885;
/** Pacing in turns of a round trip: up, down, and six times level. */
const CYCLE = [1.25, 0.75, 1, 1, 1, 1, 1, 1] as const;
const WINDOW_GAIN = 2;
const WINDOW_MIN = 4;
/** Paced a little below the rate, so that queues empty. */
const MARGIN = 0.99;
const RTT_WINDOW_US = 10_000_000;
const PROBE_RTT_US = 200_000;
/** The pipe is full when three rounds did not bring a quarter more. */
const FULL_GROWTH = 1.25;
const FULL_ROUNDS = 3;

export class Bbr implements CongestionControl, RateModel {
  /** Segments per microsecond. */
  readonly #rate = new MaxFilter(10);
  #mode: Mode = 'startup';
  #round = 0;
  #roundStart = false;
  #roundDelivered = 0;
  #fullRate = 0;
  #fullRounds = 0;
  #minRttUs: Micros = INFINITE;
  #minRttAt: Micros = 0;
  #probeUntil: Micros = NONE;
  #probeRoundDone = false;
  #cycle = 0;
  #cycleAt: Micros = 0;
  /** Bytes per microsecond; 0 until the first round trip is known. */
  #pace = 0;
  #conserving = false;
  #recovering = false;
  #priorCwnd = 0;

  get model(): RateModel {
    return this;
  }

  paceUs(bytes: number): Micros {
    return this.#pace === 0 ? 0 : Math.round(bytes / this.#pace);
  }

  acknowledged(sender: Sender, round: Round): void {
    const acked = sender.delivered - round.priorDelivered;
    this.#learnRate(sender, round);
    this.#turnCycle(sender, round);
    this.#judgeFull(round);
    this.#drain(sender, round.now);
    this.#learnRtt(sender, round);
    this.#setPace(sender);
    this.#setWindow(sender, round, acked);
  }

  /** Falls nowhere; remembers the window to come back to. */
  fall(cwnd: number): number {
    const keep = this.#recovering || this.#mode === 'probe-rtt';
    this.#priorCwnd = keep ? Math.max(this.#priorCwnd, cwnd) : cwnd;
    return INFINITE;
  }

  rise(): void {}

  sample(): void {}

  forget(): void {
    this.#recovering = true;
    this.#fullRate = 0;
    this.#roundStart = true;
  }

  resume(): void {}

  #learnRate(sender: Sender, round: Round): void {
    this.#roundStart = false;
    if (round.roundDelivered === NONE) return;
    const intervalUs = Math.max(round.sendIntervalUs, round.now - round.deliveredAtUs);
    if (intervalUs <= 0) return;
    if (round.roundDelivered >= this.#roundDelivered) {
      this.#roundDelivered = sender.delivered;
      this.#round += 1;
      this.#roundStart = true;
      this.#conserving = false;
    }
    // Shorter than any round trip: acknowledgements came in a lump and say nothing about the rate.
    if (intervalUs < sender.trip.minUs) return;
    const rate = (sender.delivered - round.roundDelivered) / intervalUs;
    if (!round.idle || rate >= this.#rate.value) this.#rate.add(this.#round, rate);
  }

  #learnRtt(sender: Sender, round: Round): void {
    const { now } = round;
    const expired = now > this.#minRttAt + RTT_WINDOW_US;
    if (round.rttUs !== NONE && (round.rttUs <= this.#minRttUs || expired)) {
      this.#minRttUs = round.rttUs;
      this.#minRttAt = now;
    }
    if (expired && this.#mode !== 'probe-rtt') {
      this.#mode = 'probe-rtt';
      this.#priorCwnd = Math.max(this.#priorCwnd, sender.window.cwnd);
      this.#probeUntil = NONE;
    }
    if (this.#mode === 'probe-rtt') this.#probeRtt(sender, now);
  }

  /** Four segments for 200 ms and a round trip, so that a queue of our own making shows. */
  #probeRtt(sender: Sender, now: Micros): void {
    if (this.#probeUntil === NONE) {
      if (sender.queue.inFlight > WINDOW_MIN) return;
      this.#probeUntil = now + PROBE_RTT_US;
      this.#probeRoundDone = false;
      this.#roundDelivered = sender.delivered;
      return;
    }
    if (this.#roundStart) this.#probeRoundDone = true;
    if (!this.#probeRoundDone || now <= this.#probeUntil) return;
    this.#minRttAt = now;
    sender.window.cwnd = Math.max(sender.window.cwnd, this.#priorCwnd);
    if (this.#full) this.#enterCycle(now);
    else this.#mode = 'startup';
  }

  get #full(): boolean {
    return this.#fullRounds >= FULL_ROUNDS;
  }

  #judgeFull(round: Round): void {
    if (this.#full || !this.#roundStart || round.idle) return;
    if (this.#rate.value >= this.#fullRate * FULL_GROWTH) {
      this.#fullRate = this.#rate.value;
      this.#fullRounds = 0;
      return;
    }
    this.#fullRounds += 1;
  }

  #drain(sender: Sender, now: Micros): void {
    if (this.#mode === 'startup' && this.#full) this.#mode = 'drain';
    if (this.#mode === 'drain' && sender.queue.inFlight <= this.#target(1)) this.#enterCycle(now);
  }

  #enterCycle(now: Micros): void {
    this.#mode = 'probe-rate';
    this.#cycle = 2;
    this.#cycleAt = now;
  }

  #turnCycle(sender: Sender, round: Round): void {
    if (this.#mode !== 'probe-rate') return;
    const gain = CYCLE[this.#cycle] ?? 1;
    const over = round.now - this.#cycleAt > this.#minRttUs;
    const { inFlight } = sender.queue;
    let next = over;
    if (gain > 1) next = over && (round.newlyLost || inFlight >= this.#target(gain));
    if (gain < 1) next = over || inFlight <= this.#target(1);
    if (!next) return;
    this.#cycle = (this.#cycle + 1) % CYCLE.length;
    this.#cycleAt = round.now;
  }

  #gain(): number {
    switch (this.#mode) {
      case 'startup':
        return HIGH_GAIN;
      case 'drain':
        return DRAIN_GAIN;
      case 'probe-rate':
        return CYCLE[this.#cycle] ?? 1;
      case 'probe-rtt':
        return 1;
    }
  }

  #setPace(sender: Sender): void {
    const { srttUs } = sender.trip;
    if (this.#pace === 0 && srttUs > 0) this.#pace = (HIGH_GAIN * INITIAL_WINDOW * MSS) / srttUs;
    const pace = this.#rate.value * MSS * this.#gain() * MARGIN;
    if (this.#full || pace > this.#pace) this.#pace = pace;
  }

  #setWindow(sender: Sender, round: Round, acked: number): void {
    const { window } = sender;
    if (acked > 0 && !this.#recover(sender, round, acked)) {
      const target = this.#target(
        this.#mode === 'startup' || this.#mode === 'drain' ? HIGH_GAIN : WINDOW_GAIN,
      );
      if (this.#full) window.cwnd = Math.min(window.cwnd + acked, target);
      else if (window.cwnd < target || sender.delivered < INITIAL_WINDOW) window.cwnd += acked;
      window.cwnd = Math.max(window.cwnd, WINDOW_MIN);
    }
    if (this.#mode === 'probe-rtt') window.cwnd = Math.min(window.cwnd, WINDOW_MIN);
  }

  /** In the first round of a recovery: as much out as comes in. True while that decides the window. */
  #recover(sender: Sender, round: Round, acked: number): boolean {
    const { window, queue } = sender;
    const lost = queue.lostTotal - round.priorLost;
    if (lost > 0) window.cwnd = Math.max(window.cwnd - lost, 1);
    const recovering = sender.phase === 'recovery' || sender.phase === 'loss';
    if (sender.phase === 'recovery' && !this.#recovering) {
      this.#conserving = true;
      this.#roundDelivered = sender.delivered;
      window.cwnd = queue.inFlight + acked;
    } else if (this.#recovering && !recovering) {
      window.cwnd = Math.max(window.cwnd, this.#priorCwnd);
      this.#conserving = false;
    }
    this.#recovering = recovering;
    if (!this.#conserving) return false;
    window.cwnd = Math.max(window.cwnd, queue.inFlight + acked);
    return true;
  }

  /** The path's contents times `gain`, with room for the lumps in which a host sends. */
  #target(gain: number): number {
    if (this.#minRttUs === INFINITE) return INITIAL_WINDOW;
    const segments = Math.ceil(this.#rate.value * this.#minRttUs * gain) + 3;
    const even = segments + (segments % 2);
    return this.#mode === 'probe-rate' && this.#cycle === 0 ? even + 2 : even;
  }
}
