// Percentiles of the latest values.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Spread } from './spread.ts';

test('nothing has no percentiles; one value is all of them', () => {
  const spread = new Spread();
  expect(spread.summary).toBeUndefined();
  spread.add(7);
  expect(spread.summary).toEqual({ n: 1, p50: 7, p95: 7, last: 7 });
});

test('the percentiles are measured values of the last so many, and the others are forgotten', () => {
  const values = fc.array(fc.integer({ min: -5, max: 5_000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 20 }), (all, sizeMax) => {
      const spread = new Spread(sizeMax);
      for (const value of all) spread.add(value);
      const kept = all.slice(-sizeMax).sort((one, other) => one - other);
      const { n, p50, p95, last } = spread.summary ?? { n: 0, p50: 0, p95: 0, last: 0 };
      expect([n, last]).toEqual([all.length, all.at(-1)]);
      for (const [share, value] of [
        [0.5, p50],
        [0.95, p95],
      ] as const) {
        const upTo = kept.filter((one) => one <= value).length;
        const below = kept.filter((one) => one < value).length;
        expect(kept).toContain(value);
        expect(upTo / kept.length).toBeGreaterThanOrEqual(share);
        expect(below / kept.length).toBeLessThan(share);
      }
    }),
  );
});
