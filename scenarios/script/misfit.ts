// Parts of a scenario that are right by themselves and wrong together: a probe of an act that nobody
// speaks, a reply that names a fact nobody remembers, a rule with two conditions or none. A reply
// with facts may go without `otherwise`: then the fallback is said in its place.
import { targetFault } from '../kpis/registry.ts';
import { readSounds } from '../speech/sound-pack.ts';
import type { Scenario } from './scenario.ts';
import { toolMisfits } from './tool-misfit.ts';

export type Misfit = { readonly field: string; readonly reason: string };

/** The first one, in the order of the fields; undefined when everything fits. */
export function misfit(scenario: Scenario): Misfit | undefined {
  const misfits = [...soundMisfits(scenario), ...replyMisfits(scenario), ...probeMisfits(scenario)];
  return [...misfits, ...toolMisfits(scenario), ...targetMisfits(scenario)][0];
}

/** Sounds that nobody has made, and noises that end before they begin. */
function* soundMisfits({ caller }: Scenario): Iterable<Misfit> {
  for (const [index, { sound, fromAct, untilAct }] of (caller.surroundings ?? []).entries()) {
    yield* unknownSound(`caller.surroundings.${index}.sound`, sound);
    if (untilAct === undefined || untilAct > fromAct) continue;
    yield { field: `caller.surroundings.${index}.untilAct`, reason: `must be after fromAct (${fromAct})` };
  }
  for (const [index, act] of caller.acts.entries()) {
    if (!('meanwhile' in act)) continue;
    for (const [place, happening] of (act.meanwhile ?? []).entries()) {
      if (happening.kind !== 'noise') continue;
      yield* unknownSound(`caller.acts.${index}.meanwhile.${place}.sound`, happening.sound);
    }
  }
}

function* unknownSound(field: string, sound: string): Iterable<Misfit> {
  const { names } = readSounds();
  if (!names.includes(sound)) yield { field, reason: `no sound "${sound}"; there are: ${names.join(', ')}` };
}

function* replyMisfits({ brain }: Scenario): Iterable<Misfit> {
  const known = brain.facts.map(({ id }) => id);
  const facts = known.length === 0 ? 'no facts are known' : `known facts: ${known.join(', ')}`;
  for (const [index, reply] of brain.replies.entries()) {
    const field = `brain.replies.${index}`;
    if ((reply.to === undefined) === (reply.when === undefined)) {
      yield { field, reason: 'must have either "to" or "when", and not both' };
    }
    for (const name of ['say', 'otherwise', 'meanwhile'] as const) {
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
