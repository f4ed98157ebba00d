// Groq's chat completions, from its documents (console.groq.com) and the types of its SDK: usage comes in
// `x_groq` on the last chunk whether it was asked for or not, with times and without a prompt cache.
import type { ChatDialect } from '../chat/dialect.ts';
import { type ChatError, chatError } from '../chat/error.ts';
import type { UsageFigures } from '../chat/usage.ts';

const REQUESTS_DAY = 14_400;
const TOKENS_MINUTE = 300_000;

const usageOf = ({ tokens, times }: UsageFigures): object => ({ ...times, ...tokens });

const body = ({ message, type, code }: ChatError): object => ({ error: { message, type, code } });

export const GROQ: ChatDialect = {
  name: 'groq',
  base: '/openai/v1',
  models: ['openai/gpt-oss-120b', 'openai/gpt-oss-20b', 'llama-3.3-70b-versatile', 'llama-3.1-8b-instant'],
  thinks: /gpt-oss/,
  errorOfStatus,
  errorBody: body,
  // A chunk like any other, without choices.
  midError: ({ message }, id) => ({ id, choices: [], x_groq: { id, error: message } }),
  limits(now, requestsToday) {
    const seconds = now / 1_000_000;
    const untilDay = 86_400 - (seconds % 86_400);
    return {
      'x-ratelimit-limit-requests': String(REQUESTS_DAY),
      'x-ratelimit-limit-tokens': String(TOKENS_MINUTE),
      'x-ratelimit-remaining-requests': String(Math.max(0, REQUESTS_DAY - requestsToday)),
      'x-ratelimit-remaining-tokens': String(TOKENS_MINUTE),
      'x-ratelimit-reset-requests': `${Math.floor(untilDay / 60)}m${(untilDay % 60).toFixed(2)}s`,
      'x-ratelimit-reset-tokens': `${(60 - (seconds % 60)).toFixed(2)}s`,
    };
  },
  first: (id) => `,"x_groq":{"id":"${id}"}`,
  every: () => '',
  last: (finish, figures, { includeUsage, id }) => {
    const usage = JSON.stringify(usageOf(figures));
    const chunk = `${finish},"x_groq":{"id":"${id}","usage":${usage}}`;
    return includeUsage ? [chunk, `[],"usage":${usage}`] : [chunk];
  },
  whole: (figures, id) => `"usage":${JSON.stringify(usageOf(figures))},"x_groq":{"id":"${id}"}`,
};

function errorOfStatus(status: number): ChatError {
  switch (status) {
    case 401:
      return chatError(401, 'Invalid API Key', 'invalid_request_error', null, 'invalid_api_key');
    case 402:
      return chatError(402, 'Payment required.', 'billing_error', null, 'payment_required');
    case 429: {
      const message = 'Rate limit reached for requests per minute. Please try again in 2s.';
      return chatError(429, message, 'requests', null, 'rate_limit_exceeded');
    }
    case 503:
      return chatError(503, 'Service Unavailable', 'service_unavailable', null, null);
    default:
      return chatError(status, 'Internal Server Error', 'internal_server_error', null, null);
  }
}
