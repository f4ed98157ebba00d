// The user aggregator: what the caller said in a turn becomes a message of the conversation, and the
// conversation a request to the model: when the turn is over, or as a draft before that.
import type { Frame } from '../frame.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { ChatMessage } from '../provider.ts';
import type { ContextSettings } from '../setting.ts';
import type { Micros } from '../time.ts';
import type { Conversation } from './conversation.ts';
import type { Memory } from './memory.ts';
import { type CountTokens, windowOf } from './window.ts';

export class UserContext implements Processor {
  readonly name = 'context.user';
  readonly #settings: ContextSettings;
  readonly #conversation: Conversation;
  readonly #memory: Memory;
  readonly #outlet: Outlet;
  readonly #countTokens: CountTokens;
  #link: Link | undefined;

  constructor(
    settings: ContextSettings,
    conversation: Conversation,
    memory: Memory,
    outlet: Outlet,
    countTokens: CountTokens,
  ) {
    this.#settings = settings;
    this.#conversation = conversation;
    this.#memory = memory;
    this.#outlet = outlet;
    this.#countTokens = countTokens;
  }

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    this.#link?.pass(now, frame, direction);
    if (frame.kind === 'Speculate') this.#draft(now, frame);
    if (frame.kind === 'UserStoppedSpeaking' && frame.answer) this.#commit(now, frame);
  }

  /** Asks as if the turn were over; the conversation knows nothing of it. */
  #draft(now: Micros, { turn, reply, text }: Frame & { kind: 'Speculate' }): void {
    this.#ask(now, this.#conversation.preview('user', text), { turn, reply, draft: true });
  }

  #commit(now: Micros, frame: Frame & { kind: 'UserStoppedSpeaking' }): void {
    const { turn, reply, text, silent } = frame;
    this.#outlet.note(now, { what: 'turn.committed', turn, reply, text });
    // Without new words the question before this one is asked again.
    if (text !== '') {
      const { merged, trimmed } = this.#conversation.append('user', text);
      this.#outlet.note(now, { what: 'context', role: 'user', text, merged });
      this.#noteTrimmed(now, 'conversation', frame.trimmed + trimmed);
      this.#memory.notice(now, text);
    }
    if (frame.drafted) return void this.#link?.push(now, { kind: 'Committed', reply });
    this.#ask(now, this.#conversation.history, { turn, reply, ...(silent ? { silent } : {}) });
  }

  #ask(now: Micros, history: readonly ChatMessage[], of: Request): void {
    const { systemPrompt } = this.#conversation;
    const { windowTokens } = this.#settings;
    const window = windowOf(
      systemPrompt,
      history,
      windowTokens,
      this.#countTokens,
      this.#memory.recollection,
    );
    const { messages, tokens } = window;
    const { turn, reply } = of;
    this.#noteTrimmed(now, 'window', window.trimmed);
    this.#outlet.note(now, { what: 'llm.request', turn, reply, messages: messages.length, tokens });
    this.#link?.push(now, { kind: 'LlmMessages', messages, tokens, ...of });
  }

  #noteTrimmed(now: Micros, where: 'conversation' | 'window', chars: number): void {
    if (chars > 0) this.#outlet.note(now, { what: 'context.trimmed', role: 'user', where, chars });
  }
}

type Request = {
  readonly turn: number;
  readonly reply: number;
  readonly silent?: true;
  readonly draft?: true;
};
