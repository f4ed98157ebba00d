// When to try again, for requests and connections alike: the same attempts, the same back-off, the
// same respect for what the vendor asked. There is no random spread: a session has one connection,
// and equal delays keep a run repeatable.
import type { Failure } from '../core/failure.ts';
import { LIMITS } from '../core/limit.ts';
import type { Micros } from '../core/time.ts';

/**
 * The wait before the next attempt, after `attempts` of them failed in a row; undefined = give up.
 */
export function retryDelay(failure: Failure, attempts: number): Micros | undefined {
  if (!failure.retryable || attempts >= LIMITS.attemptsMax) return undefined;
  const backoff = Math.min(LIMITS.backoffFirstUs * 2 ** Math.max(0, attempts - 1), LIMITS.backoffMaxUs);
  const delay = Math.max(backoff, failure.retryAfterUs ?? 0);
  return delay > LIMITS.retryAfterUsMax ? undefined : delay;
}
