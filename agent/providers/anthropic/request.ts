// A conversation as Anthropic's Messages API wants it: the system prompt beside the messages, calls of tools
// and their results as blocks, no empty text, and a caller who begins. What the vendor would refuse is left
// out or put right here, so that no turn is lost to its form. Source: platform.claude.com, 2026-10-21.
import type { ChatMessage, GenerationWish, ToolCall, ToolOffer } from '../../core/provider.ts';
import type { Headers } from '../../core/wire.ts';
import { parseObject } from '../json.ts';
import type { AnthropicSettings } from './index.ts';

/** Versions before 2026-10-21 take sampling parameters; since then they cost a 400. */
const SAMPLING_UNTIL = '2023-06-01';

/** Said for a caller who has not spoken yet: the first message has to be a user's. */
const OPENING = '(The call begins.)';

type Block = { readonly type: string; readonly [member: string]: unknown };
type Message = { readonly role: 'user' | 'assistant'; readonly content: string | readonly Block[] };

export const messagesUrl = ({ baseUrl }: AnthropicSettings): string => `${baseUrl}/v1/messages`;

/** Something cheap to ask for, so that a connection stands before the first turn. */
export const warmUpUrl = ({ baseUrl }: AnthropicSettings): string => `${baseUrl}/v1/models?limit=1`;

export const keyHeaders = ({ apiKey, version }: AnthropicSettings): Headers => ({
  'x-api-key': apiKey,
  'anthropic-version': version,
});

export const messagesHeaders = (settings: AnthropicSettings): Headers => ({
  'content-type': 'application/json',
  accept: 'text/event-stream',
  ...keyHeaders(settings),
});

export function messagesBody(
  { model, maxTokens, temperature, version }: AnthropicSettings,
  messages: readonly ChatMessage[],
  { tools = [], tokensMax = maxTokens }: GenerationWish = {},
): string {
  const system = messages.filter(({ role, content }) => role === 'system' && content.trim() !== '');
  return JSON.stringify({
    model,
    max_tokens: tokensMax,
    ...(system.length === 0 ? {} : { system: system.map(({ content }) => content).join('\n\n') }),
    messages: turnsOf(messages),
    ...(tools.length === 0 ? {} : { tools: tools.map(wireTool) }),
    stream: true,
    ...(version === SAMPLING_UNTIL ? { temperature: Math.min(1, temperature) } : {}),
  });
}

function turnsOf(messages: readonly ChatMessage[]): readonly Message[] {
  const turns: Message[] = [];
  let results: Block[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      // All results of one answer are one message, or the vendor misses those of the others.
      if (results.length === 0) turns.push({ role: 'user', content: results });
      results.push(resultOf(message));
      continue;
    }
    results = [];
    const turn = turnOf(message);
    if (turn !== undefined) turns.push(turn);
  }
  return turns[0]?.role === 'user' ? turns : [{ role: 'user', content: OPENING }, ...turns];
}

function turnOf({ role, content, calls = [] }: ChatMessage): Message | undefined {
  if (role !== 'user' && role !== 'assistant') return undefined;
  const silent = content.trim() === '';
  if (calls.length === 0) return silent ? undefined : { role, content };
  const text: readonly Block[] = silent ? [] : [{ type: 'text', text: content }];
  return { role, content: [...text, ...calls.map(useOf)] };
}

const useOf = ({ id, name, arguments: text }: ToolCall): Block => ({
  type: 'tool_use',
  id: wireId(id),
  name,
  // What is no object was refused by us, and the model was told so.
  input: parseObject(text) ?? {},
});

const resultOf = ({ callId = '', content }: ChatMessage): Block => ({
  type: 'tool_result',
  tool_use_id: wireId(callId),
  content,
});

/** Ids of calls that another vendor made may hold characters that this one refuses. */
const wireId = (id: string): string => id.replaceAll(/[^A-Za-z0-9_-]/g, '_') || '_';

const wireTool = ({ name, description, parameters }: ToolOffer): object => ({
  name,
  description,
  input_schema: parameters,
});
