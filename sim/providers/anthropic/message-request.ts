// A request of the Messages API as the emulated model reads it: what the vendor refuses is a complaint with
// its status; the rest becomes a conversation in the words of the emulated mind. Fields that the emulator has
// no use for are accepted and ignored.
import type { ChatMessage, ToolCall } from '#agent/core/provider.ts';
import { isObject, type JsonObject, parseObject, textOf } from '../answer.ts';
import type { ChatRequest } from '../chat/chat-request.ts';
import { invalid, type MessagesError } from './error.ts';

export type MessageRequestResult =
  | { readonly ok: true; readonly request: ChatRequest }
  | { readonly ok: false; readonly error: MessagesError };

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

const MESSAGES_MAX = 100_000;
const SAMPLING = ['temperature', 'top_p', 'top_k'] as const;
/** Since 2026-10-21 sampling parameters are refused, even at their defaults. */
const SAMPLING_UNTIL = '2023-06-01';

export function readMessageRequest(body: Uint8Array, version: string): MessageRequestResult {
  const value = parseObject(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
  if (value === undefined) return refuse('The body is not a JSON object.');
  const model = textOf(value['model']);
  if (model === undefined || model === '') return refuse('model: Field required');
  const maxTokens = value['max_tokens'];
  if (maxTokens === undefined) return refuse('max_tokens: Field required');
  if (typeof maxTokens !== 'number' || !Number.isInteger(maxTokens) || maxTokens < 1) {
    return refuse('max_tokens: Input should be greater than or equal to 1');
  }
  const extra = version > SAMPLING_UNTIL ? SAMPLING.find((name) => name in value) : undefined;
  if (extra !== undefined) return refuse(`${extra}: Extra inputs are not permitted`);
  const system = readSystem(value['system']);
  if (!system.ok) return refuse(system.why);
  const messages = readMessages(value['messages']);
  if (!messages.ok) return refuse(messages.why);
  const tools = readTools(value['tools']);
  if (tools === undefined) return refuse('tools: a tool needs a name and an input_schema');
  return {
    ok: true,
    request: {
      model,
      messages: [...system.value, ...messages.value],
      stream: value['stream'] === true,
      includeUsage: true,
      maxTokens,
      members: new Set(Object.keys(value)),
      reasoning: isObject(value['thinking']) && value['thinking']['type'] !== 'disabled',
      tools,
    },
  };
}

function readSystem(value: unknown): Read<readonly ChatMessage[]> {
  if (value === undefined) return { ok: true, value: [] };
  const content = typeof value === 'string' ? value : textsOf(value);
  if (content === undefined) return { ok: false, why: 'system: Input should be a string or text blocks' };
  return { ok: true, value: [{ role: 'system', content }] };
}

function readMessages(value: unknown): Read<readonly ChatMessage[]> {
  if (!Array.isArray(value) || value.length === 0) {
    return { ok: false, why: 'messages: at least one message is required' };
  }
  if (value.length > MESSAGES_MAX) return { ok: false, why: 'messages: too many' };
  const all: ChatMessage[] = [];
  let open: readonly string[] = [];
  for (const [at, item] of value.entries()) {
    const role = isObject(item) ? item['role'] : undefined;
    if (!isObject(item) || (role !== 'user' && role !== 'assistant')) {
      return { ok: false, why: `messages.${at}.role: Input should be 'user' or 'assistant'` };
    }
    if (at === 0 && role !== 'user')
      return { ok: false, why: 'messages: first message must use the "user" role' };
    const read = role === 'user' ? readUser(item, at, open) : readAssistant(item, at);
    if (!read.ok) return read;
    all.push(...read.value);
    open = role === 'assistant' ? (read.value[0]?.calls ?? []).map(({ id }) => id) : [];
  }
  return { ok: true, value: all };
}

/** `open`: calls of the message before, all of which have their results in this one. */
function readUser(item: JsonObject, at: number, open: readonly string[]): Read<readonly ChatMessage[]> {
  const blocks = blocksOf(item['content']);
  const why = blocks === undefined ? 'Input should be a string or blocks' : faultOf(blocks);
  if (blocks === undefined || why !== undefined) return { ok: false, why: `messages.${at}.content: ${why}` };
  const results = blocks.filter(({ type }) => type === 'tool_result');
  const ids = results.map((block) => textOf(block['tool_use_id']) ?? '');
  const unasked = ids.find((id) => !open.includes(id));
  if (unasked !== undefined) {
    return { ok: false, why: `messages.${at}: unexpected tool_use_id in tool_result: ${unasked}` };
  }
  const missing = open.find((id) => !ids.includes(id));
  if (missing !== undefined) {
    return { ok: false, why: `messages.${at}: tool_use ids without tool_result blocks: ${missing}` };
  }
  const told = results.map((block, index): ChatMessage => {
    const content =
      typeof block['content'] === 'string' ? block['content'] : (textsOf(block['content']) ?? '');
    return { role: 'tool', callId: ids[index] ?? '', content };
  });
  const content = textsOf(blocks) ?? '';
  return { ok: true, value: content === '' ? told : [...told, { role: 'user', content }] };
}

function readAssistant(item: JsonObject, at: number): Read<readonly ChatMessage[]> {
  const blocks = blocksOf(item['content']);
  const why = blocks === undefined ? 'Input should be a string or blocks' : faultOf(blocks);
  if (blocks === undefined || why !== undefined) return { ok: false, why: `messages.${at}.content: ${why}` };
  const calls: ToolCall[] = [];
  for (const block of blocks.filter(({ type }) => type === 'tool_use')) {
    const [id, name] = [textOf(block['id']) ?? '', textOf(block['name']) ?? ''];
    if (!/^[A-Za-z0-9_-]+$/.test(id) || name === '' || !isObject(block['input'])) {
      return { ok: false, why: `messages.${at}.content: tool_use needs an id, a name and an input object` };
    }
    calls.push({ id, name, arguments: JSON.stringify(block['input']) });
  }
  const content = textsOf(blocks) ?? '';
  return { ok: true, value: [{ role: 'assistant', content, ...(calls.length === 0 ? {} : { calls }) }] };
}

function blocksOf(content: unknown): readonly JsonObject[] | undefined {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) && content.every(isObject) ? content : undefined;
}

function faultOf(blocks: readonly JsonObject[]): string | undefined {
  if (blocks.length === 0) return 'must not be empty';
  const blank = blocks.some(({ type, text }) => type === 'text' && (textOf(text) ?? '').trim() === '');
  return blank ? 'text content blocks must be non-empty' : undefined;
}

function textsOf(blocks: unknown): string | undefined {
  if (!Array.isArray(blocks)) return undefined;
  return blocks.map((block) => (isObject(block) ? (textOf(block['text']) ?? '') : '')).join('');
}

function readTools(value: unknown): readonly string[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return undefined;
  const names = value.map((tool) =>
    isObject(tool) && isObject(tool['input_schema']) ? textOf(tool['name']) : undefined,
  );
  return names.every((name) => name !== undefined) ? names : undefined;
}

const refuse = (message: string): MessageRequestResult => ({ ok: false, error: invalid(message) });
