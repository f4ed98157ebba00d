// Lanes drawn from facts written by hand: each kind of request, guess and disturbance finds its place,
// with its ends where the facts say.
import { expect, test } from 'vitest';
import type { Lane } from '#reports/conversation/conversation-report.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { join } from '../kpis/exchange.ts';
import { drawLanes, lastUs } from './lane.ts';

/** `[t, who, what, fields]`. */
type Told = readonly [number, string, string, Readonly<Record<string, unknown>>?];

function lanesOf(...told: readonly Told[]): (id: string) => Pick<Lane, 'spans' | 'marks'> {
  const facts = told.map(([t, who, what, fields]) => ({
    t,
    who,
    what,
    ...fields,
  })) as unknown as readonly Fact[];
  const { lanes } = drawLanes(facts, join(facts), lastUs(facts));
  return (id) => lanes.find((lane) => lane.id === id) ?? { spans: [], marks: [] };
}

test('a speculated reply that is discarded is hatched from its request to its end', () => {
  const lane = lanesOf(
    [100, 'agent', 'turn.started', { turn: 1 }],
    [200, 'agent', 'speculated', { turn: 1, reply: 1, text: 'tell me' }],
    [200, 'agent', 'llm.request', { turn: 1, reply: 1, messages: 2, tokens: 9 }],
    [300, 'agent', 'llm.first_token', { reply: 1 }],
    [350, 'agent', 'discarded', { turn: 1, reply: 1 }],
    [500, 'agent', 'turn.committed', { turn: 1, reply: 2, text: 'tell me more' }],
  );
  expect(lane('llm').spans).toMatchObject([
    { fromUs: 200, untilUs: 300, look: 'wait' },
    { fromUs: 300, untilUs: 350, look: 'cut' },
  ]);
  expect(lane('decision').spans).toMatchObject([
    { fromUs: 100, untilUs: 500, look: 'soft' },
    { fromUs: 200, untilUs: 350, look: 'cut', label: 'speculated' },
  ]);
  expect(lane('decision').marks.map(({ label }) => label)).toEqual(['discarded', 'committed']);
});

test('one that is committed is solid', () => {
  const lane = lanesOf(
    [200, 'agent', 'speculated', { turn: 1, reply: 1, text: 'tell me' }],
    [500, 'agent', 'turn.committed', { turn: 1, reply: 1, text: 'tell me' }],
  );
  expect(lane('decision').spans).toMatchObject([{ fromUs: 200, untilUs: 500, look: 'solid' }]);
});

test('a ducked reply swells back, or is stopped', () => {
  const lane = lanesOf(
    [100, 'agent', 'reply.started', { reply: 1 }],
    [200, 'agent', 'ducked', { reply: 1 }],
    [300, 'agent', 'resumed', { reply: 1 }],
    [400, 'agent', 'ducked', { reply: 1 }],
    [450, 'agent', 'classified', { turn: 2, class: 'interruption' }],
    [460, 'agent', 'interrupted', { turn: 2, reply: 1 }],
    [460, 'agent', 'reply.stopped', { reply: 1, complete: false }],
  );
  const ducked = lane('sent').spans.filter(({ label }) => label === 'ducked');
  expect(ducked).toMatchObject([
    { fromUs: 200, untilUs: 300 },
    { fromUs: 400, untilUs: 460 },
  ]);
  expect(lane('sent').marks.map(({ label }) => label)).toEqual(['resumed', 'stopped']);
  expect(lane('decision').marks.map(({ label }) => label)).toEqual(['class: interruption', 'interrupted']);
});

test('hedges, retries, breakers and faults stand on the lane of their stage', () => {
  const lane = lanesOf(
    [100, 'agent', 'hedged', { stage: 'llm', reply: 1 }],
    [120, 'agent', 'hedge.won', { stage: 'llm', reply: 1 }],
    [130, 'agent', 'retry', { stage: 'tts', reason: 'timeout', delayUs: 100_000 }],
    [140, 'agent', 'breaker', { stage: 'stt', state: 'open' }],
    [150, 'llm', 'fault', { fault: 'stall', turn: 0 }],
  );
  expect(lane('llm').marks.map(({ label }) => label)).toEqual(['hedged', 'hedge won', 'stall']);
  expect(lane('tts').marks).toMatchObject([
    { label: 'retry', look: 'bad', note: expect.stringContaining('100 ms') },
  ]);
  expect(lane('stt').marks).toMatchObject([{ label: 'breaker', look: 'bad' }]);
});

test('a cough has its own length, a tool its own lane', () => {
  const lane = lanesOf(
    [1_000, 'caller', 'event', { kind: 'cough', atUs: 1_000, untilUs: 1_400 }],
    [2_000, 'agent', 'tool.called', { tool: 'opening_hours', call: 1, reply: 1 }],
    [2_100, 'agent', 'tool.called', { tool: 'book', call: 2, reply: 1 }],
    [2_500, 'agent', 'tool.result', { tool: 'opening_hours', call: 1, reply: 1, ok: true }],
    [2_600, 'agent', 'tool.cancelled', { tool: 'book', call: 2, reply: 1 }],
  );
  expect(lane('mouth').spans).toMatchObject([
    { fromUs: 1_000, untilUs: 1_400, label: 'cough', look: 'soft' },
  ]);
  expect(lane('tool').spans).toMatchObject([
    { fromUs: 2_000, untilUs: 2_500, label: 'opening_hours', look: 'solid' },
    { fromUs: 2_100, untilUs: 2_600, label: 'book', look: 'cut' },
  ]);
  expect(lane('tool').marks.map(({ label }) => label)).toEqual(['opening_hours answered', 'book given up']);
});

test('a word that broke off and went on is one word', () => {
  const lane = lanesOf(
    [1_000, 'caller', 'ear.audible', { atUs: 1_000, arrivedUs: 900 }],
    [1_200, 'caller', 'ear.word', { text: 'museum', onsetUs: 1_000, share: 0.4 }],
    [1_900, 'caller', 'ear.word', { text: 'museum', onsetUs: 1_000, share: 1 }],
  );
  expect(lane('word').spans).toMatchObject([{ fromUs: 1_000, untilUs: 1_900, look: 'solid' }]);
  expect(lane('network').spans).toMatchObject([{ fromUs: 900, untilUs: 1_000, label: 'buffer' }]);
});

test('what never ended, ends with the call', () => {
  const lane = lanesOf(
    [100, 'agent', 'llm.request', { turn: 1, reply: 1, messages: 2, tokens: 9 }],
    [5_000, 'agent', 'session.ended', { reason: 'hung up' }],
  );
  expect(lane('llm').spans).toMatchObject([{ fromUs: 100, untilUs: 5_000, look: 'wait' }]);
});
