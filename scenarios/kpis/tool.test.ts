// A call of a tool counts once, when it was due, right, and ended as it had to; everything else against it.
import { expect, test } from 'vitest';
import type { Fact } from '#sim/kernel/fact.ts';
import { multiTurn } from '../library/multi-turn.ts';
import type { ExpectedCall } from '../script/scenario.ts';
import { tool } from './tool.ts';

const due: ExpectedCall = { act: 1, tool: 'look', input: { city: 'Lisbon' }, outcome: 'ok' };
const called = (call: number, input = '{"city":"lisbon"}'): Fact => ({
  t: 0,
  who: 'agent',
  what: 'tool.called',
  reply: 3,
  call,
  tool: 'look',
  input,
});
const ended = (call: number, ok = true): Fact => ({
  t: 0,
  who: 'agent',
  what: 'tool.result',
  reply: 3,
  call,
  tool: 'look',
  ok,
  us: 2_000,
});

const figure = (facts: readonly Fact[], toolCalls: readonly ExpectedCall[] = [due]) =>
  [...tool({ facts, scenario: { ...multiTurn, toolCalls } })].flatMap(({ kpi, value }) =>
    kpi === 'tool_correctness' ? [value] : [],
  );

test.each<[string, readonly Fact[], readonly number[]]>([
  ['made and answered', [called(1), ended(1)], [1]],
  ['never made', [], [0]],
  ['made twice', [called(1), ended(1), called(2), ended(2)], [1, 0]],
  ['made with another input', [called(1, '{"city":"Rome"}'), ended(1)], [0, 0]],
  ['failed', [called(1), ended(1, false)], [0, 0]],
  ['without an end', [called(1)], [0, 0]],
  ['answered twice', [called(1), ended(1), ended(1)], [0, 0]],
  [
    'made for a reply that was thrown away',
    [called(1), ended(1), { t: 1, who: 'agent', what: 'discarded', turn: 1, reply: 3 }],
    [0, 0],
  ],
])('a call %s', (_, facts, values) => {
  expect(figure(facts)).toEqual(values);
});

test('a call that had to be given up, and one that could not be begun', () => {
  const cancelled: Fact = { t: 0, who: 'agent', what: 'tool.cancelled', reply: 3, call: 1, tool: 'look' };
  expect(figure([called(1), cancelled], [{ ...due, outcome: 'cancelled' }])).toEqual([1]);
  expect(figure([ended(1, false)], [{ ...due, outcome: 'refused' }])).toEqual([1]);
});

test('calls that nobody expects count against it, also where none is due', () => {
  expect(figure([called(1), ended(1)], [])).toEqual([0]);
  expect([...tool({ facts: [called(1), ended(1)], scenario: multiTurn })]).toContainEqual({
    kpi: 'tool_ms',
    value: 2,
  });
});
