// Zooming and moving on the time axis: what is under the cursor stays there, and nobody leaves the call.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { following, kept, moved, secondsOf, ticksOf, zoomed } from '../browser/conversation/view.ts';

const END_US = 90_000_000;

test('zooming keeps what is under the cursor where it is', () => {
  const view = { fromUs: 10_000_000, untilUs: 20_000_000 };
  const { fromUs, untilUs } = zoomed(view, 0.5, 12_000_000, END_US);
  expect({ fromUs, untilUs }).toEqual({ fromUs: 11_000_000, untilUs: 16_000_000 });
});

test('no step leads out of the call, or closer than a packet', () => {
  const steps = fc.array(
    fc.oneof(
      fc.tuple(fc.constant('zoom'), fc.double({ min: 0.1, max: 10, noNaN: true })),
      fc.tuple(fc.constant('move'), fc.double({ min: -3, max: 3, noNaN: true })),
      fc.tuple(fc.constant('follow'), fc.double({ min: 0, max: 1, noNaN: true })),
    ),
  );
  fc.assert(
    fc.property(steps, (all) => {
      let view = kept({ fromUs: 0, untilUs: 5_000_000 }, END_US);
      for (const [kind, value] of all) {
        if (kind === 'zoom') view = zoomed(view, value, (view.fromUs + view.untilUs) / 2, END_US);
        else if (kind === 'move') view = moved(view, value, END_US);
        else view = following(view, value * END_US, END_US);
        expect(view.fromUs).toBeGreaterThanOrEqual(0);
        expect(view.untilUs).toBeLessThanOrEqual(END_US + 1e-3);
        expect(view.untilUs - view.fromUs).toBeGreaterThan(19_999);
      }
    }),
  );
});

test('ticks are even, round and few', () => {
  expect(ticksOf({ fromUs: 0, untilUs: 9_000_000 }, 10)).toEqual(
    Array.from({ length: 10 }, (_, second) => second * 1_000_000),
  );
  expect(ticksOf({ fromUs: 1_230_000, untilUs: 1_330_000 }, 4)).toEqual([1_250_000, 1_300_000]);
  expect(secondsOf(1_250_000, { fromUs: 1_230_000, untilUs: 1_330_000 })).toBe('1.250');
});
