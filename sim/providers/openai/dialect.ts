// OpenAI's chat completions, from its documents (platform.openai.com, 2026-11): nested errors, usage in a
// chunk of its own when asked, no thoughts shown, and models that refuse the parameters of older ones.
import type { ChatRequest } from '../chat/chat-request.ts';
import type { ChatDialect } from '../chat/dialect.ts';
import { type ChatError, chatError, errorMembers } from '../chat/error.ts';
import type { UsageFigures } from '../chat/usage.ts';

/** They think, do not show it, and take neither `max_tokens` nor sampling parameters. */
const REASONING = /^(o\d|gpt-5)/;
const FIXED = ['max_tokens', 'temperature', 'top_p'] as const;
const REQUESTS = 10_000;

const usage = ({ tokens, details }: UsageFigures): string =>
  `"usage":${JSON.stringify({ ...tokens, ...details })}`;

const nested = (error: ChatError): object => ({ error: errorMembers(error) });

export const OPENAI: ChatDialect = {
  name: 'openai',
  base: '/v1',
  models: ['gpt-4.1-mini', 'gpt-4.1', 'gpt-4.1-nano', 'gpt-4o', 'gpt-4o-mini', 'gpt-5-mini', 'gpt-5.4-mini'],
  thinks: /^$/,
  complaint,
  errorOfStatus,
  errorBody: nested,
  midError: nested,
  // Informative only: refusals are faults of the profile.
  limits: (now, requestsToday) => ({
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': String(REQUESTS),
    'x-ratelimit-remaining-requests': String(Math.max(0, REQUESTS - requestsToday)),
    'x-ratelimit-reset-requests': `${Math.ceil(60 - ((now / 1_000_000) % 60))}s`,
  }),
  first: () => '',
  every: (includeUsage) => (includeUsage ? ',"usage":null' : ''),
  last: (finish, figures, { includeUsage }) =>
    includeUsage ? [`${finish},"usage":null`, `[],${usage(figures)}`] : [finish],
  whole: usage,
};

function complaint({ model, members }: ChatRequest): ChatError | undefined {
  const wrong = REASONING.test(model) ? FIXED.find((name) => members.has(name)) : undefined;
  if (wrong === undefined) return undefined;
  const message = `Unsupported parameter: '${wrong}' is not supported with this model.`;
  return chatError(400, message, 'invalid_request_error', wrong, 'unsupported_parameter');
}

function errorOfStatus(status: number): ChatError {
  switch (status) {
    case 401:
      return chatError(401, 'Incorrect API key provided.', 'invalid_request_error', null, 'invalid_api_key');
    // Money that is gone has the status of haste here, and another type.
    case 402:
      return chatError(
        429,
        'You exceeded your current quota, please check your plan and billing details.',
        'insufficient_quota',
        null,
        'credit_balance_exhausted',
      );
    case 429:
      return chatError(429, 'Rate limit reached for requests.', 'requests', null, 'rate_limit_exceeded');
    case 503:
      return chatError(503, 'The engine is currently overloaded.', 'server_error', null, null);
    default:
      return chatError(status, 'The server had an error.', 'server_error', null, null);
  }
}
