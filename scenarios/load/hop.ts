// Where the overhead of an answer goes: each hop between the agent and a vendor, from the fact at one end to
// the fact at the other, and the agent's own steps between them. Answers that were begun early, or of which
// a fact is missing, have fewer hops; none is guessed.
import type { Micros } from '#agent/core/time.ts';
import type { Fact, VendorFact, VendorStage } from '#sim/kernel/fact.ts';
import type { Exchange } from '../kpis/exchange.ts';
import { instantsOf } from '../kpis/stage.ts';

export const HOPS = [
  'pause noticed',
  'to recogniser',
  'from recogniser',
  'to model',
  'from model',
  'to voice',
  'from voice',
  'to caller',
] as const;
export type Hop = (typeof HOPS)[number];

/** Microseconds of each hop of one answer. */
export function hopsOf(exchange: Exchange, facts: readonly Fact[]): Partial<Record<Hop, Micros>> {
  const instants = instantsOf(exchange);
  if (instants === undefined) return {};
  const { finalizeUs, finalUs, requestUs, tokenUs, clauseUs, voicedUs, committedUs } = instants;
  const { decidedUs } = exchange.answering?.speeches.at(-1) ?? {};
  const audibleUs = exchange.reply?.audibleUs;
  const arrival = (who: VendorStage, fromUs: Micros, toUs: Micros) =>
    facts.find((fact) => isOf(fact, who, 'received') && fact.t >= fromUs && fact.t <= toUs)?.t;
  const departure = (who: VendorStage, fromUs: Micros, toUs: Micros, which: 'find' | 'findLast') =>
    facts[which]((fact) => isOf(fact, who, 'sent') && fact.t >= fromUs && fact.t <= toUs)?.t;
  const hops: Record<Hop, readonly [Micros | undefined, Micros | undefined]> = {
    'pause noticed': [decidedUs, finalizeUs],
    'to recogniser': [finalizeUs, arrival('stt', finalizeUs, finalUs)],
    'from recogniser': [departure('stt', finalizeUs, finalUs, 'findLast'), finalUs],
    'to model': [requestUs, arrival('llm', requestUs, tokenUs)],
    'from model': [departure('llm', requestUs, tokenUs, 'find'), tokenUs],
    'to voice': [clauseUs, arrival('tts', clauseUs, voicedUs)],
    'from voice': [departure('tts', clauseUs, voicedUs, 'find'), voicedUs],
    'to caller': [Math.max(voicedUs, committedUs), audibleUs],
  };
  return Object.fromEntries(
    HOPS.flatMap((hop) => {
      const [fromUs, toUs] = hops[hop];
      return fromUs === undefined || toUs === undefined ? [] : [[hop, toUs - fromUs]];
    }),
  );
}

const isOf = (fact: Fact, who: VendorStage, what: VendorFact['what']): boolean =>
  fact.who === who && fact.what === what;
