// What the model saw, rebuilt from the trace: the agent states every change of its context, and how many
// messages each request carried; together they say which ones. Every version of a message is kept once.
import type { Message, ModelRequest } from '#reports/conversation/conversation-report.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { type LooseFact, loosen, numberIn, textIn } from './loose-fact.ts';

export type Memory = {
  readonly messages: readonly Message[];
  /** By reply. */
  readonly requests: ReadonlyMap<number, ModelRequest>;
};

export function rebuildMemory(facts: readonly Fact[]): Memory {
  const memory = new Rebuilding();
  for (const fact of facts) {
    if (fact.who === 'agent') memory.take(loosen(fact));
  }
  return memory;
}

class Rebuilding implements Memory {
  readonly messages: Message[] = [];
  readonly requests = new Map<number, ModelRequest>();
  readonly #versions = new Map<string, number>();
  /** Indices of the messages as they stand, oldest first, without the system prompt. */
  #history: readonly number[] = [];
  #system: number | undefined;
  /** What a speculated reply answers, before its turn is committed. */
  readonly #guesses = new Map<number, string>();

  take(fact: LooseFact): void {
    const text = textIn(fact, 'text') ?? '';
    switch (fact.what) {
      case 'context':
        this.#grow(textIn(fact, 'role'), text, fact.fields['merged'] === true);
        return;
      case 'context.amended':
        this.#amend(text);
        return;
      case 'speculated':
        this.#guesses.set(numberIn(fact, 'reply') ?? -1, text);
        return;
      case 'llm.request':
        this.#request(fact);
        return;
      default:
    }
  }

  #grow(role: string | undefined, text: string, merged: boolean): void {
    if (role === 'system') this.#system = this.#version({ role, text });
    if (role !== 'user' && role !== 'assistant') return;
    this.#history = this.#extended({ role, text }, merged);
  }

  #extended(message: Message, merged: boolean): readonly number[] {
    const last = this.messages[this.#history.at(-1) ?? -1];
    if (!merged || last?.role !== message.role) return [...this.#history, this.#version(message)];
    const whole = { role: message.role, text: `${last.text} ${message.text}` };
    return [...this.#history.slice(0, -1), this.#version(whole)];
  }

  /** The last reply was heard differently than was thought. */
  #amend(text: string): void {
    const at = this.#history.findLastIndex((index) => this.messages[index]?.role === 'assistant');
    if (at < 0) {
      if (text !== '') this.#grow('assistant', text, false);
      return;
    }
    const version = text === '' ? [] : [this.#version({ role: 'assistant', text })];
    const [before, after] = [this.#history.slice(0, at), this.#history.slice(at + 1)];
    this.#history = [...before, ...version, ...after];
    // What the caller said before and after an answer that was not heard at all becomes one.
    const [next, ...later] = after.map((index) => this.messages[index]);
    if (text !== '' || next?.role !== 'user' || this.messages[before.at(-1) ?? -1]?.role !== 'user') return;
    this.#history = before;
    this.#grow('user', next.text, true);
    this.#history = [
      ...this.#history,
      ...later.flatMap((message) => (message ? this.#version(message) : [])),
    ];
  }

  #request(fact: LooseFact): void {
    const reply = numberIn(fact, 'reply') ?? -1;
    const guess = this.#guesses.get(reply);
    const known = guess === undefined ? this.#history : this.#extended({ role: 'user', text: guess }, true);
    const messages = numberIn(fact, 'messages') ?? known.length + 1;
    const shown = Math.min(known.length, Math.max(0, messages - 1));
    const window = shown === 0 ? [] : known.slice(-shown);
    const seen = this.#system === undefined ? window : [this.#system, ...window];
    const outside = known.length - shown;
    this.requests.set(reply, { messages, tokens: numberIn(fact, 'tokens') ?? 0, seen, outside });
  }

  #version(message: Message): number {
    const key = `${message.role} ${message.text}`;
    const index = this.#versions.get(key) ?? this.messages.push(message) - 1;
    this.#versions.set(key, index);
    return index;
  }
}
