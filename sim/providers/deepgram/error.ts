// Deepgram's error shapes: flat JSON with a code of its own and a request id, repeated in headers. On a
// WebSocket most errors are a close code and a reason.
import { jsonAnswer, type PlainAnswer } from '../answer.ts';
import type { Denial } from '../fault-desk.ts';

export type DeepgramError = { readonly status: number; readonly code: string; readonly message: string };

export function errorAnswer({ status, code, message }: DeepgramError, requestId: string): PlainAnswer {
  const headers = { 'dg-request-id': requestId, 'dg-error': message };
  return jsonAnswer(status, { err_code: code, err_msg: message, request_id: requestId }, headers);
}

export function errorOfStatus(status: number): DeepgramError {
  switch (status) {
    case 401:
      return { status, code: 'INVALID_AUTH', message: 'Invalid credentials.' };
    case 402:
      return { status, code: 'ASR_PAYMENT_REQUIRED', message: 'Project does not have enough credits.' };
    case 429:
      return { status, code: 'TOO_MANY_REQUESTS', message: 'Too many requests. Please try again later.' };
    default:
      return { status, code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error.' };
  }
}

/** The refused upgrade that a fault asks for. */
export function denialAnswer(
  { status, retryAfterS }: Denial & { kind: 'status' },
  requestId: string,
): PlainAnswer {
  const answer = errorAnswer(errorOfStatus(status), requestId);
  if (retryAfterS === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterS) } };
}

export const badRequest = (message: string): DeepgramError => ({ status: 400, code: 'Bad Request', message });

/** Why a WebSocket is closed, as a code and a reason. */
export const CLOSES = {
  badData: [1008, 'DATA-0000'],
  badFrame: [1003, 'MESSAGE-0000'],
  tooManyCharacters: [1008, 'DATA-0001'],
  tooLong: [1009, 'BIG-0001'],
  internal: [1011, 'NET-0000'],
  clientSilent: [1011, 'NET-0001'],
  sessionOver: [1011, 'NET-0003'],
} as const satisfies Record<string, readonly [code: number, reason: string]>;
