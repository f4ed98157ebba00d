// A rate with a burst: what a stalled line delivers at once passes, what never stops does not.
import { expect, test } from 'vitest';
import { Allowance } from './allowance.ts';

const SECOND = 1_000_000;

test('takes a burst, then the rate, and refills while nothing comes', () => {
  const allowance = new Allowance(10, 50, 0);
  for (let count = 0; count < 50; count += 1) expect(allowance.take(0, 1)).toBe(true);
  expect(allowance.take(0, 1)).toBe(false);
  expect(allowance.take(SECOND, 10)).toBe(true);
  expect(allowance.take(SECOND, 1)).toBe(false);
  expect(allowance.take(100 * SECOND, 50), 'full again, and no fuller').toBe(true);
  expect(allowance.take(100 * SECOND, 1)).toBe(false);
});

test('a sender at the rate is never refused, one at twice the rate is', () => {
  const fair = new Allowance(100, 10, 0);
  const greedy = new Allowance(100, 10, 0);
  let refused = 0;
  for (let at = 0; at < 1_000; at += 1) {
    expect(fair.take(at * 10_000, 1)).toBe(true);
    if (!greedy.take(at * 5_000, 1)) refused += 1;
  }
  expect(refused).toBeGreaterThan(400);
});
