// Cerebras' own way of chat completions, from its documents (inference-docs.cerebras.ai, 2026-11): flat
// errors, usage and times on the last chunk, resets in decimal seconds.
import type { ChatDialect } from '../chat/dialect.ts';
import { type ChatError, chatError, errorMembers } from '../chat/error.ts';
import type { UsageFigures } from '../chat/usage.ts';

const usage = ({ tokens, details, times, created }: UsageFigures): string =>
  `"usage":${JSON.stringify({ ...tokens, ...details })},"time_info":${JSON.stringify({ ...times, created })}`;

export const CEREBRAS: ChatDialect = {
  name: 'cerebras',
  base: '/v1',
  models: ['gpt-oss-120b', 'qwen-3.8-27b'],
  thinks: /^gpt-oss|^qwen/,
  warming: '/tcp_warming',
  errorOfStatus,
  errorBody: errorMembers,
  midError: (error, id) => ({ error: { ...errorMembers(error), id }, status_code: error.status }),
  // Informative only: refusals are faults of the profile.
  limits(now, requestsToday) {
    const seconds = now / 1_000_000;
    return {
      'x-ratelimit-limit-requests-day': '14400',
      'x-ratelimit-limit-tokens-minute': '64000',
      'x-ratelimit-remaining-requests-day': String(Math.max(0, 14_400 - requestsToday)),
      'x-ratelimit-remaining-tokens-minute': '64000',
      'x-ratelimit-reset-requests-day': String(86_400 - (Math.floor(seconds) % 86_400)),
      'x-ratelimit-reset-tokens-minute': (60 - (seconds % 60)).toFixed(3),
    };
  },
  first: () => '',
  every: () => '',
  last: (finish, figures) => [`${finish},${usage(figures)}`],
  whole: usage,
};

function errorOfStatus(status: number): ChatError {
  switch (status) {
    case 401:
      return chatError(401, 'Wrong API key.', 'invalid_request_error', 'api_key', 'wrong_api_key');
    case 402:
      return chatError(402, 'Payment required.', 'payment_required_error', 'quota', 'payment_required');
    case 429: {
      const message = 'Requests per minute limit exceeded.';
      return chatError(429, message, 'too_many_requests_error', 'quota', 'request_quota_exceeded');
    }
    case 503:
      return chatError(503, 'We are experiencing high traffic.', 'server_error', 'queue', 'queue_exceeded');
    default:
      return chatError(status, 'Something went wrong on our side.', 'server_error', null, 'internal_error');
  }
}
