import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentile, spreadOf, wilson } from './statistic.ts';

/** Plus 0: -0 and 0 are one sample, and which of the two stands first means nothing. */
const sample = fc.double({ noNaN: true, min: -1e9, max: 1e9 }).map((value) => value + 0);
const samples = fc.array(sample, { minLength: 1, maxLength: 60 });
const percent = fc.integer({ min: 1, max: 100 });

test('a percentile is the smallest sample that covers its share, by counting', () => {
  fc.assert(
    fc.property(samples, percent, (values, whole) => {
      const found = percentile(values, whole / 100);
      // Naively: of all samples that at least p % do not exceed, the least. Whole numbers, so exact.
      const covering = values.filter(
        (value) => values.filter((other) => other <= value).length * 100 >= whole * values.length,
      );
      expect(found).toBe(Math.min(...covering));
    }),
  );
});

test('a percentile is always a sample that occurred', () => {
  fc.assert(
    fc.property(samples, percent, (values, whole) => {
      expect(values).toContain(percentile(values, whole / 100));
    }),
  );
});

test('the order of samples does not matter, and percentiles do not cross', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const { p50, p95, p99 } = spreadOf(values);
      expect(spreadOf(values.toReversed())).toEqual({ p50, p95, p99 });
      expect([p50, p95, p99]).toEqual([...[p50, p95, p99]].sort((one, other) => Number(one) - Number(other)));
    }),
  );
});

test('p95 of twenty samples is the nineteenth, of a hundred the ninety-fifth', () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  expect(percentile(upTo(20), 0.95)).toBe(19);
  expect(percentile(upTo(100), 0.95)).toBe(95);
  expect(percentile(upTo(2), 0.5)).toBe(1);
});

test('no samples have no percentile, and no events no interval', () => {
  expect(spreadOf([])).toEqual({ p50: null, p95: null, p99: null });
  expect(wilson(0, 0)).toBeNull();
});

test('Wilson’s interval has its textbook values', () => {
  // 1 of 1, 0 of 10 and 5 of 10 at 95 %, as any statistics table gives them.
  expect(wilson(1, 1)?.low).toBeCloseTo(0.2065, 4);
  expect(wilson(1, 1)?.high).toBe(1);
  expect(wilson(0, 10)?.low).toBe(0);
  expect(wilson(0, 10)?.high).toBeCloseTo(0.2775, 4);
  expect(wilson(5, 10)?.low).toBeCloseTo(0.2366, 4);
  expect(wilson(5, 10)?.high).toBeCloseTo(0.7634, 4);
});

test('Wilson’s interval holds the rate, stays within 0 and 1, and narrows with more events', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
      const hits = Math.round(n * share);
      const few = wilson(hits, n) ?? { low: 2, high: -1 };
      const many = wilson(hits * 10, n * 10) ?? { low: 2, high: -1 };
      expect(few.low).toBeLessThanOrEqual(hits / n);
      expect(few.high).toBeGreaterThanOrEqual(hits / n);
      expect(few.low).toBeGreaterThanOrEqual(0);
      expect(few.high).toBeLessThanOrEqual(1);
      expect(many.high - many.low).toBeLessThan(few.high - few.low);
    }),
  );
});
