// The user aggregator: transcripts of a turn become one message of the conversation, and the
// conversation becomes a request to the model when the caller has given up the floor.

import { lastChars } from '../excerpt.ts';
import type { Frame } from '../frame.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { ContextSettings } from '../setting.ts';
import type { Micros } from '../time.ts';
import type { Conversation } from './conversation.ts';
import { type CountTokens, windowOf } from './window.ts';

export class UserContext implements Processor {
  readonly name = 'context.user';
  readonly #settings: ContextSettings;
  readonly #conversation: Conversation;
  readonly #outlet: Outlet;
  readonly #countTokens: CountTokens;
  #link: Link | undefined;
  #text = '';
  /** Characters that the text lost at its beginning. */
  #trimmed = 0;

  constructor(
    settings: ContextSettings,
    conversation: Conversation,
    outlet: Outlet,
    countTokens: CountTokens,
  ) {
    this.#settings = settings;
    this.#conversation = conversation;
    this.#outlet = outlet;
    this.#countTokens = countTokens;
  }

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    if (frame.kind === 'Transcription') this.#collect(frame.text.trim());
    this.#link?.pass(now, frame, direction);
    if (frame.kind === 'UserStoppedSpeaking' && frame.answer) this.#ask(now, frame);
  }

  #collect(piece: string): void {
    if (piece === '') return;
    const whole = this.#text === '' ? piece : `${this.#text} ${piece}`;
    this.#text = lastChars(whole, LIMITS.messageCharsMax);
    this.#trimmed += whole.length - this.#text.length;
  }

  #ask(now: Micros, { turn, reply, silent }: Frame & { kind: 'UserStoppedSpeaking' }): void {
    const text = this.#text;
    this.#text = '';
    this.#outlet.note(now, { what: 'turn.committed', turn, reply, text });
    // Without new words the question before this one is asked again.
    if (text !== '') {
      const { merged, trimmed } = this.#conversation.append('user', text);
      this.#outlet.note(now, { what: 'context', role: 'user', text, merged });
      this.#noteTrimmed(now, 'conversation', this.#trimmed + trimmed);
      this.#trimmed = 0;
    }
    const { systemPrompt, history } = this.#conversation;
    const window = windowOf(systemPrompt, history, this.#settings.windowTokens, this.#countTokens);
    const { messages, tokens } = window;
    this.#noteTrimmed(now, 'window', window.trimmed);
    this.#outlet.note(now, { what: 'llm.request', turn, reply, messages: messages.length, tokens });
    const mode = silent ? { silent } : {};
    this.#link?.push(now, { kind: 'LlmMessages', turn, reply, messages, tokens, ...mode });
  }

  #noteTrimmed(now: Micros, where: 'conversation' | 'window', chars: number): void {
    if (chars > 0) this.#outlet.note(now, { what: 'context.trimmed', role: 'user', where, chars });
  }
}
