// Anthropic's errors: one shape for refusals and for events in the middle of a stream. The words are ours,
// the types and statuses are the vendor's.
import type { Headers } from '#agent/core/wire.ts';
import { jsonAnswer, type PlainAnswer } from '../answer.ts';

export type MessagesError = { readonly status: number; readonly type: string; readonly message: string };

export const errorBody = ({ type, message }: MessagesError, requestId: string): object => ({
  type: 'error',
  error: { type, message },
  request_id: requestId,
});

export const errorAnswer = (error: MessagesError, requestId: string, headers: Headers = {}): PlainAnswer =>
  jsonAnswer(error.status, errorBody(error, requestId), { 'request-id': requestId, ...headers });

export const invalid = (message: string): MessagesError => ({
  status: 400,
  type: 'invalid_request_error',
  message,
});

export const notFound = (what: string): MessagesError => ({
  status: 404,
  type: 'not_found_error',
  message: what.slice(0, 100),
});

export function errorOfStatus(status: number): MessagesError {
  switch (status) {
    case 401:
      return { status, type: 'authentication_error', message: 'invalid x-api-key' };
    case 402:
      return { status, type: 'billing_error', message: 'There is a problem with your billing.' };
    case 429:
      return { status, type: 'rate_limit_error', message: 'This request would exceed your rate limit.' };
    case 503:
    case 529:
      // Capacity that is short has a status of its own here.
      return { status: 529, type: 'overloaded_error', message: 'Overloaded' };
    case 504:
      return { status, type: 'timeout_error', message: 'The request timed out.' };
    default:
      return { status, type: 'api_error', message: 'Internal server error' };
  }
}
