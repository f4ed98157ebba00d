// Reno (RFC 5681): half the window on a loss, one segment more per round trip.
import type { CongestionControl } from './congestion.ts';
import type { Window } from './window.ts';

export class Reno implements CongestionControl {
  fall(cwnd: number): number {
    return Math.max(cwnd >> 1, 2);
  }

  rise(window: Window, acked: number): void {
    const left = window.slowStart ? window.grow(acked) : acked;
    if (left > 0) window.creep(window.cwnd, left);
  }

  sample(): void {}

  forget(): void {}

  resume(): void {}
}
