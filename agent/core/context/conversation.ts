// The conversation as it really happened: what the caller said, and of the agent's replies what the
// caller heard. Order is kept; consecutive user messages are one (a turn that was continued). A message
// beyond its bound loses its beginning, a history beyond its bounds its oldest messages.

import { lastChars } from '../excerpt.ts';
import { LIMITS } from '../limit.ts';
import type { ChatMessage } from '../provider.ts';

export type Appended = {
  /** It extended the last message of the same speaker. */
  readonly merged: boolean;
  /** Characters that the message lost at its beginning. */
  readonly trimmed: number;
};

export class Conversation {
  #systemPrompt: string;
  readonly #messages: ChatMessage[] = [];
  #chars = 0;

  constructor(systemPrompt: string) {
    this.#systemPrompt = systemPrompt;
  }

  get systemPrompt(): string {
    return this.#systemPrompt;
  }

  /** Takes effect with the next request to the model. */
  set systemPrompt(prompt: string) {
    this.#systemPrompt = prompt;
  }

  /** All messages so far, oldest first, without the system prompt. */
  get history(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** Adds what was said. */
  append(role: 'user' | 'assistant', text: string): Appended {
    const last = this.#messages.at(-1);
    const merged = last?.role === role;
    const whole = merged ? `${last.content} ${text}` : text;
    const content = lastChars(whole, LIMITS.messageCharsMax);
    if (merged) this.#chars -= this.#messages.pop()?.content.length ?? 0;
    this.#messages.push({ role, content });
    this.#chars += content.length;
    while (this.#messages.length > LIMITS.historyMessagesMax || this.#chars > LIMITS.historyCharsMax) {
      this.#chars -= this.#messages.shift()?.content.length ?? 0;
    }
    return { merged, trimmed: whole.length - content.length };
  }
}
