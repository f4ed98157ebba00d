// Error bodies of the two chat dialects: Cerebras answers a flat object, OpenAI nests it in `error`.
// Both use the same statuses. Texts are ours; codes are the vendors' where they are published.
import type { Headers } from '#agent/core/wire.ts';
import { jsonAnswer, type PlainAnswer } from '../answer.ts';
import type { Denial } from '../fault-desk.ts';

export type Dialect = 'cerebras' | 'openai';

export type ChatError = {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string;
};

export function errorAnswer(dialect: Dialect, error: ChatError, headers: Headers): PlainAnswer {
  const { status, message, type, param, code } = error;
  const body = { message, type, param, code };
  return jsonAnswer(status, dialect === 'cerebras' ? body : { error: body }, headers);
}

/** An error in the middle of a stream: the same data line in both dialects. */
export const errorLine = ({ status, message, type, param, code }: ChatError, id: string): string =>
  `data: ${JSON.stringify({ error: { message, type, param, code, id }, status_code: status })}\n\n`;

export function errorOfStatus(dialect: Dialect, status: number): ChatError {
  switch (status) {
    case 401: {
      const code = dialect === 'cerebras' ? 'wrong_api_key' : 'invalid_api_key';
      return chatError(401, 'Wrong API key.', 'invalid_request_error', 'api_key', code);
    }
    case 402:
      return chatError(402, 'Payment required.', 'payment_required_error', 'quota', 'payment_required');
    case 429: {
      const code = dialect === 'cerebras' ? 'request_quota_exceeded' : 'rate_limit_exceeded';
      return chatError(429, 'Requests per minute limit exceeded.', 'too_many_requests_error', 'quota', code);
    }
    case 503:
      return chatError(503, 'We are experiencing high traffic.', 'server_error', 'queue', 'queue_exceeded');
    default:
      return chatError(status, 'Something went wrong on our side.', 'server_error', null, 'internal_error');
  }
}

export function denialAnswer(
  dialect: Dialect,
  denial: Denial & { kind: 'status' },
  headers: Headers,
): PlainAnswer {
  const retry: Headers =
    denial.retryAfterS === undefined ? {} : { 'retry-after': String(denial.retryAfterS) };
  return errorAnswer(dialect, errorOfStatus(dialect, denial.status), { ...headers, ...retry });
}

export const modelNotFound = (model: string): ChatError => {
  const message = `Model ${model.slice(0, 80)} does not exist or you do not have access to it.`;
  return chatError(404, message, 'not_found_error', 'model', 'model_not_found');
};

export const badRequest = (message: string, param: string | null = null): ChatError =>
  chatError(400, message, 'invalid_request_error', param, 'wrong_api_format');

export const notFound = (path: string): ChatError =>
  chatError(404, `Nothing is served at ${path.slice(0, 100)}.`, 'not_found_error', null, 'not_found');

const chatError = (
  status: number,
  message: string,
  type: string,
  param: string | null,
  code: string,
): ChatError => ({ status, message, type, param, code });
