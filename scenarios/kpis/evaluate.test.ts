import { expect, test } from 'vitest';
import type { AgentFact } from '#agent/core/fact.ts';
import { ms } from '#agent/core/time.ts';
import { figureOf, resultSchema, type ScenarioResult } from '#reports/result.ts';
import type { CallerFact, Fact, VendorFact } from '#sim/kernel/fact.ts';
import type { RunOutcome } from '../runner/run.ts';
import type { Scenario } from '../script/scenario.ts';
import type { Prices } from './conversation.ts';
import { evaluate } from './evaluate.ts';
import { fold } from './fold.ts';

const PRICES = { sttUsdPerHour: 0.36, llmUsdPerMInput: 1, llmUsdPerMOutput: 2, ttsUsdPer1kChars: 0.1 };
const SETUP = {
  origin: 'story',
  world: 'sim',
  transport: 'websocket',
  network: 'loopback',
  providers: 'prd',
  policy: 'parley',
};

const SCENARIO: Scenario = {
  name: 'story',
  about: 'A conversation written by hand.',
  caller: {
    voice: 'nobody',
    acts: [
      { kind: 'say', parts: [{ text: 'When do you open?' }] },
      { kind: 'interrupt', parts: [{ text: 'Stop.' }], afterMs: 500 },
      { kind: 'hang_up' },
    ],
  },
  brain: { facts: [], replies: [], fallback: 'Yes.' },
  probes: [{ act: 0, expects: 'nine in the', distance: 2 }],
  targets: [],
};

type Plain<F> = F extends { t: number; who: string } ? Omit<F, 't' | 'who'> : never;
const agent = (atMs: number, fact: Plain<AgentFact>): Fact =>
  ({ t: ms(atMs), who: 'agent', ...fact }) as AgentFact;
const caller = (atMs: number, fact: Plain<CallerFact>): Fact =>
  ({ t: ms(atMs), who: 'caller', ...fact }) as CallerFact;
const vendor = (atMs: number, who: VendorFact['who'], fact: Plain<VendorFact>): Fact =>
  ({ t: ms(atMs), who, ...fact }) as VendorFact;
const word = (fromMs: number, toMs: number, text: string, share = 1): Fact =>
  caller(toMs, { what: 'ear.word', text, onsetUs: ms(fromMs), share });

const question = [
  caller(0, { what: 'connected' }),
  caller(1000, { what: 'speaking', atUs: ms(1000), act: 0, text: 'When do you open?', role: 'turn' }),
  agent(1120, { what: 'turn.started', turn: 1 }),
  agent(1120, { what: 'vad.started', turn: 1, atUs: ms(1050) }),
  caller(2000, { what: 'spoke', atUs: ms(2000), act: 0 }),
  agent(2222, { what: 'vad.stopped', turn: 1, atUs: ms(2030), decidedUs: ms(2222) }),
  agent(2222, { what: 'stt.finalize', turn: 1 }),
  agent(2222, { what: 'usage.stt', us: ms(1200) }),
];

const answered = [
  vendor(2223, 'stt', { what: 'received', request: 0, detail: 'finalize' }),
  vendor(2299, 'stt', { what: 'sent', request: 0, detail: 'final' }),
  agent(2300, { what: 'stt.final', turn: 1, text: 'when do you open' }),
  agent(2310, { what: 'turn.committed', turn: 1, reply: 1, text: 'when do you open' }),
  agent(2310, { what: 'llm.request', turn: 1, reply: 1, messages: 2, tokens: 40 }),
  vendor(2311, 'llm', { what: 'received', request: 0, detail: 'chat' }),
  vendor(2499, 'llm', { what: 'sent', request: 0, detail: 'At' }),
  agent(2500, { what: 'llm.first_token', reply: 1 }),
  vendor(2539, 'llm', { what: 'sent', request: 0, detail: 'morning.' }),
  agent(2540, { what: 'tts.text', reply: 1, text: 'At nine in the morning.' }),
  agent(2540, { what: 'usage.tts', reply: 1, characters: 23 }),
  agent(2540, { what: 'llm.done', reply: 1, finish: 'stop', text: 'At nine in the morning.' }),
  agent(2540, {
    what: 'usage.llm',
    reply: 1,
    promptTokens: 40,
    cachedTokens: 0,
    completionTokens: 10,
    wasted: false,
  }),
  vendor(2541, 'tts', { what: 'received', request: 0, detail: 'text' }),
  vendor(2699, 'tts', { what: 'sent', request: 0, detail: 'audio' }),
  agent(2700, { what: 'tts.audible', reply: 1 }),
  agent(2700, { what: 'reply.started', reply: 1 }),
  agent(2700, { what: 'reply.audible', reply: 1 }),
];

