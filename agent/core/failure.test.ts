import { expect, test } from 'vitest';
import { failureOfStatus, parseRetryAfter } from './failure.ts';

test.each([
  [401, 'auth', false],
  [403, 'auth', false],
  [402, 'quota', false],
  [404, 'not_found', false],
  [408, 'timeout', true],
  [422, 'bad_request', false],
  [429, 'rate_limit', true],
  [500, 'overloaded', true],
  [503, 'overloaded', true],
  [302, 'refused', true],
] as const)('status %i is %s, retryable: %s', (status, reason, retryable) => {
  expect(failureOfStatus(status, 'why')).toEqual({ reason, retryable, status, message: 'why' });
});

test('what the vendor asked to wait is kept, and its words stay short', () => {
  const failure = failureOfStatus(429, 'x'.repeat(1_000), 2_000_000);
  expect(failure.retryAfterUs).toBe(2_000_000);
  expect(failure.message).toHaveLength(300);
});

test.each([
  ['2', 2_000_000],
  [' 0.25 ', 250_000],
  ['', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  [undefined, undefined],
])('Retry-After %j is %j', (value, us) => {
  expect(parseRetryAfter(value)).toBe(us);
});
