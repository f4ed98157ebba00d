// The words of a system error, fit for a log. Node quotes what it was given in some of its messages,
// and what it was given includes the headers with the key.
import { LIMITS } from '../core/limit.ts';
import type { Headers } from '../core/wire.ts';

/** Shorter header values are no secrets, and masking them would garble the message. */
const SECRET_CHARS_MIN = 8;

/** One line about `error` in which no value of `headers`, nor a part of one after a space, occurs. */
export function scrub(error: unknown, headers: Headers): string {
  let text = error instanceof Error ? error.message || codeOf(error) : 'unknown error';
  for (const value of Object.values(headers)) {
    for (const part of [value, ...value.split(' ')]) {
      if (part.length >= SECRET_CHARS_MIN) text = text.replaceAll(part, '…');
    }
  }
  return text.replace(/\s+/g, ' ').slice(0, LIMITS.failureCharsMax);
}

/** `ECONNREFUSED` and its like; an AggregateError (both address families failed) has only that. */
const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name;
