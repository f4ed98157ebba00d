// The conversation as it really happened: what the caller said, and of the agent's replies what the
// caller heard. Order is kept; consecutive user messages are one (a turn that was continued). A message
// beyond its bound loses its beginning, a history beyond its bounds its oldest messages. What tools were
// asked and what they answered stands between the caller's words and the reply, always as a whole.

import { assert } from '../assert.ts';
import { lastChars } from '../excerpt.ts';
import { LIMITS } from '../limit.ts';
import type { ChatMessage, ToolCall } from '../provider.ts';

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
  #forgotten = 0;

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

  /** Messages that were forgotten: the number of the oldest one that is still there. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** What was said elsewhere, before anything is said here; `forgotten` messages came before it. */
  restore(messages: readonly ChatMessage[], forgotten: number): void {
    assert(this.#messages.length === 0, 'a conversation is restored before it begins');
    this.#forgotten = forgotten;
    for (const message of messages) {
      this.#add({ ...message, content: lastChars(message.content, LIMITS.messageCharsMax) });
    }
    this.#forget();
  }

  /** The history as it would be with that added; nothing is. */
  preview(role: 'user' | 'assistant', text: string): readonly ChatMessage[] {
    const last = this.#messages.at(-1);
    const merged = last?.role === role;
    const content = lastChars(merged ? `${last.content} ${text}` : text, LIMITS.messageCharsMax);
    return [...(merged ? this.#messages.slice(0, -1) : this.#messages), { role, content }];
  }

  /** Adds what was said. */
  append(role: 'user' | 'assistant', text: string): Appended {
    const last = this.#messages.at(-1);
    const merged = last?.role === role;
    const whole = merged ? `${last.content} ${text}` : text;
    const content = lastChars(whole, LIMITS.messageCharsMax);
    if (merged) this.#chars -= charsOf(this.#messages.pop());
    this.#add({ role, content });
    this.#forget();
    return { merged, trimmed: whole.length - content.length };
  }

  /** The assistant asks its tools; each call stands with `pending` as its result until it is resolved. */
  called(calls: readonly ToolCall[], pending: string): void {
    if (calls.length === 0) return;
    this.#add({ role: 'assistant', content: '', calls });
    for (const { id } of calls) this.#add({ role: 'tool', callId: id, content: pending });
    this.#forget();
  }

  /** The result of a call takes the place of what stood for it; nothing when it is forgotten already. */
  resolved(callId: string, content: string): void {
    const at = this.#messages.findLastIndex((message) => message.callId === callId);
    const message = this.#messages[at];
    if (message === undefined) return;
    this.#chars += content.length - message.content.length;
    this.#messages[at] = { ...message, content };
    this.#forget();
  }

  /**
   * Of the assistant's last message, `text` was really heard where its end says `stated`. False when
   * that can no longer be put right: there is no such end, or something was said behind an empty one.
   */
  amend(stated: string, text: string): boolean {
    if (stated === '') {
      if (text === '' || this.#messages.at(-1)?.role === 'assistant') return false;
      this.append('assistant', text);
      return true;
    }
    const at = this.#messages.findLastIndex(({ role, calls }) => role === 'assistant' && calls === undefined);
    const message = this.#messages[at];
    if (message === undefined || !message.content.endsWith(stated)) return false;
    const whole = `${message.content.slice(0, message.content.length - stated.length)}${text}`.trim();
    const content = lastChars(whole, LIMITS.messageCharsMax);
    this.#chars += content.length - message.content.length;
    if (content !== '') this.#messages[at] = { role: 'assistant', content };
    else this.#remove(at);
    this.#forget();
    return true;
  }

  #add(message: ChatMessage): void {
    this.#messages.push(message);
    this.#chars += charsOf(message);
  }

  /** The oldest messages go when there is too much of them, and results with the calls they belong to. */
  #forget(): void {
    const { historyMessagesMax, historyCharsMax } = LIMITS;
    while (
      this.#messages.length > historyMessagesMax ||
      this.#chars > historyCharsMax ||
      this.#messages[0]?.role === 'tool'
    ) {
      this.#chars -= charsOf(this.#messages.shift());
      this.#forgotten += 1;
    }
  }

  /** Takes out a message; what the caller said before and after it becomes one. */
  #remove(at: number): void {
    const [before, after] = [this.#messages[at - 1], this.#messages[at + 1]];
    this.#messages.splice(at, 1);
    if (before?.role !== 'user' || after?.role !== 'user') return;
    this.#chars -= before.content.length + after.content.length;
    this.#messages.splice(at - 1, 2);
    const later = this.#messages.splice(at - 1);
    this.append('user', `${before.content} ${after.content}`);
    this.#messages.push(...later);
  }
}

const charsOf = (message: ChatMessage | undefined): number =>
  (message?.content.length ?? 0) +
  (message?.calls ?? []).reduce((sum, call) => sum + call.name.length + call.arguments.length, 0);
