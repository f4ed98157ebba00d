// The part of a conversation that fits the model's window: the system prompt and the newest whole
// messages, beginning with one of the caller's. The last message always goes, however long.
import type { ChatMessage } from '../provider.ts';

export type CountTokens = (text: string) => number;

/** Tokens that a chat format spends on each message besides its text (role and delimiters). */
const TOKENS_PER_MESSAGE = 4;

export type Window = { readonly messages: readonly ChatMessage[]; readonly tokens: number };

/** Newest messages of `history` within `tokensMax`, the system prompt first. */
export function windowOf(
  systemPrompt: string,
  history: readonly ChatMessage[],
  tokensMax: number,
  countTokens: CountTokens,
): Window {
  const cost = (message: ChatMessage) => countTokens(message.content) + TOKENS_PER_MESSAGE;
  const system: ChatMessage = { role: 'system', content: systemPrompt };
  let tokens = cost(system);
  let first = history.length;
  while (first > 0) {
    const message = history[first - 1];
    if (message === undefined) break;
    const next = tokens + cost(message);
    if (next > tokensMax && first < history.length) break;
    tokens = next;
    first -= 1;
  }
  // A window that begins with the agent's words would show the model an answer without its question.
  while (first < history.length - 1 && history[first]?.role === 'assistant') {
    const message = history[first];
    if (message !== undefined) tokens -= cost(message);
    first += 1;
  }
  return { messages: [system, ...history.slice(first)], tokens };
}
