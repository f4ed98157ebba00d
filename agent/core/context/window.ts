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

/** What the prompt is followed by: always, and once something of the history has to stay out. */
export type Recollection = { readonly always: string; readonly beyond: string };

const NOTHING: Recollection = { always: '', beyond: '' };

/**
 * Newest messages of `history` within `tokensMax`, the system prompt first, and with it what is recollected,
 * which takes no more than a quarter of the window.
 */
export function windowOf(
  systemPrompt: string,
  history: readonly ChatMessage[],
  tokensMax: number,
  countTokens: CountTokens,
  { always, beyond }: Recollection = NOTHING,
): Window {
  const prompt = withinTokens(systemPrompt, Math.floor(tokensMax / 2), countTokens, firstChars);
  const fitWith = (...parts: readonly string[]) => {
    const all = parts.filter((part) => part !== '').join('\n\n');
    const kept = withinTokens(all, Math.floor(tokensMax / 4), countTokens, firstChars);
    const content = kept === '' ? prompt : `${prompt}\n\n${kept}`;
    return fit({ role: 'system', content }, history, tokensMax, countTokens);
  };
  const whole = fitWith(always);
  return beyond === '' || whole.messages.length > history.length ? whole : fitWith(always, beyond);
}

/** Tokens of a message as a chat format writes it. */
export function tokensOf(message: ChatMessage, countTokens: CountTokens): number {
  let tokens = countTokens(message.content) + TOKENS_PER_MESSAGE;
  for (const call of message.calls ?? []) {
    tokens += countTokens(call.name) + countTokens(call.arguments) + TOKENS_PER_MESSAGE;
  }
  return tokens;
}

function fit(
  system: ChatMessage,
  history: readonly ChatMessage[],
  tokensMax: number,
  countTokens: CountTokens,
): Window {
  const cost = (message: ChatMessage) => tokensOf(message, countTokens);
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
  // A window that begins with the agent's words, or with the answer of a tool, would show the model an
  // answer without its question.
  while (first < history.length - 1) {
    const head = history[first];
    if (head === undefined || head.role === 'user') break;
    tokens -= cost(head);
    first += 1;
  }
  const messages = [system, ...history.slice(first, -1), last];
  return { messages, tokens, trimmed: newest.content.length - last.content.length };
}
