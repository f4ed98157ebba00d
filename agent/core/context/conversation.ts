// The conversation as it really happened: what the caller said, and of the agent's replies what the
// caller heard. Order is kept; consecutive user messages are one (a turn that was continued).
import type { ChatMessage } from '../provider.ts';

/** Messages of history kept; the window sent to the model is far smaller. */
const HISTORY_MESSAGES_MAX = 2_000;

export class Conversation {
  #systemPrompt: string;
  readonly #messages: ChatMessage[] = [];

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

  /** Adds what was said; returns true when it extended the last message of the same speaker. */
  append(role: 'user' | 'assistant', text: string): boolean {
    const last = this.#messages.at(-1);
    if (last?.role === role) {
      this.#messages[this.#messages.length - 1] = { role, content: `${last.content} ${text}` };
      return true;
    }
    this.#messages.push({ role, content: text });
    if (this.#messages.length > HISTORY_MESSAGES_MAX) this.#messages.shift();
    return false;
  }
}
