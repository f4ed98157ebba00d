// What a conversation costs and how much of it was for nothing: the agent's stated usage times the
// given prices. An unknown price gives no figure, never a zero.
import { seconds } from '#agent/core/time.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import type { Conversation, Prices } from './conversation.ts';
import { at, define, type Sample } from './definition.ts';
import type { Reply } from './turn.ts';

const usd = { unit: 'USD', point: 'agent', summary: 'mean', better: 'lower' } as const;

export const COST = define('cost', [
  { ...usd, id: 'cost_usd', about: 'mean cost of a conversation', prd: [at('value', '<', 0.1)] },
  { ...usd, id: 'cost_usd.stt', about: 'of this: speech recognition' },
  { ...usd, id: 'cost_usd.llm', about: 'of this: the model' },
  { ...usd, id: 'cost_usd.tts', about: 'of this: the voice' },
  {
    ...usd,
    id: 'cost_usd_per_min',
    about: 'cost of a minute of conversation',
    unit: 'USD/min',
    summary: 'ratio',
    ours: [at('value', '<=', 0.0044)],
  },
  {
    ...usd,
    id: 'wasted_tokens',
    about: 'mean tokens per conversation of generations that were cancelled or outrun, prompt included',
    unit: 'tokens',
  },
  {
    ...usd,
    id: 'wasted_chars',
    about: 'mean characters per conversation given to the voice and not heard',
    unit: 'chars',
  },
  {
    ...usd,
    id: 'stt_audio_ratio',
    about: 'audio sent for recognition, of the length of the call',
    unit: 'share',
    summary: 'ratio',
    // "VAD saves 30 to 50 %".
    prd: [at('value', '<=', 0.7)],
  },
]);

export function* cost({ facts, replies, prices, callUs }: Conversation): Iterable<Sample> {
  const usage = usageOf(facts, replies);
  const bill = billOf(usage, prices);
  for (const [stage, value] of Object.entries(bill)) {
    if (value !== null) yield { kpi: `cost_usd.${stage}`, value };
  }
  const total = sumKnown([bill.stt, bill.llm, bill.tts]);
  if (total !== null) yield { kpi: 'cost_usd', value: total };
  if (total !== null && callUs > 0) {
    yield { kpi: 'cost_usd_per_min', value: total, of: callUs / seconds(60) };
  }
  yield { kpi: 'wasted_tokens', value: usage.wastedTokens };
  const unheard = replies.reduce((sum, reply) => sum + wastedChars(reply), 0);
  yield { kpi: 'wasted_chars', value: unheard + charsTwice(facts) };
  if (callUs > 0) yield { kpi: 'stt_audio_ratio', value: usage.sttUs, of: callUs };
}

export type Usage = {
  readonly sttUs: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly chars: number;
  readonly wastedTokens: number;
};

export const NO_USAGE: Usage = { sttUs: 0, tokensIn: 0, tokensOut: 0, chars: 0, wastedTokens: 0 };

function usageOf(facts: readonly Fact[], replies: readonly Reply[]): Usage {
  // Tokens of a reply that nobody heard a packet of are wasted, however far it was generated.
  const heard = new Set(replies.flatMap((reply) => (reply.startedUs === undefined ? [] : [reply.number])));
  let usage = NO_USAGE;
  for (const fact of facts) {
    if (fact.who !== 'agent') continue;
    if (fact.what === 'usage.stt') usage = { ...usage, sttUs: usage.sttUs + fact.us };
    if (fact.what === 'usage.tts') usage = { ...usage, chars: usage.chars + fact.characters };
    if (fact.what !== 'usage.llm') continue;
    const { promptTokens, completionTokens, wasted } = fact;
    usage = {
      ...usage,
      tokensIn: usage.tokensIn + promptTokens,
      tokensOut: usage.tokensOut + completionTokens,
      wastedTokens:
        usage.wastedTokens +
        (wasted || (fact.background !== true && !heard.has(fact.reply))
          ? promptTokens + completionTokens
          : 0),
    };
  }
  return usage;
}

/** USD; null where the price is unknown. */
export type Bill = { readonly stt: number | null; readonly llm: number | null; readonly tts: number | null };

export function billOf(usage: Usage, prices: Prices): Bill {
  const tokensIn = priced(usage.tokensIn / 1_000_000, prices.llmUsdPerMInput);
  const tokensOut = priced(usage.tokensOut / 1_000_000, prices.llmUsdPerMOutput);
  return {
    stt: priced(usage.sttUs / seconds(3_600), prices.sttUsdPerHour),
    llm: sumKnown([tokensIn, tokensOut]),
    tts: priced(usage.chars / 1_000, prices.ttsUsdPer1kChars),
  };
}

const priced = (amount: number, price: number | null): number | null =>
  price === null ? null : amount * price;

const sumKnown = (values: readonly (number | null)[]): number | null =>
  values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0 as number | null);

/** Given to another voice beside the one that was heard. */
const charsTwice = (facts: readonly Fact[]): number =>
  facts.reduce(
    (sum, fact) =>
      fact.who === 'agent' && fact.what === 'usage.tts' && fact.wasted ? sum + fact.characters : sum,
    0,
  );

/** Of a reply cut short, all that the agent itself says was not heard. */
function wastedChars(reply: Reply): number {
  const { interruptedUs, cancelledUs, discardedUs, cutByEnd } = reply;
  const cut = cutByEnd || [interruptedUs, cancelledUs, discardedUs].some((t) => t !== undefined);
  return cut ? Math.max(0, reply.chars - reply.believed.length) : 0;
}
