// A local server of OpenAI's chat completions such as Ollama or llama.cpp, from their documents: it asks for
// no key, counts no requests, serves whatever model it is asked for, and answers in OpenAI's shapes without
// a prompt cache. What it thinks stays inside.
import type { ChatDialect } from '../chat/dialect.ts';
import { type ChatError, chatError } from '../chat/error.ts';
import type { UsageFigures } from '../chat/usage.ts';

const usage = ({ tokens }: UsageFigures): string => `"usage":${JSON.stringify(tokens)}`;

const body = ({ message, type, code, param }: ChatError): object => ({
  error: { message, type, param, code },
});

export const OPENAI_COMPATIBLE: ChatDialect = {
  name: 'openai-compatible',
  base: '/v1',
  models: [],
  thinks: /^$/,
  keyless: true,
  errorOfStatus: (status) => chatError(status, 'The model cannot answer now.', 'api_error', null, null),
  errorBody: body,
  midError: body,
  limits: () => ({}),
  first: () => '',
  every: () => '',
  last: (finish, figures, { includeUsage }) => (includeUsage ? [finish, `[],${usage(figures)}`] : [finish]),
  whole: usage,
};
