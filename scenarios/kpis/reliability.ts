// Whether the call came through: conversations completed, with errors or cut off, and faults of the
// vendors that the caller never noticed.
import { toMs } from '#agent/core/time.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import type { Conversation } from './conversation.ts';
import { at, define, type Sample } from './definition.ts';

const share = { unit: 'share', summary: 'rate' } as const;

export const RELIABILITY = define('reliability', [
  {
    ...share,
    id: 'completion_rate',
    about: 'conversations played to the end of their script, every utterance spoken and answered',
    point: 'ear',
    better: 'higher',
    prd: [at('value', '>', 0.95)],
  },
  {
    ...share,
    id: 'error_rate',
    about: 'conversations in which the agent states an error, or which do not end by themselves',
    point: 'agent',
    better: 'lower',
    prd: [at('value', '<', 0.05)],
  },
  {
    ...share,
    id: 'disconnect_rate',
    about: 'conversations that the agent’s side cut off, and not with a farewell',
    point: 'ear',
    better: 'lower',
    prd: [at('value', '<', 0.02)],
  },
  {
    ...share,
    id: 'recovery_rate',
    about: 'vendor faults after which the utterance was answered, and not with an apology',
    point: 'ear',
    better: 'higher',
    prd: [at('value', '>', 0.9)],
    ours: [at('value', '=', 1)],
  },
  {
    id: 'failover_ms',
    about: 'from a fault of the first vendor to the first output of the one that stood in for it',
    unit: 'ms',
    point: 'agent',
    summary: 'percentiles',
    better: 'lower',
  },
  {
    id: 'hedge_rate',
    about: 'answers of recogniser, model and voice that were asked for more than once, per utterance',
    unit: 'per turn',
    point: 'agent',
    summary: 'ratio',
    better: 'neither',
  },
]);

export function* reliability(conversation: Conversation): Iterable<Sample> {
  const { facts, outcome } = conversation;
  const finished = outcome.end === 'finished';
  const polite = facts.some((fact) => fact.who === 'agent' && fact.what === 'farewell');
  const cutOff = !polite && facts.some((fact) => fact.who === 'caller' && fact.what === 'cut_off');
  const erred = facts.some((fact) => fact.who === 'agent' && fact.what === 'error');
  yield { kpi: 'completion_rate', value: finished && !cutOff && isWhole(conversation) ? 1 : 0 };
  yield { kpi: 'error_rate', value: erred || !finished ? 1 : 0 };
  yield { kpi: 'disconnect_rate', value: cutOff ? 1 : 0 };
  yield* recovery(conversation);
  yield* failover(conversation);
  const hedges = facts.filter((fact) => fact.who === 'agent' && fact.what === 'hedged').length;
  if (conversation.exchanges.length > 0) {
    yield { kpi: 'hedge_rate', value: hedges, of: conversation.exchanges.length };
  }
}

/** A fault that nobody had to stand in for before the caller spoke again gives no figure. */
function* failover({ facts, exchanges }: Conversation): Iterable<Sample> {
  for (const fact of facts) {
    if (!isVendorFault(fact) || HARMLESS.has(fact.fault)) continue;
    const untilUs = exchanges.find(({ act }) => act > fact.turn)?.onsetUs ?? Number.POSITIVE_INFINITY;
    const won = facts.find(
      (other) =>
        other.who === 'agent' &&
        other.what === 'hedge.won' &&
        other.stage === fact.who &&
        other.t >= fact.t &&
        other.t < untilUs,
    );
    if (won === undefined || !('by' in won) || won.by !== 'second') continue;
    yield { kpi: 'failover_ms', value: toMs(won.t - fact.t), act: fact.turn };
  }
}

/** What needs nobody to stand in: an answer that is only slow, or comes twice. */
const HARMLESS: ReadonlySet<string> = new Set(['trickle', 'duplicate_final']);

type VendorFault = Extract<Fact, { what: 'fault' }>;

const isVendorFault = (fact: Fact): fact is VendorFault => fact.what === 'fault' && !('lane' in fact);

function isWhole({ scenario, exchanges }: Conversation): boolean {
  return scenario.caller.acts.every((act, index) => {
    if (act.kind !== 'say' && act.kind !== 'interrupt') return true;
    const exchange = exchanges.find((candidate) => candidate.act === index);
    return exchange?.endUs !== undefined && !exchange.gaveUp;
  });
}

/**
 * A fault is recovered from when the utterance under way, or the next one, is answered audibly and no
 * error of model or voice is stated until the caller speaks again: either would have been noticed.
 */
function* recovery({ facts, exchanges, endUs }: Conversation): Iterable<Sample> {
  for (const fact of facts) {
    if (fact.who === 'caller' || fact.who === 'agent' || fact.what !== 'fault') continue;
    const exchange = exchanges.find((candidate) => candidate.act >= fact.turn);
    // Nobody spoke any more.
    if (exchange === undefined) continue;
    const heard = (exchange.hearing?.stretches.length ?? 0) > 0;
    const untilUs = exchange.nextOnsetUs ?? endUs;
    const noticed = facts.some(
      (other) =>
        other.who === 'agent' &&
        other.what === 'error' &&
        other.t >= fact.t &&
        other.t <= untilUs &&
        (other.fatal || other.stage === 'llm' || other.stage === 'tts'),
    );
    yield { kpi: 'recovery_rate', value: heard && !noticed ? 1 : 0, act: fact.turn };
  }
}
