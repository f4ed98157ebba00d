import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ms } from '../time.ts';
import { Pace } from './pace.ts';

/** Sends whatever is due at `now`, at most `available` packets; returns how many. */
function send(pace: Pace, now: number, available = Infinity): number {
  let count = 0;
  while (pace.dueUs <= now && count < available) {
    pace.sent();
    count += 1;
  }
  return count;
}

test('the lead leaves at once, then a packet every 20 ms', () => {
  const pace = new Pace(ms(100));
  pace.resume(ms(1_000));
  expect(send(pace, ms(1_000))).toBe(5);
  expect(pace.dueUs).toBe(ms(1_020));
  expect(send(pace, ms(1_019))).toBe(0);
  expect(send(pace, ms(1_020))).toBe(1);
  expect(pace.playedOutUs).toBe(ms(1_120));
});

test.each([
  [20, 1],
  [30, 1],
  [39, 1],
  [40, 2],
  [59, 2],
])('a lead of %i ms is %i packets: never more than asked for', (leadMs, packets) => {
  const pace = new Pace(ms(leadMs));
  pace.resume(0);
  expect(send(pace, 0)).toBe(packets);
});

test('a short gap is made good at once: the lead neither grows nor melts', () => {
  const pace = new Pace(ms(100));
  pace.resume(0);
  send(pace, 0);
  pace.resume(ms(60));
  expect(send(pace, ms(60))).toBe(3);
  expect(pace.dueUs).toBe(ms(80));
});

test('after a gap longer than the lead the schedule starts anew', () => {
  const pace = new Pace(ms(100));
  pace.resume(0);
  send(pace, 0);
  pace.resume(ms(500));
  expect(send(pace, ms(500))).toBe(5);
  expect(pace.playedOutUs).toBe(ms(600));
  expect(pace.packets).toBe(10);
});

test('what was played stands still in a gap and never exceeds what was sent', () => {
  const pace = new Pace(ms(100));
  pace.resume(0);
  send(pace, 0);
  expect(pace.playedUs(ms(30))).toBe(ms(30));
  expect(pace.playedUs(ms(400))).toBe(ms(100));
  pace.resume(ms(500));
  send(pace, ms(500), 2);
  expect(pace.playedUs(ms(510))).toBe(ms(110));
  expect(pace.playedUs(ms(900))).toBe(ms(140));
});

test('whatever the gaps: ahead by no more than the lead, and what was played only grows', () => {
  const steps = fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 200 }), packets: fc.nat(15) }));
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 10 }), (drawn, leadPackets) => {
      const pace = new Pace(ms(leadPackets * 20));
      let now = 0;
      let played = 0;
      for (const { waitMs, packets } of drawn) {
        now += ms(waitMs);
        pace.resume(now);
        send(pace, now, packets);
        expect(pace.playedOutUs - now).toBeLessThanOrEqual(ms(leadPackets * 20));
        expect(pace.playedUs(now)).toBeGreaterThanOrEqual(played);
        played = pace.playedUs(now);
      }
    }),
    { seed: 1 },
  );
});
