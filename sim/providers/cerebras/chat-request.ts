// A chat completion request as the emulated model reads it. Bytes that are no such request become a
// complaint with a status; fields that the emulator has no use for are accepted and ignored.
import type { ChatMessage } from '#agent/core/provider.ts';
import { isObject, parseObject, textOf } from '../answer.ts';
import { badRequest, type ChatError } from './error.ts';

export type ChatRequest = {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream: boolean;
  /** OpenAI sends usage in a chunk of its own, when asked. */
  readonly includeUsage: boolean;
  readonly maxTokens: number;
  readonly reasoning: boolean;
};

export type ChatRequestResult =
  | { readonly ok: true; readonly request: ChatRequest }
  | { readonly ok: false; readonly error: ChatError };

const MESSAGES_MAX = 2_000;

export function readChatRequest(body: Uint8Array): ChatRequestResult {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  const value = parseObject(text);
  if (value === undefined) return refuse('The body is not a JSON object.');
  const model = textOf(value['model']);
  if (model === undefined) return refuse('model is required.', 'model');
  const list = value['messages'];
  if (!Array.isArray(list) || list.length === 0) return refuse('messages must not be empty.', 'messages');
  if (list.length > MESSAGES_MAX) return refuse('Too many messages.', 'messages');
  const messages: ChatMessage[] = [];
  for (const item of list) {
    const message = readMessage(item);
    if (message === undefined) return refuse('A message needs a role and a content.', 'messages');
    if (message !== 'other') messages.push(message);
  }
  const maxTokens = value['max_completion_tokens'] ?? value['max_tokens'] ?? Number.POSITIVE_INFINITY;
  if (typeof maxTokens !== 'number' || !(maxTokens >= 1)) {
    return refuse('max_completion_tokens must be at least 1.', 'max_completion_tokens');
  }
  const options = value['stream_options'];
  return {
    ok: true,
    request: {
      model,
      messages,
      stream: value['stream'] === true,
      includeUsage: isObject(options) && options['include_usage'] === true,
      maxTokens,
      reasoning: value['reasoning_effort'] !== 'none',
    },
  };
}

/** What the caller said last: what an answer, and every draw about it, is to. */
export const lastUserText = ({ messages }: ChatRequest): string =>
  messages.findLast((message) => message.role === 'user')?.content ?? '';

/** `other`: valid, but nothing the emulated model reads (results of tools). */
function readMessage(value: unknown): ChatMessage | 'other' | undefined {
  if (!isObject(value)) return undefined;
  const role = value['role'];
  if (role === 'tool' || role === 'function') return 'other';
  const content = readContent(value['content']);
  if (content === undefined) return role === 'assistant' ? 'other' : undefined;
  if (role === 'system' || role === 'developer') return { role: 'system', content };
  if (role === 'user' || role === 'assistant') return { role, content };
  return undefined;
}

function readContent(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  return value.map((part) => (isObject(part) ? (textOf(part['text']) ?? '') : '')).join('');
}

const refuse = (message: string, param: string | null = null): ChatRequestResult => ({
  ok: false,
  error: badRequest(message, param),
});
