// A chat completion request as the emulated model reads it. Bytes that are no such request become a
// complaint with a status; fields that the emulator has no use for are accepted and ignored.
import type { ChatMessage } from '#agent/core/provider.ts';
import { isObject, parseObject, textOf } from '../answer.ts';
import { isSummaryRequest } from '../summary.ts';
import { badRequest, type ChatError } from './error.ts';

export type ChatRequest = {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream: boolean;
  /** OpenAI sends usage in a chunk of its own, when asked. */
  readonly includeUsage: boolean;
  readonly maxTokens: number;
  /** Names of the members that were sent. */
  readonly members: ReadonlySet<string>;
  readonly reasoning: boolean;
  /** Names of the tools that it may call. */
  readonly tools: readonly string[];
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
    messages.push(message);
  }
  const maxTokens = value['max_completion_tokens'] ?? value['max_tokens'] ?? Number.POSITIVE_INFINITY;
  if (typeof maxTokens !== 'number' || !(maxTokens >= 1)) {
    return refuse('max_completion_tokens must be at least 1.', 'max_completion_tokens');
  }
  const tools = readTools(value['tools']);
  if (tools === undefined) return refuse('A tool needs a type and a function with a name.', 'tools');
  const unasked = unaskedResult(messages);
  if (unasked !== undefined) return refuse(`No assistant message asked for ${unasked}.`, 'messages');
  const options = value['stream_options'];
  return {
    ok: true,
    request: {
      model,
      messages,
      stream: value['stream'] === true,
      includeUsage: isObject(options) && options['include_usage'] === true,
      maxTokens,
      members: new Set(Object.keys(value)),
      reasoning: value['reasoning_effort'] !== 'none',
      tools,
    },
  };
}

/** What every draw about an answer is keyed by: what the caller said last, and how far it is answered. */
export function subjectOf({ messages }: ChatRequest): string {
  if (isSummaryRequest(messages)) return 'summary';
  const last = messages.findLastIndex((message) => message.role === 'user');
  const results = messages.slice(last + 1).filter((message) => message.role === 'tool').length;
  const said = messages[last]?.content ?? '';
  return results === 0 ? said : `${said} (${results} results)`;
}

function readMessage(value: unknown): ChatMessage | undefined {
  if (!isObject(value)) return undefined;
  const role = value['role'];
  const content = readContent(value['content']);
  const calls = readCalls(value['tool_calls']);
  if (role === 'assistant' && calls.length > 0) return { role, content: content ?? '', calls };
  if (role === 'tool') {
    const callId = textOf(value['tool_call_id']);
    return callId === undefined || content === undefined ? undefined : { role, callId, content };
  }
  if (content === undefined) return undefined;
  if (role === 'system' || role === 'developer') return { role: 'system', content };
  if (role === 'user' || role === 'assistant') return { role, content };
  return undefined;
}

function readCalls(value: unknown): NonNullable<ChatMessage['calls']> {
  if (!Array.isArray(value)) return [];
  return value.map((item) => {
    const call = isObject(item) ? item : {};
    const what = isObject(call['function']) ? call['function'] : {};
    const text = (one: unknown) => textOf(one) ?? '';
    return { id: text(call['id']), name: text(what['name']), arguments: text(what['arguments']) };
  });
}

function readTools(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const names = value.map((tool) =>
    isObject(tool) && tool['type'] === 'function' && isObject(tool['function'])
      ? textOf(tool['function']['name'])
      : undefined,
  );
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** The vendor refuses results that nobody asked for, and calls without results. */
function unaskedResult(messages: readonly ChatMessage[]): string | undefined {
  let open = new Set<string>();
  for (const { role, calls, callId } of messages) {
    if (role === 'tool') {
      if (callId === undefined || !open.delete(callId)) return `the result of ${callId}`;
      continue;
    }
    const [left] = open;
    if (left !== undefined) return `a message before the result of ${left}`;
    open = new Set(calls?.map(({ id }) => id));
  }
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
