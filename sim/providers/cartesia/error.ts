// Cartesia's error shapes. HTTP bodies were plain text `Title: Message` before API version 2026-03-01
// and are JSON since; on a WebSocket an error is an event. Codes that Cartesia does not publish are
// our inference. No shape ever repeats what the client sent as its key.

import { jsonAnswer, type PlainAnswer } from '../answer.ts';
import type { Denial } from '../fault-desk.ts';

export type CartesiaError = {
  readonly status: number;
  readonly code: string | null;
  readonly title: string;
  readonly message: string;
};

const JSON_SINCE = '2026-03-01';

/** `version`: the API version asked for; undefined is answered in the newest shape. */
export function errorAnswer(
  error: CartesiaError,
  version: string | undefined,
  requestId: string,
): PlainAnswer {
  if (version !== undefined && version < JSON_SINCE) {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    return { status: error.status, headers, body: `${error.title}: ${error.message}` };
  }
  return jsonAnswer(error.status, {
    error_code: error.code,
    title: error.title,
    message: error.message,
    request_id: requestId,
  });
}

/** The event form; `more` carries what belongs to one endpoint, such as a context. */
export const errorEvent = (error: CartesiaError, requestId: string, more: object = {}): string =>
  JSON.stringify({
    type: 'error',
    ...more,
    title: error.title,
    message: error.message,
    error_code: error.code,
    status_code: error.status,
    request_id: requestId,
  });

export function errorOfStatus(status: number): CartesiaError {
  switch (status) {
    case 401:
      return error(401, 'unauthorized', 'Unauthorized', 'The API key is missing or not valid.');
    case 402:
      return error(402, 'payment_required', 'Payment required', 'The credits of this account are exhausted.');
    case 429:
      return error(
        429,
        'concurrency_limited',
        'Too many requests',
        'The concurrency limit of this plan is reached.',
      );
    default:
      return error(status, 'internal_error', 'Internal server error', 'Something went wrong on our side.');
  }
}

/** The refused upgrade or request that a fault asks for. `refused` has no HTTP form. */
export function denialAnswer(
  denial: Denial & { kind: 'status' },
  version: string | undefined,
  requestId: string,
): PlainAnswer {
  const answer = errorAnswer(errorOfStatus(denial.status), version, requestId);
  if (denial.retryAfterS === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(denial.retryAfterS) } };
}

export const badRequest = (message: string): CartesiaError =>
  error(400, 'invalid_request', 'Bad request', message);

export const invalidModel = (model: string): CartesiaError =>
  error(400, 'model_not_found', 'Invalid model', `The model "${model.slice(0, 80)}" does not exist.`);

export const sunsetModel = (model: string): CartesiaError =>
  error(400, 'model_sunsetted', 'Model sunsetted', `The model "${model}" is no longer served.`);

const error = (status: number, code: string, title: string, message: string): CartesiaError => ({
  status,
  code,
  title,
  message,
});
