// CUBIC (RFC 9438) with the integers and limits of Linux: the window follows a cubic of the time since
// the last loss, is never slower than Reno would be, and grows by at most half per round trip. Time
// runs in units of 1/1024 s.
import type { Micros } from '#agent/core/time.ts';
import type { CongestionControl, Edges } from './congestion.ts';
import { HyStart } from './hystart.ts';
import { JIFFY_US } from './jiffy.ts';
import type { Window } from './window.ts';

/** β = 717/1024. */
const BETA = 717;
const SCALE = 1_024;
/** C = 0.4 as 410/1024 per (1024th of a second)³. */
const C_SCALED = 410;
/** Eight times the Reno-friendly (1+β)/(3(1−β)), as an integer: 15. */
const FRIENDLY = Math.floor(Math.floor((8 * (SCALE + BETA)) / 3) / (SCALE - BETA));
/** The curve is worked out again after this long even if the window stands still. */
const REFRESH_US = 31_250;
/** Right after a recovery the RTT says nothing about the empty path. */
const QUIET_US = 1_000_000;

export class Cubic implements CongestionControl {
  readonly #hystart = new HyStart();
  #every = 0;
  #lastMax = 0;
  #lastCwnd = 0;
  #lastTick = -1;
  #origin = 0;
  /** Time to reach the origin, 1/1024 s. */
  #k = 0;
  #delayMinUs: Micros = 0;
  /** Start of the curve; −1: none yet. */
  #epochUs: Micros = -1;
  #acked = 0;
  #renoCwnd = 0;

  fall(cwnd: number): number {
    this.#epochUs = -1;
    // Fast convergence: a flow that falls twice in a row leaves room for others.
    this.#lastMax = cwnd < this.#lastMax ? Math.floor((cwnd * (SCALE + BETA)) / (2 * SCALE)) : cwnd;
    return Math.max(Math.floor((cwnd * BETA) / SCALE), 2);
  }

  rise(window: Window, acked: number, now: Micros): void {
    let left = acked;
    if (window.slowStart) {
      left = window.grow(acked);
      if (left === 0) return;
    }
    this.#update(window.cwnd, left, now);
    window.creep(this.#every, left);
  }

  sample(rttUs: Micros, window: Window, edges: Edges, now: Micros): void {
    if (this.#epochUs >= 0 && now - this.#epochUs < QUIET_US) return;
    if (this.#delayMinUs === 0 || rttUs < this.#delayMinUs) this.#delayMinUs = Math.max(1, rttUs);
    if (window.slowStart && this.#hystart.full(rttUs, this.#delayMinUs, window.cwnd, edges, now)) {
      window.ssthresh = window.cwnd;
    }
  }

  forget(): void {
    this.#every = 0;
    this.#lastMax = 0;
    this.#lastCwnd = 0;
    this.#lastTick = -1;
    this.#delayMinUs = 0;
    this.#epochUs = -1;
    this.#acked = 0;
    this.#hystart.reset();
  }

  /** Idle time is not time on the curve. */
  resume(idleUs: Micros, now: Micros): void {
    if (this.#epochUs >= 0 && idleUs > 0) this.#epochUs = Math.min(this.#epochUs + idleUs, now);
  }

  #update(cwnd: number, acked: number, now: Micros): void {
    this.#acked += acked;
    const tick = Math.floor(now / JIFFY_US);
    const unchanged = this.#lastCwnd === cwnd && now - this.#lastTick * JIFFY_US <= REFRESH_US;
    if (unchanged && this.#epochUs >= 0) return;
    if (this.#epochUs < 0 || tick !== this.#lastTick) {
      this.#lastCwnd = cwnd;
      this.#lastTick = tick;
      if (this.#epochUs < 0) this.#begin(cwnd, acked, now);
      this.#follow(cwnd, now);
    }
    this.#befriend(cwnd);
    this.#every = Math.max(this.#every, 2);
  }

  #begin(cwnd: number, acked: number, now: Micros): void {
    this.#epochUs = now;
    this.#acked = acked;
    this.#renoCwnd = cwnd;
    const below = this.#lastMax - cwnd;
    this.#origin = below <= 0 ? cwnd : this.#lastMax;
    this.#k = below <= 0 ? 0 : Math.floor(Math.cbrt((below * SCALE) / C_SCALED) * SCALE);
  }

  #follow(cwnd: number, now: Micros): void {
    const t = Math.floor(((now - this.#epochUs + this.#delayMinUs) * SCALE) / 1_000_000);
    const offset = Math.abs(t - this.#k) / SCALE;
    const delta = Math.floor((C_SCALED * offset * offset * offset) / SCALE);
    const target = t < this.#k ? this.#origin - delta : this.#origin + delta;
    this.#every = target > cwnd ? Math.floor(cwnd / (target - cwnd)) : 100 * cwnd;
    // Before the first loss nothing is known about the path: do not crawl.
    if (this.#lastMax === 0) this.#every = Math.min(this.#every, 20);
  }

  #befriend(cwnd: number): void {
    const round = Math.max(1, (cwnd * FRIENDLY) >> 3);
    while (this.#acked > round) {
      this.#acked -= round;
      this.#renoCwnd += 1;
    }
    const ahead = this.#renoCwnd - cwnd;
    if (ahead > 0) this.#every = Math.min(this.#every, Math.floor(cwnd / ahead));
  }
}
