// The vendor's memory of prompts: tokens of messages counted once, and how much of a prompt the
// previous ones began with, which is billed as cached. Bounded; forgetting only costs time or credit.
import type { ChatRequest } from './chat-request.ts';
import type { CountTokens } from './generation.ts';

const TEXTS_KEPT_MAX = 2_000;
/** Caches work in blocks of so many tokens. */
const BLOCK_TOKENS = 128;

export class PromptCache {
  readonly #countTokens: CountTokens;
  readonly #counts = new Map<string, number>();
  #previous: ChatRequest['messages'] = [];

  constructor(countTokens: CountTokens) {
    this.#countTokens = countTokens;
  }

  /** Tokens of `text`, remembered. */
  readonly count = (text: string): number => {
    const known = this.#counts.get(text);
    if (known !== undefined) return known;
    const tokens = this.#countTokens(text);
    if (this.#counts.size >= TEXTS_KEPT_MAX) this.#counts.clear();
    this.#counts.set(text, tokens);
    return tokens;
  };

  /** Prompt tokens shared with the request before, in whole blocks. Remembers `request`. */
  readonly cachedTokens = (request: ChatRequest): number => {
    let tokens = 0;
    for (const [index, message] of request.messages.entries()) {
      const before = this.#previous[index];
      if (before?.role !== message.role || before.content !== message.content) break;
      tokens += this.count(message.content);
    }
    this.#previous = request.messages;
    return tokens - (tokens % BLOCK_TOKENS);
  };
}
