import { describe, expect, it } from 'vitest';
import { wheelDue } from './jiffy.ts';
import { RoundTrip } from './rtt.ts';

/** Samples one a round trip, `from` the given round trip on. */
function sample(trip: RoundTrip, from: number, ...ms: readonly number[]): void {
  for (const [index, each] of ms.entries()) {
    const una = 1_000 * (from + index + 1);
    trip.sample(each * 1_000, una, una + 999);
  }
}

describe('the retransmission timeout', () => {
  it('is the round trip and at least 200 ms, in whole ticks', () => {
    const trip = new RoundTrip();
    expect(trip.rtoUs).toBe(1_000_000);
    // As measured on a kernel: 308 ms at a round trip of 106.
    sample(trip, 0, ...Array<number>(100).fill(106));
    expect(trip.rtoUs).toBe(308_000);
  });

  it('rises at once with the spread and falls slowly', () => {
    const trip = new RoundTrip();
    sample(trip, 0, ...Array<number>(50).fill(100));
    sample(trip, 50, 500);
    expect(trip.rtoUs).toBeGreaterThan(540_000);
    sample(trip, 51, ...Array<number>(3).fill(100));
    expect(trip.rtoUs).toBeGreaterThan(400_000);
    sample(trip, 54, ...Array<number>(60).fill(100));
    expect(trip.rtoUs).toBeLessThanOrEqual(304_000);
  });

  it('doubles up to two minutes and comes back with the next sample', () => {
    const trip = new RoundTrip();
    sample(trip, 0, 100, 100, 100);
    for (let again = 0; again < 20; again += 1) trip.backOff();
    expect(trip.rtoUs).toBe(120_000_000);
    sample(trip, 3, 100);
    expect(trip.rtoUs).toBeLessThan(500_000);
  });
});

describe("the kernel's timer wheel", () => {
  it('fires within a tick when it is soon, up to an eighth late when it is not, and never early', () => {
    for (const delay of [1_000, 40_000, 204_000, 308_000, 1_232_000, 9_856_000, 100_000_000]) {
      for (const now of [0, 1, 3_999, 123_456, 7_777_777]) {
        const late = wheelDue(now, delay) - now - delay;
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThanOrEqual(8_000 + (delay < 252_000 ? 0 : delay / 7));
      }
    }
  });
});
