// False alarms in traces written by hand: what counts as an opportunity, as a stop, and as the gap before
// the reply goes on; and that nobody's sounds are not taken for the caller's turns.
import { describe, expect, test } from 'vitest';
import type { AgentFact } from '#agent/core/fact.ts';
import { ms } from '#agent/core/time.ts';
import type { CallerEvent, CallerFact, Fact } from '#sim/kernel/fact.ts';
import { singleTurn } from '../library/single-turn.ts';
import { conversationOf } from './conversation.ts';
import { falseAlarm } from './false-alarm.ts';

type Plain<F> = F extends { t: number; who: string } ? Omit<F, 't' | 'who'> : never;
const agent = (atMs: number, fact: Plain<AgentFact>): Fact =>
  ({ t: ms(atMs), who: 'agent', ...fact }) as AgentFact;
const caller = (atMs: number, fact: Plain<CallerFact>): Fact =>
  ({ t: ms(atMs), who: 'caller', ...fact }) as CallerFact;
const event = (kind: CallerEvent, fromMs: number, untilMs: number): Fact =>
  caller(fromMs, { what: 'event', kind, act: 0, atUs: ms(fromMs), untilUs: ms(untilMs), detail: '' });
const audible = (atMs: number): Fact => caller(atMs, { what: 'ear.audible', atUs: ms(atMs) });
const quiet = (atMs: number): Fact => caller(atMs + 240, { what: 'ear.quiet', atUs: ms(atMs) });

/** The caller asks from 1 s to 2 s; the reply is heard from 3 s on. */
const answered = [
  caller(1_000, { what: 'speaking', atUs: ms(1_000), act: 0, text: 'When?', role: 'turn' }),
  agent(1_100, { what: 'vad.started', turn: 1, atUs: ms(1_050) }),
  caller(2_000, { what: 'spoke', atUs: ms(2_000), act: 0 }),
  agent(2_200, { what: 'stt.finalize', turn: 1 }),
  agent(2_300, { what: 'stt.final', turn: 1, text: 'when' }),
  agent(2_310, { what: 'turn.committed', turn: 1, reply: 1, text: 'when' }),
  agent(2_310, { what: 'llm.request', turn: 1, reply: 1, messages: 2, tokens: 40 }),
  agent(2_900, { what: 'reply.started', reply: 1 }),
  agent(2_900, { what: 'reply.audible', reply: 1 }),
  audible(3_000),
];
const heardOut = [agent(8_900, { what: 'reply.stopped', reply: 1, complete: true }), quiet(9_000)];
const stopped = (atMs: number): Fact[] => [
  agent(atMs, { what: 'interrupted', turn: 2, reply: 1 }),
  agent(atMs, { what: 'reply.stopped', reply: 1, complete: false }),
  quiet(atMs + 100),
];

const PRICES = { sttUsdPerHour: null, llmUsdPerMInput: null, llmUsdPerMOutput: null, ttsUsdPer1kChars: null };

const joined = (facts: readonly Fact[]) =>
  conversationOf(
    {
      scenario: 'story',
      seed: 1,
      end: 'finished',
      detail: '',
      facts: facts.toSorted((one, other) => one.t - other.t),
      traceHash: '',
      simulatedSeconds: 10,
      cpuSeconds: 0,
      events: 0,
    },
    singleTurn,
    PRICES,
  );
const tell = (...facts: readonly Fact[]): string[] =>
  [...falseAlarm(joined([...answered, ...facts]))].map(({ kpi, value }) => `${kpi} ${value}`);

describe('an opportunity', () => {
  test.each([
    ['backchannel', 'backchannel'],
    ['noise', 'noise'],
    ['cough', 'noise'],
    ['echo', 'echo'],
    ['side_talk', 'side_talk'],
  ] as const)('is a %s over a reply: class %s', (kind, name) => {
    expect(tell(event(kind, 5_000, 5_400), ...heardOut)).toEqual([`false_interruption_rate.${name} 0`]);
  });

  test('is none while the agent is silent, and no part of an utterance', () => {
    expect(tell(event('cough', 2_400, 2_800), ...heardOut)).toEqual([]);
    expect(tell(event('hesitation', 5_000, 5_400), ...heardOut)).toEqual([]);
  });

  test('comes again with every reply over which a long noise sounds', () => {
    const again = [
      agent(9_500, { what: 'llm.request', turn: 2, reply: 2, messages: 2, tokens: 40 }),
      agent(9_900, { what: 'reply.audible', reply: 2 }),
      audible(10_000),
      quiet(11_000),
    ];
    expect(tell(event('noise', 100, 20_000), ...heardOut, ...again)).toHaveLength(2);
  });
});

describe('a false alarm', () => {
  test('is a reply that is stopped for the sound, or soon after it', () => {
    for (const atMs of [5_200, 6_500]) {
      expect(tell(event('backchannel', 5_000, 5_400), ...stopped(atMs))).toEqual([
        'false_interruption_rate.backchannel 1',
      ]);
    }
  });

  test('is not a stop long after the sound', () => {
    expect(tell(event('cough', 5_000, 5_400), ...stopped(7_500))).toEqual([
      'false_interruption_rate.noise 0',
    ]);
  });

  test('is not a stop for a caller who really speaks', () => {
    const interrupts = caller(5_300, {
      what: 'speaking',
      atUs: ms(5_300),
      act: 1,
      text: 'Stop.',
      role: 'interruption',
    });
    expect(tell(event('cough', 5_000, 5_400), interrupts, ...stopped(5_600))).toEqual([
      'false_interruption_rate.noise 0',
    ]);
  });

  test('is not a pause after which the reply goes on: that is a gap', () => {
    expect(tell(event('backchannel', 5_000, 5_400), quiet(5_300), audible(5_900), ...heardOut)).toEqual([
      'false_interruption_rate.backchannel 0',
      'resume_gap_ms 600',
    ]);
  });
});

test('a pause without any sound is no gap of this kind', () => {
  expect(tell(quiet(5_300), audible(5_900), ...heardOut)).toEqual([]);
});

test('a turn that heard nothing but a backchannel is nobody’s: neither its words nor its answer', () => {
  const heard = [
    agent(5_150, { what: 'vad.started', turn: 2, atUs: ms(5_120) }),
    agent(5_500, { what: 'stt.finalize', turn: 2 }),
    agent(5_600, { what: 'stt.final', turn: 2, text: 'okay' }),
    agent(5_610, { what: 'turn.committed', turn: 2, reply: 2, text: 'okay' }),
    agent(5_610, { what: 'llm.request', turn: 2, reply: 2, messages: 2, tokens: 40 }),
  ];
  const facts = [...answered, ...heardOut, ...heard];
  const [unaware] = joined(facts).exchanges;
  expect([unaware?.answering?.number, unaware?.finals]).toEqual([2, ['when', 'okay']]);
  const [exchange] = joined([...facts, event('backchannel', 5_000, 5_400)]).exchanges;
  expect([exchange?.answering?.number, exchange?.finals]).toEqual([1, ['when']]);
});
