// Figures and their intervals: exact ranks, and intervals that hold what they promise.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimate, quantileInterval, spreadOf } from './estimate.ts';

const whole = (values: readonly number[]) => values.map((value) => [value, 1, -1] as const);

test('percentiles are samples, with the ranks around them as interval', () => {
  const figure = spreadOf(Array.from({ length: 100 }, (_, at) => at + 1));
  expect(figure).toMatchObject({ n: 100, p50: 50, p95: 95, interval: { p50: { low: 40, high: 61 } } });
});

test('too few samples have no interval, and none have no figure', () => {
  expect(spreadOf([5, 6, 7]).interval.p95).toBeNull();
  expect(spreadOf([])).toEqual({ n: 0, p50: null, p95: null, interval: { p50: null, p95: null } });
  expect(estimate('ratio', [])).toEqual({ n: 0, value: null, interval: null });
});

test('an interval holds its percentile, whatever the samples', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9_999 }), { minLength: 40 }), (values) => {
      const { p50, interval } = spreadOf(values);
      expect(interval.p50?.low).toBeLessThanOrEqual(p50 ?? Number.NaN);
      expect(interval.p50?.high).toBeGreaterThanOrEqual(p50 ?? Number.NaN);
    }),
  );
});

test('the interval of a median covers the true one as often as it says', () => {
  let state = 1;
  const dice = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let held = 0;
  for (let round = 0; round < 400; round += 1) {
    const sorted = Array.from({ length: 60 }, dice).sort((one, other) => one - other);
    const interval = quantileInterval(sorted, 0.5);
    if (interval !== null && interval.low <= 0.5 && interval.high >= 0.5) held += 1;
  }
  expect(held / 400).toBeGreaterThan(0.92);
});

test('a rate, a ratio and a mean', () => {
  expect(estimate('rate', whole([1, 1, 0, 1]))).toMatchObject({ n: 4, value: 0.75 });
  const ratio = estimate('ratio', [
    [1, 10, 0],
    [3, 10, 1],
  ]);
  expect(ratio).toMatchObject({ n: 2, value: 0.2 });
  const mean = estimate('mean', whole([4, 4.2, 4.4]));
  expect(mean).toMatchObject({ n: 3, value: 4.2 });
  // Student's factor for two degrees of freedom is 4.303; the expansion gives 4.1 or more.
  if (!('value' in mean) || mean.interval === null) throw new Error('no interval');
  expect((mean.interval.high - 4.2) / (0.2 / Math.sqrt(3))).toBeGreaterThan(4);
});
