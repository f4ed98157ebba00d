// ElevenLabs' error shapes: `detail` with a status word over HTTP, a flat frame and a close code on a
// WebSocket. The close is 1008 for nearly everything, as the field reports; texts follow the reports
// where a human matches on them.
import { jsonAnswer, type PlainAnswer } from '../answer.ts';
import type { Denial } from '../fault-desk.ts';

/** `http`: status of the HTTP form; `close`: code of the close after the frame. */
export type ElevenLabsError = {
  readonly http: number;
  readonly close: number;
  readonly id: string;
  readonly message: string;
};

export const errorAnswer = (error: ElevenLabsError): PlainAnswer =>
  jsonAnswer(error.http, { detail: { status: error.id, message: error.message } });

export const errorFrame = (error: ElevenLabsError): string =>
  JSON.stringify({ message: error.message, error: error.id, code: error.close });

export function denialAnswer(denial: Denial & { kind: 'status' }): PlainAnswer {
  const answer = errorAnswer(errorOfStatus(denial.status));
  if (denial.retryAfterS === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(denial.retryAfterS) } };
}

export function errorOfStatus(status: number): ElevenLabsError {
  switch (status) {
    case 401:
      return error(401, 'invalid_api_key', 'Invalid API key');
    case 402:
      return error(402, 'quota_exceeded', 'This request exceeds your quota: no credits are left.');
    case 429:
      return error(429, 'too_many_concurrent_requests', 'Too many concurrent requests for this plan.');
    default:
      return error(
        status,
        'internal_server_error',
        'We are sorry, something went wrong. You are not charged for this request.',
      );
  }
}

export const notFound = (path: string): ElevenLabsError =>
  error(404, 'not_found', `Nothing is served at ${path.slice(0, 100)}.`);
export const invalid = (message: string): ElevenLabsError => error(400, 'invalid_request', message);
export const voiceNotFound = error(400, 'voice_not_found', 'A voice with this id was not found.');
export const textTooLong = error(400, 'max_character_limit_exceeded', 'The text exceeds 40000 characters.');
export const settingsChanged = error(
  400,
  'invalid_voice_settings',
  'voice_settings field must be provided in the first message and then either be not provided or not change.',
);
export const tooManyContexts = error(
  400,
  'max_active_conversations',
  'Maximum simultaneous contexts per WebSocket connection exceeded (5). Please close existing contexts.',
);

export const inputTimeout = (timeoutS: number): ElevenLabsError =>
  error(
    400,
    'input_timeout_exceeded',
    `Have not received a new text input within the timeout of ${timeoutS} seconds. ` +
      'Streaming input terminated.',
  );

function error(http: number, id: string, message: string): ElevenLabsError {
  return { http, close: 1008, id, message };
}