/** The reply is heard to its end; the caller says goodbye by hanging up. */
const heardOut = [
  caller(2735, { what: 'ear.audible', atUs: ms(2735), arrivedUs: ms(2720) }),
  word(2735, 2900, 'At'),
  word(2900, 3200, 'nine'),
  word(3200, 3300, 'in'),
  word(3300, 3400, 'the'),
  word(3400, 3900, 'morning.'),
  agent(3850, { what: 'reply.stopped', reply: 1, complete: true }),
  agent(3900, { what: 'context', role: 'assistant', text: 'At nine in the morning.', merged: false }),
  caller(4140, { what: 'ear.quiet', atUs: ms(3900) }),
  caller(6000, { what: 'hung_up' }),
  agent(6010, { what: 'session.ended', reason: 'the client left' }),
];

/** The caller speaks over the third word. The agent believes in three words, of which two were heard. */
const bargedIn = [
  caller(2735, { what: 'ear.audible', atUs: ms(2735), arrivedUs: ms(2720) }),
  word(2735, 2900, 'At'),
  word(2900, 3200, 'nine'),
  caller(3235, { what: 'speaking', atUs: ms(3235), act: 1, text: 'Stop.', role: 'interruption' }),
  agent(3400, { what: 'turn.started', turn: 2 }),
  agent(3400, { what: 'interrupted', turn: 2, reply: 1 }),
  agent(3400, { what: 'reply.stopped', reply: 1, complete: false }),
  agent(3400, { what: 'context', role: 'assistant', text: 'At nine in', merged: false }),
  agent(3400, { what: 'vad.started', turn: 2, atUs: ms(3300) }),
  word(3250, 3435, 'in', 0.4),
  caller(3675, { what: 'ear.quiet', atUs: ms(3435) }),
  caller(3700, { what: 'spoke', atUs: ms(3700), act: 1 }),
];

const outcome = (facts: readonly Fact[], change: Partial<RunOutcome> = {}): RunOutcome => ({
  scenario: 'story',
  seed: 7,
  end: 'finished',
  detail: '',
  facts,
  traceHash: '00000000deadbeef',
  simulatedSeconds: 6,
  cpuSeconds: 0.01,
  events: 500,
  ...change,
});

const judge = (
  outcomes: readonly RunOutcome[],
  scenario = SCENARIO,
  prices: Prices = PRICES,
  origin = 'story',
): ScenarioResult =>
  evaluate(
    outcomes.map((one) => fold(one, scenario, prices)),
    scenario,
    { ...SETUP, origin },
    0.5,
  );

const tell = (facts: readonly Fact[], scenario = SCENARIO): ScenarioResult =>
  judge([outcome(facts)], scenario);
const value = (result: ScenarioResult, id: string) => figureOf(result.kpis[id], 'value');
const p50 = (result: ScenarioResult, id: string) => figureOf(result.kpis[id], 'p50');
const n = (result: ScenarioResult, id: string) => result.kpis[id]?.n;

test('a question answered: each stage has its milliseconds, and they add up to what the ear waited', () => {
  const result = tell([...question, ...answered, ...heardOut]);
  const stages = ['uplink', 'endpoint', 'stt', 'llm', 'clause', 'tts', 'downlink', 'playout'];
  const figures = stages.map((name) => p50(result, `stage.${name}_ms`));
  // The endpoint waits 192 ms for the pause and, the transcript being early, 10 ms more.
  expect(figures).toEqual([30, 202, 78, 190, 40, 160, 20, 15]);
  expect(p50(result, 'voice_to_voice_ms')).toBe(735);
  expect(p50(result, 'endpoint_delay_ms')).toBe(310);
  expect(p50(result, 'stt_final_ms')).toBe(78);
  expect(p50(result, 'llm_first_token_ms')).toBe(190);
  expect(p50(result, 'tts_first_audio_ms')).toBe(160);
});

test('overhead is what is left of the response when vendors and policy have had their time', () => {
  const result = tell([...question, ...answered, ...heardOut]);
  expect(p50(result, 'agent_response_ms')).toBe(670);
  // A millisecond there and one back for each vendor, and one for the clause to arrive.
  expect(p50(result, 'overhead_ms')).toBe(7);
  const real = [...question, ...answered, ...heardOut].filter(
    ({ who }) => who === 'agent' || who === 'caller',
  );
  expect(p50(tell(real), 'overhead_ms')).toBeNull();
});

test('the words of the reply are judged at the ear, whatever the model said', () => {
  const whole = tell([...question, ...answered, ...heardOut]);
  expect(value(whole, 'context_retention')).toBe(1);
  expect(p50(whole, 'heard_truncation_words.uninterrupted')).toBe(0);
  const deaf = heardOut.filter((fact) => !('text' in fact && fact.text === 'nine'));
  const result = tell([...question, ...answered, ...deaf]);
  expect(value(result, 'context_retention')).toBe(0);
  expect(p50(result, 'heard_truncation_words.uninterrupted')).toBe(1);
  expect(result.verdict).toBe('fail');
});

