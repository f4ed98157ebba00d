// What the world may do wrong, as a value. Every provider reduces its own error shapes to this one,
// so that retry, fallback and the words for the caller are decided in one place.
import { LIMITS } from './limit.ts';
import type { Micros } from './time.ts';

export type FailureReason =
  | 'auth' // key missing, wrong or forbidden: no retry helps
  | 'quota' // credits or spend limit exhausted: no retry helps
  | 'rate_limit' // too many requests for now
  | 'overloaded' // 5xx, capacity
  | 'not_found' // model, voice or route unknown
  | 'bad_request' // the vendor refused what we sent
  | 'refused' // connection refused or upgrade rejected without a clearer reason
  | 'disconnected' // socket or stream cut
  | 'timeout' // a deadline of ours passed
  | 'malformed'; // bytes that do not follow the vendor's protocol

export type Failure = {
  readonly reason: FailureReason;
  /** One line for a log: what the vendor said. Never contains a key. */
  readonly message: string;
  readonly retryable: boolean;
  /** What the vendor asked us to wait, when it said so. */
  readonly retryAfterUs?: Micros;
  readonly status?: number;
};

/** The failure behind an HTTP status, as all vendors use them. `message` is the vendor's own text. */
export function failureOfStatus(status: number, message: string, retryAfterUs?: Micros): Failure {
  const wait = retryAfterUs === undefined ? {} : { retryAfterUs };
  const failure = (reason: FailureReason, retryable: boolean): Failure => ({
    reason,
    message: message.slice(0, LIMITS.failureCharsMax),
    retryable,
    status,
    ...wait,
  });
  if (status === 401 || status === 403) return failure('auth', false);
  if (status === 402) return failure('quota', false);
  if (status === 404) return failure('not_found', false);
  if (status === 429) return failure('rate_limit', true);
  if (status === 408) return failure('timeout', true);
  if (status >= 500) return failure('overloaded', true);
  if (status >= 400) return failure('bad_request', false);
  return failure('refused', true);
}

/** `Retry-After` (seconds, decimal allowed) as microseconds; undefined for anything else. */
export function parseRetryAfter(value: string | undefined): Micros | undefined {
  if (value === undefined || !/^\d{1,6}(\.\d{1,6})?$/.test(value.trim())) return undefined;
  return Math.round(Number(value) * 1_000_000);
}
