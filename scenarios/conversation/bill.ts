// What each turn cost: usage as the agent stated it, given to the turn that caused it. Tokens and
// characters name their reply; recognised audio belongs to the turn that was being spoken. What no turn
// caused is the call's own.
import type { Cost } from '#reports/conversation/conversation-report.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import type { Prices } from '../kpis/conversation.ts';
import { billOf, NO_USAGE, type Usage } from '../kpis/cost.ts';
import type { Joined } from '../kpis/exchange.ts';

/** Of what no act caused. */
export const NOBODY = -1;

/** By act of the script, and `NOBODY`. */
export function billTurns(facts: readonly Fact[], joined: Joined, prices: Prices): ReadonlyMap<number, Cost> {
  const { exchanges, replies } = joined;
  const usage = new Map<number, Usage>();
  const add = (act: number, more: Partial<Usage>): void => {
    const known = usage.get(act) ?? NO_USAGE;
    usage.set(act, {
      ...known,
      sttUs: known.sttUs + (more.sttUs ?? 0),
      tokensIn: known.tokensIn + (more.tokensIn ?? 0),
      tokensOut: known.tokensOut + (more.tokensOut ?? 0),
      chars: known.chars + (more.chars ?? 0),
    });
  };
  const byTurn = new Map(exchanges.flatMap(({ act, turns }) => turns.map(({ number }) => [number, act])));
  const byReply = new Map(replies.map(({ number, turn }) => [number, byTurn.get(turn)]));
  const ofReply = (number: number): number => byReply.get(number) ?? NOBODY;
  const ofTime = (t: number): number =>
    (exchanges.findLast(({ onsetUs }) => onsetUs <= t) ?? exchanges[0])?.act ?? NOBODY;
  for (const fact of facts) {
    if (fact.who !== 'agent') continue;
    if (fact.what === 'usage.stt') add(ofTime(fact.t), { sttUs: fact.us });
    if (fact.what === 'usage.tts') add(ofReply(fact.reply), { chars: fact.characters });
    if (fact.what === 'usage.llm') {
      add(ofReply(fact.reply), { tokensIn: fact.promptTokens, tokensOut: fact.completionTokens });
    }
  }
  return new Map([...usage].map(([act, own]) => [act, billOf(own, prices)]));
}
