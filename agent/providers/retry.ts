// When to try again, for requests and connections alike: the same attempts, the same back-off, the
// same respect for what the vendor asked. Calls that lose a vendor together come back apart: each spreads
// its delays by a number of its own, and by no chance, so that a run can be repeated.
import type { Failure } from '../core/failure.ts';
import { LIMITS } from '../core/limit.ts';
import { jittered } from '../core/resilience/spread.ts';
import type { Micros } from '../core/time.ts';

/**
 * The wait before the next attempt, after `attempts` of them failed in a row; undefined = give up. With a
 * `salt` it is between half of the back-off and all of it.
 */
export function retryDelay(failure: Failure, attempts: number, salt?: number): Micros | undefined {
  if (!failure.retryable || attempts >= LIMITS.attemptsMax) return undefined;
  const backoff = Math.min(LIMITS.backoffFirstUs * 2 ** Math.max(0, attempts - 1), LIMITS.backoffMaxUs);
  const spread = salt === undefined ? backoff : jittered(backoff, salt, attempts);
  const delay = Math.max(spread, failure.retryAfterUs ?? 0);
  return delay > LIMITS.retryAfterUsMax ? undefined : delay;
}