test('what was not measured is null and neither passes nor fails', () => {
  const result = tell([...question, ...answered, ...heardOut]);
  expect(p50(result, 'barge_stop_ear_ms')).toBeNull();
  expect(value(result, 'yield_rate')).toBeNull();
  expect(result.kpis['yield_rate']).toMatchObject({ n: 0, verdict: 'none', interval: null });
});

test('an interruption: when the agent fell silent, what it still said, and what it believes it said', () => {
  const result = tell([...question, ...answered, ...bargedIn]);
  expect(p50(result, 'barge_stop_ear_ms')).toBe(200);
  expect(p50(result, 'barge_stop_agent_ms')).toBe(165);
  expect(p50(result, 'barge_residual_words')).toBe(1);
  expect(['yield_rate', 'yield_rate.1000ms', 'yield_rate.500ms'].map((id) => value(result, id))).toEqual([
    1, 1, 1,
  ]);
  expect(p50(result, 'heard_truncation_words')).toBe(1);
  expect(p50(result, 'heard_truncation_words.unheard')).toBe(1);
  expect(p50(result, 'heard_truncation_words.unbelieved')).toBe(0);
  expect(n(result, 'heard_truncation_words.uninterrupted')).toBe(0);
  expect(value(result, 'wasted_chars')).toBe('At nine in the morning.'.length - 'At nine in'.length);
});

test('an agent that talks on for ever does not yield, and its stop is no number', () => {
  const deafAgent = bargedIn.filter((fact) => fact.who !== 'agent' && fact.what !== 'ear.quiet');
  const result = tell([...question, ...answered, ...deafAgent]);
  expect(value(result, 'yield_rate')).toBe(0);
  expect(p50(result, 'barge_stop_ear_ms')).toBeNull();
});

test('an act meant as an interruption into silence is none', () => {
  const late = caller(5000, {
    what: 'speaking',
    atUs: ms(5000),
    act: 1,
    text: 'Stop.',
    role: 'interruption',
  });
  expect(n(tell([...question, ...answered, ...heardOut.slice(0, -2), late]), 'yield_rate')).toBe(0);
});

test('a hesitation cut off by an early answer is one premature turn, and the later one answers', () => {
  const early = [
    agent(1500, { what: 'vad.stopped', turn: 1, atUs: ms(1308), decidedUs: ms(1500) }),
    agent(1500, { what: 'stt.finalize', turn: 1 }),
    agent(1550, { what: 'stt.final', turn: 1, text: 'when' }),
    agent(1550, { what: 'turn.committed', turn: 1, reply: 1, text: 'when' }),
    agent(1550, { what: 'llm.request', turn: 1, reply: 1, messages: 2, tokens: 40 }),
    agent(1700, { what: 'turn.started', turn: 2 }),
    agent(1700, { what: 'interrupted', turn: 2, reply: 0 }),
    agent(1700, { what: 'cancelled', stage: 'llm', reply: 1 }),
    agent(1700, { what: 'vad.started', turn: 2, atUs: ms(1650) }),
  ];
  const later = [...question.slice(4), ...answered, ...heardOut].map((fact) => ({
    ...fact,
    ...('turn' in fact && fact.who === 'agent' ? { turn: 2 } : {}),
    ...('reply' in fact ? { reply: 2 } : {}),
    ...(fact.what === 'stt.final' ? { text: 'do you open' } : {}),
  })) as Fact[];
  const result = tell([...question.slice(0, 4), ...early, ...later]);
  expect(result.turns).toBe(1);
  expect(value(result, 'premature_endpoint_rate')).toBe(0.5);
  expect(p50(result, 'voice_to_voice_ms')).toBe(735);
  expect(value(result, 'wer')).toBe(0);
});

test('nobody answers: an awkward silence, an unanswered turn, no latency, and a stuck turn', () => {
  const silence = [
    caller(10_000, { what: 'gave_up', act: 0 }),
    caller(14_000, { what: 'hung_up' }),
    agent(14_000, { what: 'session.ended', reason: 'the client left' }),
  ];
  const result = tell([...question, ...silence]);
  expect(p50(result, 'voice_to_voice_ms')).toBeNull();
  expect(value(result, 'unanswered_turns')).toBe(1);
  expect(value(result, 'awkward_silence_rate')).toBe(1);
  expect(value(result, 'stuck_turns')).toBe(1);
  expect(value(result, 'lost_finals')).toBe(1);
  expect(value(result, 'completion_rate')).toBe(0);
});

