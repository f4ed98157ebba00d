// The emulated model's mind, as data: rules over the messages it is given and nothing else. A fact
// that has dropped out of the context, or was never heard, is a wrong answer.
import type { ChatMessage } from '#agent/core/provider.ts';

export type Brain = {
  readonly facts: readonly FactRule[];
  /** The first rule whose `when` matches the last user message answers. */
  readonly replies: readonly ReplyRule[];
  /** Said when no rule matches. */
  readonly fallback: string;
};

/** `pattern`: case-insensitive regular expression with one group, the fact's value. Latest match wins. */
export type FactRule = {
  readonly id: string;
  readonly pattern: string;
  readonly from: 'user' | 'assistant';
};

export type ReplyRule = {
  readonly when: string;
  /** `{id}` stands for a remembered fact. */
  readonly say: string;
  /** Said instead when a fact of `say` is not in the messages. */
  readonly otherwise?: string;
};

/** What the model with this mind answers to `messages`. Pure. */
export function answer(brain: Brain, messages: readonly ChatMessage[]): string {
  const last = messages.findLast((message) => message.role === 'user');
  if (last === undefined) return brain.fallback;
  const rule = brain.replies.find((candidate) => new RegExp(candidate.when, 'i').test(last.content));
  if (rule === undefined) return brain.fallback;
  const memory = recall(brain.facts, messages);
  const missing = slots(rule.say).some((id) => !memory.has(id));
  return fill(missing ? (rule.otherwise ?? brain.fallback) : rule.say, memory);
}

function recall(rules: readonly FactRule[], messages: readonly ChatMessage[]): ReadonlyMap<string, string> {
  const memory = new Map<string, string>();
  for (const message of messages) {
    for (const rule of rules) {
      if (rule.from !== message.role) continue;
      const value = new RegExp(rule.pattern, 'i').exec(message.content)?.[1];
      if (value !== undefined) memory.set(rule.id, value);
    }
  }
  return memory;
}

const SLOT = /\{(\w+)\}/g;
const slots = (text: string): string[] => Array.from(text.matchAll(SLOT), (match) => match[1] ?? '');
const fill = (text: string, memory: ReadonlyMap<string, string>): string =>
  text.replace(SLOT, (_, id: string) => memory.get(id) ?? 'something');
