// Whether the call came through: conversations completed, with errors or cut off, and faults of the
// vendors that the caller never noticed.
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
    about: 'conversations that the agent’s side cut off',
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
]);

export function* reliability(conversation: Conversation): Iterable<Sample> {
  const { facts, outcome } = conversation;
  const finished = outcome.end === 'finished';
  const cutOff = facts.some((fact) => fact.who === 'caller' && fact.what === 'cut_off');
  const erred = facts.some((fact) => fact.who === 'agent' && fact.what === 'error');
  yield { kpi: 'completion_rate', value: finished && !cutOff && isWhole(conversation) ? 1 : 0 };
  yield { kpi: 'error_rate', value: erred || !finished ? 1 : 0 };
  yield { kpi: 'disconnect_rate', value: cutOff ? 1 : 0 };
  yield* recovery(conversation);
}

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
    const heard = (exchange?.hearing?.stretches.length ?? 0) > 0;
    const untilUs = exchange?.nextOnsetUs ?? endUs;
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
