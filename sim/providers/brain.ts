// The emulated model's mind, as data: rules over the messages it is given and nothing else. A fact
// that has dropped out of the context, or was never heard, is a wrong answer. It reads what a summary or a
// pinned line of the system prompt quotes, calls tools where a rule says so, and writes summaries.
import type { ChatMessage } from '#agent/core/provider.ts';
import { type Forgets, isSummaryRequest, quotedIn, summaryOf } from './summary.ts';

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
  readonly from: 'user' | 'assistant' | 'tool';
};

export type ReplyRule = {
  /** What it answers: an utterance, understood when most of its words came through … */
  readonly to?: string;
  /** … or a case-insensitive regular expression, which goes before any likeness. */
  readonly when?: string;
  /** Only under a system prompt that this matches, case-insensitively; such a rule goes before others. */
  readonly prompt?: string;
  /** Tools it calls first; `say` is for their results then. */
  readonly calls?: readonly CallRule[];
  /** Said while the tools are at work. */
  readonly meanwhile?: string;
  /** `{id}` stands for a remembered fact. */
  readonly say: string;
  /** Said instead when a fact of `say` is not in the messages. */
  readonly otherwise?: string;
};

/** `input`: its texts may hold `{id}` as well. */
export type CallRule = {
  readonly tool: string;
  readonly input: Readonly<Record<string, string | number>>;
};

/** What the model puts out: text, and what it wants of its tools after it. */
export type Thought = {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
};

/** What the model with this mind answers to `messages`. Pure, but for what `forgets` says of a summary. */
export function think(brain: Brain, messages: readonly ChatMessage[], forgets: Forgets): Thought {
  if (isSummaryRequest(messages)) return only(summaryOf(brain.facts, messages, forgets));
  const last = messages.findLastIndex((message) => message.role === 'user');
  const rule = ruleFor(brain.replies, messages, messages[last]?.content ?? '');
  if (rule === undefined) return only(brain.fallback);
  const memory = recall(brain.facts, messages);
  const has = (text: string) => slots(text).every((id) => memory.has(id));
  const { say, otherwise = brain.fallback, calls = [], meanwhile = '' } = rule;
  const asked = messages.slice(last + 1).some((message) => message.role === 'tool');
  const ready = calls.every(({ input }) => Object.values(input).every((value) => has(String(value))));
  if (calls.length === 0 || asked || !ready) return only(fill(has(say) ? say : otherwise, memory));
  const written = calls.map(({ tool, input }) => ({ name: tool, arguments: writtenInput(input, memory) }));
  return { text: fill(meanwhile, memory), calls: written };
}

const only = (text: string): Thought => ({ text, calls: [] });

const writtenInput = (input: CallRule['input'], memory: ReadonlyMap<string, string>): string =>
  JSON.stringify(input, (_, value) => (typeof value === 'string' ? fill(value, memory) : value));

/** Share of an utterance's words that must be heard for it to be understood. */
const UNDERSTOOD = 0.6;

function ruleFor(
  all: readonly ReplyRule[],
  messages: readonly ChatMessage[],
  message: string,
): ReplyRule | undefined {
  if (message === '') return undefined;
  const system = messages.find(({ role }) => role === 'system')?.content ?? '';
  const bound = all.filter(({ prompt }) => prompt !== undefined && new RegExp(prompt, 'i').test(system));
  const free = all.filter(({ prompt }) => prompt === undefined);
  return bestOf(bound, message) ?? bestOf(free, message);
}

function bestOf(rules: readonly ReplyRule[], message: string): ReplyRule | undefined {
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

/** The latest value of each fact; what a system prompt quotes was said before everything else. */
function recall(rules: readonly FactRule[], messages: readonly ChatMessage[]): ReadonlyMap<string, string> {
  const memory = new Map<string, string>();
  const said = messages.flatMap((one): readonly Pick<ChatMessage, 'role' | 'content'>[] =>
    one.role === 'system' ? quotedIn(one.content) : [one],
  );
  for (const message of said) {
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
