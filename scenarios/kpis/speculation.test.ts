// Traces written by hand of answers that were begun before their turn was over: the path that they took,
// what of it was our own, and what was made in vain.
import { describe, expect, test } from 'vitest';
import type { AgentFact } from '#agent/core/fact.ts';
import { ms } from '#agent/core/time.ts';
import type { CallerFact, Fact, VendorFact } from '#sim/kernel/fact.ts';
import { conversationOf } from './conversation.ts';
import { cost } from './cost.ts';
import { join } from './exchange.ts';
import { overheadUs } from './overhead.ts';
import { instantsOf, STAGES, stagesOf } from './stage.ts';

type Plain<F> = F extends { t: number; who: string } ? Omit<F, 't' | 'who'> : never;
const agent = (atMs: number, fact: Plain<AgentFact>): Fact =>
  ({ t: ms(atMs), who: 'agent', ...fact }) as AgentFact;
const caller = (atMs: number, fact: Plain<CallerFact>): Fact =>
  ({ t: ms(atMs), who: 'caller', ...fact }) as CallerFact;
const vendor = (atMs: number, who: VendorFact['who'], fact: Plain<VendorFact>): Fact =>
  ({ t: ms(atMs), who, ...fact }) as VendorFact;

const TEXT = 'Where is it?';

const question: readonly Fact[] = [
  caller(1_000, { what: 'speaking', atUs: ms(1_000), act: 0, text: TEXT, role: 'turn' }),
  agent(1_100, { what: 'vad.started', turn: 1, atUs: ms(1_050) }),
  caller(2_000, { what: 'spoke', atUs: ms(2_000), act: 0 }),
  agent(2_080, { what: 'vad.stopped', turn: 1, atUs: ms(2_050), decidedUs: ms(2_080) }),
  agent(2_080, { what: 'stt.finalize', turn: 1 }),
  vendor(2_081, 'stt', { what: 'received', request: 0, detail: 'finalize' }),
  vendor(2_279, 'stt', { what: 'sent', request: 0, detail: 'final' }),
  agent(2_280, { what: 'stt.final', turn: 1, text: TEXT }),
];

/** Reply `reply` as it is made, from the request at `atMs` on. */
const made = (atMs: number, reply: number): readonly Fact[] => [
  agent(atMs, { what: 'speculated', turn: 1, reply, text: TEXT }),
  agent(atMs, { what: 'llm.request', turn: 1, reply, messages: 2, tokens: 40 }),
  vendor(atMs + 1, 'llm', { what: 'received', request: reply, detail: 'messages:2' }),
  vendor(atMs + 239, 'llm', { what: 'sent', request: reply, detail: 'first' }),
  agent(atMs + 240, { what: 'llm.first_token', reply }),
  vendor(atMs + 259, 'llm', { what: 'sent', request: reply, detail: 'text:9' }),
  agent(atMs + 260, { what: 'usage.llm', reply, ...TOKENS, wasted: false }),
  agent(atMs + 260, { what: 'tts.text', reply, text: 'Over there.' }),
  agent(atMs + 260, { what: 'usage.tts', reply, characters: 11 }),
  vendor(atMs + 261, 'tts', { what: 'received', request: reply, detail: 'text' }),
  vendor(atMs + 419, 'tts', { what: 'sent', request: reply, detail: 'audible' }),
  agent(atMs + 420, { what: 'tts.audible', reply }),
];
const TOKENS = { promptTokens: 40, cachedTokens: 0, completionTokens: 10 };

const given = (atMs: number, reply: number): readonly Fact[] => [
  agent(atMs, { what: 'reply.started', reply }),
  agent(atMs, { what: 'reply.audible', reply }),
  caller(atMs + 30, { what: 'ear.audible', atUs: ms(atMs + 30), arrivedUs: ms(atMs + 20) }),
];
const committed = (atMs: number, reply: number): Fact =>
  agent(atMs, { what: 'turn.committed', turn: 1, reply, text: TEXT });

function pathOf(facts: readonly Fact[]) {
  const inOrder = [...facts].sort((one, other) => one.t - other.t);
  const [exchange] = join(inOrder).exchanges;
  const instants = exchange && instantsOf(exchange);
  if (exchange === undefined || instants === undefined) throw new Error('the answer has no path');
  const stages = stagesOf(instants);
  const sum = STAGES.reduce((total, name) => total + (stages[name] ?? 0), 0);
  expect(sum).toBe(instants.earUs - instants.mouthEndUs);
  const inMs = Object.fromEntries(STAGES.map((name) => [name, (stages[name] ?? 0) / 1_000]));
  return { stages: inMs, overheadMs: (overheadUs(exchange, inOrder) ?? Number.NaN) / 1_000 };
}

test('the end of the turn comes while the model thinks: it costs nothing', () => {
  const { stages, overheadMs } = pathOf([
    ...question,
    ...made(2_280, 1),
    committed(2_410, 1),
    ...given(2_700, 1),
  ]);
  expect(stages).toEqual({
    uplink: 50,
    endpoint: 30,
    stt: 200,
    llm: 240,
    clause: 20,
    tts: 160,
    downlink: 20,
    playout: 10,
  });
  expect(overheadMs).toBe(2 + 2 + 1 + 2);
});

test('the voice is ready before the end of the turn: the wait is the endpoint’s, not overhead', () => {
  const { stages, overheadMs } = pathOf([
    ...question,
    ...made(2_280, 1),
    committed(3_650, 1),
    ...given(3_650, 1),
  ]);
  expect(stages).toMatchObject({ endpoint: 30 + 950, llm: 240, tts: 160, downlink: 20, playout: 10 });
  expect(overheadMs).toBe(2 + 2 + 1 + 2);
});

test('begun on the recogniser’s guess, as the pause begins: no transcript was waited for', () => {
  const { stages, overheadMs } = pathOf([
    ...question,
    ...made(2_080, 1),
    committed(2_410, 1),
    ...given(2_500, 1),
  ]);
  expect(stages).toMatchObject({ endpoint: 30, stt: 0, llm: 240, tts: 160 });
  expect(overheadMs).toBe(2 + 1 + 2);
});

describe('an answer that was thrown away', () => {
  const facts = [
    ...question,
    ...made(2_280, 1),
    agent(2_720, { what: 'discarded', turn: 1, reply: 1 }),
    ...made(2_720, 2),
    committed(2_900, 2),
    ...given(3_140, 2),
  ];

  test('is on nobody’s path', () => {
    expect(pathOf(facts).stages).toMatchObject({ endpoint: 30 + 440, stt: 200, llm: 240, downlink: 20 });
  });

  test('is counted: its tokens and characters were for nothing', () => {
    const outcome = { scenario: 's', seed: 1, end: 'finished', detail: '', traceHash: '' } as const;
    const run = { ...outcome, facts, simulatedSeconds: 10, cpuSeconds: 1, events: 1 };
    const script = { voice: 'nobody', acts: [] };
    const brain = { facts: [], replies: [], fallback: '' };
    const scenario = { name: 's', about: '', caller: script, brain, probes: [], targets: [] };
    const prices = { sttUsdPerHour: 1, llmUsdPerMInput: 1, llmUsdPerMOutput: 1, ttsUsdPer1kChars: 1 };
    const samples = [...cost(conversationOf(run, scenario, prices))];
    const figure = (kpi: string) => samples.find((sample) => sample.kpi === kpi)?.value;
    expect(figure('wasted_tokens')).toBe(50);
    expect(figure('wasted_chars')).toBe(11);
    expect(figure('cost_usd.tts')).toBeCloseTo(22 / 1_000);
  });
});
