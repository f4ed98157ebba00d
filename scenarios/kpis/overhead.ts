// What our own code adds to an answer: the agent's response time minus every stretch of it in which it
// had to wait for somebody else. Those stretches are read from the emulators' own facts and may overlap,
// so their union is taken; where no emulator states anything, the overhead is unknown. The wire between
// agent and vendor is not a wait for anybody and counts as overhead.
import type { Micros } from '#agent/core/time.ts';
import type { Fact, VendorFact, VendorStage } from '#sim/kernel/fact.ts';
import type { Exchange } from './exchange.ts';
import { heldUs, type Instants, instantsOf } from './stage.ts';

type Span = { readonly fromUs: Micros; readonly toUs: Micros };

/** Microseconds between the caller's last speech packet and the first audible reply packet. */
export function responseUs(exchange: Exchange): Micros | undefined {
  const arrivedUs = exchange.answering?.speeches.at(-1)?.endUs;
  const audibleUs = exchange.reply?.audibleUs;
  return arrivedUs === undefined || audibleUs === undefined ? undefined : audibleUs - arrivedUs;
}

/** Of those, the ones in which neither a vendor nor the endpointing policy was being waited for. */
export function overheadUs(exchange: Exchange, facts: readonly Fact[]): Micros | undefined {
  const response = responseUs(exchange);
  const instants = instantsOf(exchange);
  if (response === undefined || instants === undefined) return undefined;
  const { arrivedUs, finalizeUs, finalUs, requestUs, tokenUs, clauseUs, voicedUs } = instants;
  const stt = held(facts, 'stt', finalizeUs, finalUs, 'last');
  const llm = held(facts, 'llm', requestUs, tokenUs, 'first');
  const tts = held(facts, 'tts', clauseUs, voicedUs, 'first');
  // An answer begun without them waited for no words.
  const heard = stt.length > 0 || finalUs === finalizeUs;
  if (!heard || llm.length === 0 || tts.length === 0) return undefined;
  const { textUs, voiceUs } = heldUs(instants);
  const waits = [
    // The policy waits for the audio that ends the pause; scoring it and asking is our own work.
    { fromUs: arrivedUs, toUs: exchange.answering?.speeches.at(-1)?.decidedUs ?? finalizeUs },
    { fromUs: finalUs, toUs: requestUs },
    // What was ready before the end of the turn was kept for it.
    { fromUs: tokenUs, toUs: tokenUs + textUs },
    { fromUs: voicedUs, toUs: voicedUs + voiceUs },
    // A clause comes at the model's pace: from its first token here to the last one sent before the cut.
    { fromUs: tokenUs, toUs: lastSentUs(facts, tokenUs, clauseUs) },
    ...backoffs(facts, instants),
  ];
  return response - lengthOfUnion([...waits, ...stt, ...llm, ...tts]);
}

/** When the vendor sat on a request of this window: from its arrival to its answer, or to its end. */
function held(
  facts: readonly Fact[],
  who: VendorStage,
  fromUs: Micros,
  toUs: Micros,
  answer: 'first' | 'last',
): readonly Span[] {
  const own = facts.filter(
    (fact): fact is VendorFact => fact.who === who && fact.t >= fromUs && fact.t <= toUs,
  );
  return own.flatMap((fact): Span[] => {
    if (fact.what !== 'received') return [];
    const sent = own.filter((other) => other.what === 'sent' && other.request === fact.request);
    const ended = own.find((other) => other.t >= fact.t && ENDS.has(other.what));
    return [{ fromUs: fact.t, toUs: sent.at(answer === 'first' ? 0 : -1)?.t ?? ended?.t ?? toUs }];
  });
}

const lastSentUs = (facts: readonly Fact[], fromUs: Micros, toUs: Micros): Micros =>
  facts.findLast((fact) => fact.who === 'llm' && fact.what === 'sent' && fact.t <= toUs && fact.t >= fromUs)
    ?.t ?? fromUs;

/** What ends the wait for a request that was never answered. */
const ENDS = new Set<VendorFact['what']>(['cancelled', 'disconnected', 'fault', 'done']);

/** Waits before another attempt, as the policy for retries demands. */
const backoffs = (facts: readonly Fact[], { finalizeUs, voicedUs }: Instants): readonly Span[] =>
  facts.flatMap((fact): Span[] => {
    if (fact.who !== 'agent' || fact.what !== 'retry' || fact.t < finalizeUs || fact.t > voicedUs) return [];
    return [{ fromUs: fact.t, toUs: Math.min(voicedUs, fact.t + fact.delayUs) }];
  });

function lengthOfUnion(spans: readonly Span[]): Micros {
  let length = 0;
  let doneUs = Number.NEGATIVE_INFINITY;
  for (const { fromUs, toUs } of [...spans].sort((one, other) => one.fromUs - other.fromUs)) {
    if (toUs <= doneUs) continue;
    length += toUs - Math.max(fromUs, doneUs);
    doneUs = toUs;
  }
  return length;
}
