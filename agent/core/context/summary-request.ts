// What the model is asked for when the oldest messages shall be put in short: which of them, and in which
// words. Pure. Whole exchanges only, so that what stays begins with the caller.

import { LIMITS } from '../limit.ts';
import type { ChatMessage } from '../provider.ts';
import { CALLER_SAID } from './memory.ts';
import { type CountTokens, tokensOf } from './window.ts';

/** Said of the agent in a summary. */
const AGENT_SAID = 'The agent said: ';

export const SUMMARY_PROMPT = [
  'Summarize the oldest part of a phone call for the agent who goes on with it.',
  'Keep every name, number, date, place, wish, decision and open question, in the words they were said in.',
  `Write one line for each, beginning with "${CALLER_SAID.trim()}" or "${AGENT_SAID.trim()}".`,
  'Leave out greetings, small talk, and what was corrected later. Write nothing else.',
].join(' ');

export type SummaryPlan = {
  /** Messages of the history from its beginning that the summary will tell. */
  readonly messages: number;
  readonly request: readonly ChatMessage[];
};

export type SummaryNeed = {
  readonly history: readonly ChatMessage[];
  /** Of these, so many are told by the summary there is. */
  readonly told: number;
  readonly summary: string;
  /** Tokens of the window, and of what else is in it. */
  readonly windowTokens: number;
  readonly fixedTokens: number;
};

/** The window is so full (share) that a summary is worth its cost, and what stays in it as it is. */
const BEGIN_AT = 0.7;
const KEEP = 0.45;

/** What to summarise now; undefined while there is room. */
export function planSummary(need: SummaryNeed, countTokens: CountTokens): SummaryPlan | undefined {
  const { history, told, summary, windowTokens, fixedTokens } = need;
  const costs = history.slice(told).map((message) => tokensOf(message, countTokens));
  let left = costs.reduce((sum, cost) => sum + cost, 0);
  if (fixedTokens + left <= BEGIN_AT * windowTokens) return undefined;
  let chars = summary.length;
  let messages = told;
  for (let at = told; at < history.length && fixedTokens + left > KEEP * windowTokens; at += 1) {
    const message = history[at];
    if (message === undefined) break;
    // Here an exchange begins: what is before it is whole.
    if (message.role === 'user') messages = at;
    chars += message.content.length;
    if (chars > LIMITS.summarySourceCharsMax) break;
    left -= costs[at - told] ?? 0;
  }
  if (messages <= told) return undefined;
  const source = [summary, ...history.slice(told, messages).map(lineOf)].filter((line) => line !== '');
  return {
    messages,
    request: [
      { role: 'system', content: SUMMARY_PROMPT },
      { role: 'user', content: source.join('\n') },
    ],
  };
}

function lineOf({ role, content, calls }: ChatMessage): string {
  if (content === '' || calls !== undefined) return '';
  const line = content.replaceAll(/\s+/g, ' ');
  if (role === 'user') return CALLER_SAID + line;
  return role === 'tool' ? `A tool answered: ${line}` : AGENT_SAID + line;
}
