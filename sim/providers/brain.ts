// The emulated model's mind, as data: rules over the messages it is given and nothing else. A fact
// that has dropped out of the context, or was never heard, is a wrong answer.
import type { ChatMessage } from '#agent/core/provider.ts';

export type Brain = {
  readonly facts: readonly FactRule[];
  /** The rule that fits the last user message best answers. */
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
  /** What it answers: an utterance, understood when most of its words came through … */
  readonly to?: string;
  /** … or a case-insensitive regular expression, which goes before any likeness. */
  readonly when?: string;
  /** `{id}` stands for a remembered fact. */
  readonly say: string;
  /** Said instead when a fact of `say` is not in the messages. */
  readonly otherwise?: string;
};

/** What the model with this mind answers to `messages`. Pure. */
export function answer(brain: Brain, messages: readonly ChatMessage[]): string {
  const last = messages.findLast((message) => message.role === 'user');
  if (last === undefined) return brain.fallback;
  const rule = ruleFor(brain.replies, last.content);
  if (rule === undefined) return brain.fallback;
  const memory = recall(brain.facts, messages);
  const missing = slots(rule.say).some((id) => !memory.has(id));
  return fill(missing ? (rule.otherwise ?? brain.fallback) : rule.say, memory);
}

/** Share of an utterance's words that must be heard for it to be understood. */
const UNDERSTOOD = 0.6;

function ruleFor(rules: readonly ReplyRule[], message: string): ReplyRule | undefined {
  const exact = rules.find(({ when }) => when !== undefined && new RegExp(when, 'i').test(message));
  if (exact !== undefined) return exact;
  const heard = wordsOf(message);
  let best: ReplyRule | undefined;
  let bestLikeness = UNDERSTOOD;
  for (const rule of rules) {
    const likeness = rule.to === undefined ? 0 : likenessOf(wordsOf(rule.to), heard);
    if (likeness < bestLikeness) continue;
    best = rule;
    bestLikeness = likeness;
  }
  return best;
}

/** Share of `wanted` among the last words of `heard`: what was said last is what is asked. */
function likenessOf(wanted: readonly string[], heard: readonly string[]): number {
  if (wanted.length === 0) return 0;
  const tail = new Set(heard.slice(-wanted.length));
  return wanted.filter((word) => tail.has(word)).length / wanted.length;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];

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
