// Parts of a scenario that are right by themselves and wrong together: a probe of an act that nobody
// speaks, a reply that names a fact nobody remembers, a rule with two conditions or none. A reply
// with facts may go without `otherwise`: then the fallback is said in its place.
import { targetFault } from '../kpis/registry.ts';
import type { Scenario } from './scenario.ts';

export type Misfit = { readonly field: string; readonly reason: string };

/** The first one, in the order of the fields; undefined when everything fits. */
export function misfit(scenario: Scenario): Misfit | undefined {
  return [...replyMisfits(scenario), ...probeMisfits(scenario), ...targetMisfits(scenario)][0];
}

function* replyMisfits({ brain }: Scenario): Iterable<Misfit> {
  const known = brain.facts.map(({ id }) => id);
  const facts = known.length === 0 ? 'no facts are known' : `known facts: ${known.join(', ')}`;
  for (const [index, reply] of brain.replies.entries()) {
    const field = `brain.replies.${index}`;
    if ((reply.to === undefined) === (reply.when === undefined)) {
      yield { field, reason: 'must have either "to" or "when", and not both' };
    }
    for (const name of ['say', 'otherwise'] as const) {
      const slot = slotsOf(reply[name] ?? '').find((id) => !known.includes(id));
      if (slot !== undefined) yield { field: `${field}.${name}`, reason: `{${slot}} is no fact; ${facts}` };
    }
  }
  // The model falls back when it has understood nothing, and then there is nothing to fill in.
  const [slot] = slotsOf(brain.fallback);
  if (slot !== undefined) {
    yield { field: 'brain.fallback', reason: `must hold no facts, but holds {${slot}}` };
  }
}

const slotsOf = (text: string): string[] => Array.from(text.matchAll(/\{(\w+)\}/g), ([, id = '']) => id);

function* probeMisfits({ caller, probes }: Scenario): Iterable<Misfit> {
  const spoken = caller.acts.flatMap((act, index) => ('parts' in act ? [index] : []));
  for (const [index, { act }] of probes.entries()) {
    if (spoken.includes(act)) continue;
    const what = act < caller.acts.length ? `act ${act} is not spoken` : `there is no act ${act}`;
    const numbers = spoken.length === 0 ? 'none is' : `spoken acts: ${spoken.join(', ')}`;
    yield { field: `probes.${index}.act`, reason: `${what}; ${numbers}` };
  }
}

function* targetMisfits({ targets }: Scenario): Iterable<Misfit> {
  for (const [index, target] of targets.entries()) {
    const fault = targetFault(target);
    if (fault !== undefined) yield { field: `targets.${index}.${fault.field}`, reason: fault.reason };
  }
}
