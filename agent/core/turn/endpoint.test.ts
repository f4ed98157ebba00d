// After how much silence a turn is over.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_CORE_SETTINGS } from '../setting.ts';
import { ms, toMs } from '../time.ts';
import { scoreOf, silenceFor } from './endpoint.ts';
import { POLICIES, POLICY_NAMES } from './policy.ts';

const ENDPOINT = DEFAULT_CORE_SETTINGS.turn.endpoint;
const waits = (text: string) => toMs(silenceFor(scoreOf({ text }), ENDPOINT));

test('a question is answered before a statement, and a statement long before a thought left hanging', () => {
  const order = ['What time is it?', 'I need a table.', 'I need a table', 'My number is 555', 'I need a'];
  const silences = order.map(waits);
  expect(silences).toEqual([...silences].sort((one, other) => one - other));
  expect(silences[1]).toBe(360);
  expect(silences.at(-1)).toBe(2_200);
  expect(new Set(silences).size).toBe(order.length);
});

describe('the curve', () => {
  test('is a straight line between its points, and ends with its last', () => {
    const curve = {
      demand: [
        [200, 900],
        [400, 700],
        [1_000, 100],
      ],
    } as const;
    const at = [1_000, 900, 800, 700, 400, 100, 50].map((score) => toMs(silenceFor(score, curve)));
    expect(at).toEqual([200, 200, 300, 400, 700, 1_000, 1_000]);
    expect(silenceFor(500, { demand: [] })).toBe(0);
  });

  test.each(POLICY_NAMES)('of %s never asks for more silence when the score is higher', (name) => {
    const { endpoint } = POLICIES[name].turn;
    const scores = fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 1_000 }));
    fc.assert(
      fc.property(scores, ([one, other]) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(silenceFor(low, endpoint)).toBeGreaterThanOrEqual(silenceFor(high, endpoint));
        expect(silenceFor(low, endpoint)).toBeLessThanOrEqual(ms(3_000));
      }),
    );
  });
});

describe('a recogniser that knows about turns', () => {
  test('ends one whatever the words look like', () => {
    expect(scoreOf({ text: 'and so', signal: 'end' })).toBeGreaterThan(scoreOf({ text: 'Is it?' }));
  });

  test('lifts with an early guess what is undecided, and overrules no hanging thought', () => {
    expect(scoreOf({ text: 'I need a table', signal: 'eager' })).toBe(700);
    expect(scoreOf({ text: 'I need a table.', signal: 'eager' })).toBe(scoreOf({ text: 'I need a table.' }));
    expect(scoreOf({ text: 'I need a', signal: 'eager' })).toBe(scoreOf({ text: 'I need a' }));
  });
});
