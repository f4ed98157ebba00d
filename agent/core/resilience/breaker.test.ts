// A provider that keeps failing is left alone, longer each time, and taken back after one good answer.
import { expect, test } from 'vitest';
import type { Failure } from '../failure.ts';
import { LIMITS } from '../limit.ts';
import { type Micros, seconds } from '../time.ts';
import { Breaker } from './breaker.ts';
import { jittered, spreadOf } from './spread.ts';

const BUSY: Failure = { reason: 'overloaded', message: 'busy', retryable: true };

function breaker(salt = 1) {
  const states: string[] = [];
  return { states, it: new Breaker(salt, (_now, state) => void states.push(state)) };
}

/** Lets it fail until it opens, at each probe again; the waits in between. */
function waits(salt: number, probes: number): Micros[] {
  const { it } = breaker(salt);
  let now = 0;
  it.failed(now, BUSY);
  return Array.from({ length: probes }, () => {
    it.failed(now, BUSY);
    const wait = it.deadline() - now;
    now = it.deadline();
    it.wake(now);
    return wait;
  });
}

test('one failure is forgiven, two in a row are not', () => {
  const { it, states } = breaker();
  it.failed(0, BUSY);
  it.succeeded(1);
  it.failed(2, BUSY);
  expect(states).toEqual([]);
  it.failed(3, BUSY);
  expect(states).toEqual(['open']);
});

test('what no retry can mend opens it at once', () => {
  const { it, states } = breaker();
  it.failed(0, { reason: 'auth', message: 'no key', retryable: false });
  expect(states).toEqual(['open']);
});

test('a probe that succeeds closes it; being outrun again and again opens it as well', () => {
  const { it, states } = breaker();
  it.failed(0, BUSY, true);
  it.wake(it.deadline());
  it.succeeded(seconds(3));
  for (let count = 0; count < 6; count += 1) it.outrun(seconds(4));
  expect(states).toEqual(['open', 'half_open', 'closed', 'open']);
});

test('probes come at growing distances, never further apart than the limit', () => {
  const all = waits(7, 9);
  const bound = (index: number) => Math.min(LIMITS.breakerFirstUs * 2 ** index, LIMITS.breakerMaxUs);
  for (const [index, wait] of all.entries()) {
    expect(wait).toBeGreaterThanOrEqual(bound(index) / 2);
    expect(wait).toBeLessThanOrEqual(bound(index));
  }
});

test('calls that fail together come back apart, and each one the same way every time', () => {
  expect(waits(1, 4)).toEqual(waits(1, 4));
  expect(new Set(Array.from({ length: 50 }, (_, salt) => waits(salt, 1)[0])).size).toBeGreaterThan(45);
});

test('the spread is even', () => {
  const draws = Array.from({ length: 2_000 }, (_, salt) => spreadOf(salt, 1));
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...draws)).toBeLessThan(1);
  expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(0.5, 1);
  expect(jittered(1_000, 3, 1)).toBe(Math.round(1_000 * (1 - spreadOf(3, 1) / 2)));
});
