// Scenario files whose parts do not fit together are refused with the field; the library's own fit.
import { describe, expect, test } from 'vitest';
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

describe('the caller of a file', () => {
  const said = (act: object, caller: object = {}) => ({
    ...multiTurn,
    probes: [],
    caller: { voice: 'slt', acts: [{ kind: 'say', parts: [{ text: 'Hello.' }], ...act }], ...caller },
  });
  const happening = (happening: object) => said({ meanwhile: [{ at: { afterMs: 100 }, ...happening }] });

  test('may do all that a story can tell', () => {
    const parts = [{ text: 'Um,', as: 'hesitation' }, { pauseMs: 700, as: 'hesitation' }, { text: 'Hello.' }];
    const acts = [
      {
        kind: 'say',
        parts,
        meanwhile: [
          { kind: 'backchannel', text: 'Mm-hm.', at: { afterMs: 300, withinMs: 200 } },
          { kind: 'cough', at: { afterMs: 0, from: { word: 'tram' } } },
          { kind: 'side_talk', voice: 'awb', text: 'Hello.', levelDb: -14, at: { afterMs: 900 } },
          { kind: 'noise', sound: 'tv', snrDb: 10, forMs: 600, at: { afterMs: 900 } },
        ],
        insists: { afterMs: 700, times: 2 },
      },
      { kind: 'interrupt', parts, afterMs: -200, from: { endOf: 'We open at nine.' } },
      { kind: 'break_off', parts, afterMs: 300 },
      { kind: 'hang_up', at: { afterMs: 200 } },
    ];
    const surroundings = [{ sound: 'street', snrDb: 10, fromAct: 0, untilAct: 2 }];
    const line = { echo: { delayMs: 180, lossDb: 26 }, band: 'telephone' };
    const checked = checkScenario({ ...said({}), caller: { voice: 'slt', acts, surroundings, line } });
    expect(checked).toMatchObject({ ok: true });
  });

  test.each([
    [
      'speaks before an end that nobody named',
      said({ kind: 'interrupt', afterMs: -200 }),
      'caller.acts.0.afterMs',
    ],
    [
      'coughs before anything is heard',
      happening({ kind: 'cough', at: { afterMs: -1 } }),
      'caller.acts.0.meanwhile.0.at.afterMs',
    ],
    [
      'hears a sound that nobody made',
      happening({ kind: 'noise', sound: 'parrot', snrDb: 10, forMs: 600 }),
      'caller.acts.0.meanwhile.0.sound',
    ],
    [
      'is in such a sound',
      said({}, { surroundings: [{ sound: 'parrot', snrDb: 10, fromAct: 0 }] }),
      'caller.surroundings.0.sound',
    ],
    [
      'is in a noise that ends before it begins',
      said({}, { surroundings: [{ sound: 'tv', snrDb: 10, fromAct: 2, untilAct: 2 }] }),
      'caller.surroundings.0.untilAct',
    ],
    [
      'hears somebody louder than itself in the distance',
      happening({ kind: 'side_talk', voice: 'awb', text: 'Hello.', levelDb: 3 }),
      'caller.acts.0.meanwhile.0.levelDb',
    ],
    [
      'has an echo of a whole second',
      said({}, { line: { echo: { delayMs: 1_000, lossDb: 20 } } }),
      'caller.line.echo.delayMs',
    ],
    ['does what nobody does', happening({ kind: 'sneeze' }), 'caller.acts.0.meanwhile.0.kind'],
    ['asks a hundred times', said({ insists: { afterMs: 700, times: 100 } }), 'caller.acts.0.insists.times'],
  ])('who %s is refused by field', (_, data, field) => {
    expect(checkScenario(data)).toMatchObject({ ok: false, field });
  });
});
