// What "late" means for a provider follows from what it has done, between bounds.
import { expect, test } from 'vitest';
import { ms } from '../time.ts';
import { FirstOutput } from './first-output.ts';
import { policyOf } from './policy.ts';

const TIMES = { deadlineMs: 200, failoverMs: 1_500 };

function after(tookMs: readonly number[], mode: 'hedge' | 'failover' = 'hedge'): number {
  const first = new FirstOutput(policyOf(mode, TIMES, 3));
  for (const took of tookMs) first.took(ms(took));
  return first.deadlineUs / 1_000;
}

const of = (count: number, tookMs: number) => Array.from({ length: count }, () => tookMs);

test.each([
  ['nothing is known', [], 200],
  ['little is known', of(3, 20), 200],
  ['it is usually fast', of(20, 150), 172.5],
  ['it is always very fast', of(20, 20), 100],
  ['it is slow one time in ten', [...of(18, 120), ...of(2, 900)], 138],
  ['it is often slow', [...of(10, 120), ...of(10, 900)], 200],
  ['it is never faster than the deadline', of(20, 240), 276],
])('when %s', (_, took, expected) => {
  expect(after(took)).toBe(expected);
});

test('old answers are forgotten', () => {
  expect(after([...of(100, 900), ...of(64, 20)])).toBe(100);
});

test('for failing over it stands still', () => {
  expect(after(of(20, 20), 'failover')).toBe(1_500);
});
