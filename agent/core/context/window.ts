// The part of a conversation that fits the model's window: the system prompt and the newest whole
// messages, beginning with one of the caller's. The bound holds always: a last message that does not fit
// goes without its beginning, and a prompt beyond half the window without its end.

import { firstChars, lastChars, withinTokens } from '../excerpt.ts';
import type { ChatMessage } from '../provider.ts';

export type CountTokens = (text: string) => number;

/** Tokens that a chat format spends on each message besides its text (role and delimiters). */
const TOKENS_PER_MESSAGE = 4;

export type Window = {
  readonly messages: readonly ChatMessage[];
  readonly tokens: number;
  /** Characters that the last message lost at its beginning. */
  readonly trimmed: number;
};

/** Newest messages of `history` within `tokensMax`, the system prompt first. */
export function windowOf(
  systemPrompt: string,
  history: readonly ChatMessage[],
  tokensMax: number,
  countTokens: CountTokens,
): Window {
  const cost = (message: ChatMessage) => countTokens(message.content) + TOKENS_PER_MESSAGE;
  const prompt = withinTokens(systemPrompt, Math.floor(tokensMax / 2), countTokens, firstChars);
  const system: ChatMessage = { role: 'system', content: prompt };
  let tokens = cost(system);
  const newest = history.at(-1);
  if (newest === undefined) return { messages: [system], tokens, trimmed: 0 };
  const room = tokensMax - tokens - TOKENS_PER_MESSAGE;
  const last = { ...newest, content: withinTokens(newest.content, room, countTokens, lastChars) };
  tokens += cost(last);
  let first = history.length - 1;
  for (let before = history[first - 1]; before !== undefined; before = history[first - 1]) {
    const next = tokens + cost(before);
    if (next > tokensMax) break;
    tokens = next;
    first -= 1;
  }
  // A window that begins with the agent's words would show the model an answer without its question.
  while (first < history.length - 1) {
    const head = history[first];
    if (head?.role !== 'assistant') break;
    tokens -= cost(head);
    first += 1;
  }
  const messages = [system, ...history.slice(first, -1), last];
  return { messages, tokens, trimmed: newest.content.length - last.content.length };
}
