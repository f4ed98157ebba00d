// How the emulated model puts a conversation in short, when it is asked to: a line for each sentence in
// which it recognises a fact it has a rule for, quoted, the latest value of each only. What no rule
// recognises is lost; so is one fact in a hundred, drawn by its key, at every summary. It knows nothing but
// the text it was given. Rate inferred: no vendor publishes one.
import type { ChatMessage } from '#agent/core/provider.ts';
import type { FactRule } from './brain.ts';

/** Whether the fact `id` with this value is overlooked. */
export type Forgets = (id: string, value: string) => boolean;

/** Share of the facts that one summary overlooks. */
export const OVERLOOKED = 0.01;

/** The system prompt asks for a summary of what the user message holds. */
export const isSummaryRequest = (messages: readonly ChatMessage[]): boolean =>
  messages.length === 2 && /^summari[sz]e\b/i.test(messages[0]?.content ?? '');

export function summaryOf(
  rules: readonly FactRule[],
  messages: readonly ChatMessage[],
  forgets: Forgets,
): string {
  const source = quotedIn(messages.at(-1)?.content ?? '').flatMap(({ role, content }) =>
    sentencesOf(content).map((sentence) => ({ role, sentence })),
  );
  const kept = new Set<number>();
  for (const rule of rules) {
    const holds = (sentence: string) => new RegExp(rule.pattern, 'i').exec(sentence)?.[1];
    const at = source.findLastIndex(
      ({ role, sentence }) => role === rule.from && holds(sentence) !== undefined,
    );
    const found = source[at];
    if (found !== undefined && !forgets(rule.id, holds(found.sentence) ?? '')) kept.add(at);
  }
  const lines = source.filter((_, index) => kept.has(index));
  if (lines.length === 0) return 'Nothing that matters was said.';
  return lines.map(({ role, sentence }) => `${HEADS[role]}${sentence}`).join('\n');
}

type Quoted = { readonly role: 'user' | 'assistant' | 'tool'; readonly content: string };

const HEADS: Readonly<Record<Quoted['role'], string>> = {
  user: 'The caller said: ',
  assistant: 'The agent said: ',
  tool: 'A tool answered: ',
};

/** What a text quotes line by line, in order; other lines are nobody's words. */
export function quotedIn(text: string): readonly Quoted[] {
  return text.split('\n').flatMap((line): Quoted[] => {
    const role = (['user', 'assistant', 'tool'] as const).find((one) => line.startsWith(HEADS[one]));
    return role === undefined ? [] : [{ role, content: line.slice(HEADS[role].length) }];
  });
}

const sentencesOf = (text: string): readonly string[] =>
  (text.match(/[^.!?]+[.!?]*/g) ?? []).map((sentence) => sentence.trim());
