// Scenario files whose parts do not fit together are refused with the field; the library's own fit.
import { expect, test } from 'vitest';
import { loadScenario, scenarioNames } from '../library/index.ts';
import { multiTurn } from '../library/multi-turn.ts';
import { checkScenario } from './schema.ts';

const { brain, targets } = multiTurn;
const [reply] = brain.replies;
const [target] = targets;
const last = multiTurn.caller.acts.length - 1;
const thinking = (change: object) => ({
  ...multiTurn,
  brain: { ...brain, replies: [{ ...reply, ...change }] },
});

test.each(scenarioNames())('%s fits together', async (name) => {
  const loaded = await loadScenario(name);
  expect(loaded.ok && checkScenario(loaded.scenario)).toMatchObject({ ok: true });
});

test.each([
  ['a probe of no act', { ...multiTurn, probes: [probe(99)] }, 'probes.0.act', 'there is no act 99'],
  [
    'a probe of an act without words',
    { ...multiTurn, probes: [probe(0), probe(last)] },
    'probes.1.act',
    `act ${last} is not spoken; spoken acts: 0, 1, 2`,
  ],
  [
    'a reply with an unknown fact',
    thinking({ say: 'Hello {nmae} of {city}.' }),
    'brain.replies.0.say',
    '{nmae} is no fact; known facts: name, city',
  ],
  [
    'another reply with an unknown fact',
    thinking({ otherwise: 'Not {town}.' }),
    'brain.replies.0.otherwise',
    '{town} is no fact',
  ],
  ['a rule with two conditions', thinking({ when: 'hello' }), 'brain.replies.0', 'either "to" or "when"'],
  ['a rule with none', thinking({ to: undefined }), 'brain.replies.0', 'either "to" or "when"'],
  [
    'a fallback with a fact',
    { ...multiTurn, brain: { ...brain, fallback: 'What, {name}?' } },
    'brain.fallback',
    'must hold no facts, but holds {name}',
  ],
  [
    'a target of no KPI',
    { ...multiTurn, targets: [target, { ...target, kpi: 'unanswered_turn' }] },
    'targets.1.kpi',
    'did you mean "unanswered_turns"?',
  ],
  [
    'a target of a statistic that the KPI does not have',
    { ...multiTurn, targets: [{ ...target, statistic: 'p95' }] },
    'targets.0.statistic',
    'use value',
  ],
])('%s is refused by field', (_, data, field, reason) => {
  expect(checkScenario(data)).toEqual({ ok: false, field, reason: expect.stringContaining(reason) });
});

test('a reply with facts may leave the other words to the fallback', () => {
  expect(checkScenario(thinking({ say: 'Hello {name}.', otherwise: undefined })).ok).toBe(true);
});

function probe(act: number) {
  return { act, expects: 'nora', distance: 1 };
}
