// HyStart: leaves slow start before it overshoots, when a train of acknowledgements is as long as half
// the path or the round trip has grown by an eighth (at least 4, at most 16 ms).
import type { Micros } from '#agent/core/time.ts';
import type { Edges } from './congestion.ts';

const WINDOW_MIN = 16;
const SAMPLES_MIN = 8;
const DELAY_MIN_US = 4_000;
const DELAY_MAX_US = 16_000;
/** Acknowledgements closer than this belong to one train. */
const TRAIN_GAP_US = 2_000;

export class HyStart {
  #found = false;
  #roundEnd = -1;
  #roundStartUs: Micros = 0;
  #lastUs: Micros = 0;
  #samples = 0;
  #leastUs: Micros = 0;

  /** True when slow start should end now. */
  full(rttUs: Micros, delayMinUs: Micros, cwnd: number, edges: Edges, now: Micros): boolean {
    if (edges.una > this.#roundEnd) this.#begin(edges.nxt, now);
    if (this.#found || cwnd < WINDOW_MIN) return false;
    if (now - this.#lastUs <= TRAIN_GAP_US) {
      this.#lastUs = now;
      if (now - this.#roundStartUs > delayMinUs / 2) this.#found = true;
    }
    this.#leastUs = Math.min(this.#leastUs, rttUs);
    if (this.#samples < SAMPLES_MIN) this.#samples += 1;
    else {
      const slack = Math.min(Math.max(delayMinUs >> 3, DELAY_MIN_US), DELAY_MAX_US);
      if (this.#leastUs > delayMinUs + slack) this.#found = true;
    }
    return this.#found;
  }

  reset(): void {
    this.#found = false;
    this.#roundEnd = -1;
  }

  #begin(nxt: number, now: Micros): void {
    this.#roundEnd = nxt;
    this.#roundStartUs = now;
    this.#lastUs = now;
    this.#samples = 0;
    this.#leastUs = Number.POSITIVE_INFINITY;
  }
}