test('a final transcript that comes twice is counted, and its words are errors', () => {
  const twice = agent(2301, { what: 'stt.final', turn: 1, text: 'When do you open?' });
  const result = tell([...question, ...answered.slice(0, 3), twice, ...answered.slice(3), ...heardOut]);
  expect(value(result, 'duplicate_finals')).toBe(1);
  expect(value(result, 'wer')).toBe(1);
});

test('a fault nobody noticed is recovered from; an apology is not', () => {
  const fault = vendor(2312, 'llm', { what: 'fault', fault: 'http_5xx', turn: 0 });
  const story = [...question, fault, ...answered, ...heardOut];
  expect(value(tell(story), 'recovery_rate')).toBe(1);
  const reason = { stage: 'llm', reason: 'overloaded', message: '503', fatal: false } as const;
  const error = agent(2490, { what: 'error', ...reason });
  const apology = tell([
    ...question,
    fault,
    ...answered.slice(0, 6),
    error,
    ...answered.slice(6),
    ...heardOut,
  ]);
  expect(value(apology, 'recovery_rate')).toBe(0);
  expect(value(apology, 'error_rate')).toBe(1);
});

test('cost is usage times price, and an unknown price makes it unknown', () => {
  const facts = [...question, ...answered, ...heardOut];
  const result = tell(facts);
  // 1.2 s at 0.36 USD/h, 40 + 10 tokens at 1 and 2 USD/M, 23 characters at 0.1 USD/1000.
  const { cost } = result;
  expect([cost.stt, cost.llm, cost.tts].map((usd) => usd?.toFixed(9))).toEqual([
    '0.000120000',
    '0.000060000',
    '0.002300000',
  ]);
  expect(cost.usd).toBeCloseTo(0.00248, 10);
  expect(value(result, 'cost_usd_per_min')).toBeCloseTo(0.00248 / 0.1, 10);
  expect(value(result, 'stt_audio_ratio')).toBe(0.2);
  const unknown = judge([outcome(facts)], SCENARIO, { ...PRICES, ttsUsdPer1kChars: null });
  expect(unknown.cost).toMatchObject({ usd: null, stt: cost.stt, tts: null });
  expect(value(unknown, 'cost_usd')).toBeNull();
});

test('a scenario’s own target replaces the general one, and must be measured to hold', () => {
  const strict = (kpi: string, statistic: 'p50' | 'value', bound: number): Scenario => ({
    ...SCENARIO,
    targets: [{ kpi, statistic, comparison: '<=', bound }],
  });
  const facts = [...question, ...answered, ...heardOut];
  const missed = tell(facts, strict('voice_to_voice_ms', 'p50', 700));
  const failure = missed.failures.find(({ kpi }) => kpi === 'voice_to_voice_ms');
  expect(failure?.why).toBe('voice_to_voice_ms p50 is 735, required p50 <= 700 (scenario) [ms, n=1]');
  expect(failure?.evidence).toEqual([{ seed: 7, act: 0, value: 735 }]);
  expect(failure?.replay).toMatch(/^npm run scenario -- story --seed 7 --world sim /);
  expect(tell(facts, strict('voice_to_voice_ms', 'p50', 800)).kpis['voice_to_voice_ms']?.verdict).toBe(
    'pass',
  );
  const file = judge(
    [outcome(facts)],
    strict('voice_to_voice_ms', 'p50', 700),
    PRICES,
    "./my calls/it's.json",
  );
  expect(file.origin).toBe("./my calls/it's.json");
  expect(file.failures.at(-1)?.replay).toMatch(
    /^npm run scenario -- '\.\/my calls\/it'\\''s\.json' --seed 7 /,
  );
  const unmeasured = tell(facts, strict('barge_stop_ear_ms', 'p50', 250)).kpis['barge_stop_ear_ms'];
  expect(unmeasured?.verdict).toBe('fail');
});

test('a run that crashed before its first fact is a failure with its reason, not an exception', () => {
  const crashed = outcome([], { end: 'crashed', detail: 'Error: no such voice' });
  const result = judge([crashed]);
  expect(result.verdict).toBe('fail');
  expect(result.failures[0]?.why).toContain('crashed (Error: no such voice)');
});

test('several runs: samples are pooled, the hash covers all, and the result is as its schema says', () => {
  const facts = [...question, ...answered, ...heardOut];
  const two = [outcome(facts), outcome(facts, { seed: 8, traceHash: '1111111122222222' })];
  const result = judge(two);
  expect(n(result, 'voice_to_voice_ms')).toBe(2);
  expect(result.traceHash).toMatch(/^[0-9a-f]{16}$/);
  expect(result.traceHash).not.toBe(judge(two.toReversed()).traceHash);
  expect(result.kpis['context_retention']?.interval?.low).toBeCloseTo(0.342, 3);
  expect(resultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  expect(judge(two)).toEqual(result);
  expect(result, 'and took as long as all of them together').toMatchObject({ wallSeconds: 0.5 });
});
