// Every vendor that the agent can talk to holds a whole conversation in the simulated world, in the first
// place and in reserve, and a fault of its costs no turn where another stands by.
import { describe, expect, test } from 'vitest';
import type { Fact } from '#sim/kernel/fact.ts';
import type { FaultSpec } from '#sim/providers/fault.ts';
import { interruptionMid } from './library/interruption-mid.ts';
import { multiTurn } from './library/multi-turn.ts';
import { singleTurn } from './library/single-turn.ts';
import { toolCall } from './library/tool-call.ts';
import { play } from './runner/play.ts';
import type { RunOutcome, RunRequest } from './runner/run.ts';

const asked = { world: 'sim', seed: 1, network: 'delay=20ms' } as const;

const playWith = (providers: string, more: Partial<RunRequest> = {}): Promise<RunOutcome> =>
  play({ ...asked, scenario: singleTurn, providers, ...more });

const answersIn = (facts: readonly Fact[]): number =>
  facts.filter((fact) => fact.who === 'agent' && fact.what === 'turn.committed').length;
const errorsIn = (facts: readonly Fact[]): readonly string[] =>
  facts.flatMap((fact) => (fact.who === 'agent' && fact.what === 'error' ? [fact.message] : []));
const wordsHeard = (facts: readonly Fact[]): string =>
  facts.flatMap((fact) => (fact.who === 'caller' && fact.what === 'ear.word' ? [fact.text] : [])).join(' ');

const CASTS = [
  'stt=assemblyai',
  'stt=assemblyai/universal-3-5-pro',
  'stt=cartesia/ink-2',
  'stt=elevenlabs',
  'llm=anthropic',
  'llm=groq',
  'llm=openai',
  'llm=openai/gpt-5-mini',
  'llm=openai-compatible',
  'stt=deepgram',
  'stt=deepgram/flux-general-en',
  'tts=deepgram',
  'tts=cartesia',
  'stt=deepgram/flux-general-en,llm=groq,tts=deepgram',
] as const;

describe.each(CASTS)('with %s', (cast) => {
  test('a caller is answered, and nothing goes wrong', async () => {
    const { end, facts, detail } = await playWith(`prd,${cast}`);
    expect([end, detail]).toEqual(['finished', '']);
    expect(errorsIn(facts)).toEqual([]);
    expect(wordsHeard(facts)).toBe(wordsHeard((await playWith('prd')).facts));
  });

  test('the same call is the same twice', async () => {
    const [first, second] = [await playWith(`published,${cast}`), await playWith(`published,${cast}`)];
    expect(first.traceHash).toBe(second.traceHash);
  });
});

const OUTAGES: readonly FaultSpec[] = [
  { vendor: 'stt', kind: 'connect_refused' },
  { vendor: 'stt', kind: 'http_401' },
  { vendor: 'stt', kind: 'stall_before' },
  { vendor: 'stt', kind: 'cut' },
  { vendor: 'tts', kind: 'http_429' },
  { vendor: 'tts', kind: 'stall_before' },
  { vendor: 'tts', kind: 'stall_mid' },
  { vendor: 'tts', kind: 'cut' },
  { vendor: 'tts', kind: 'malformed' },
  { vendor: 'llm', kind: 'http_5xx' },
  { vendor: 'llm', kind: 'error_mid' },
];

describe.each(OUTAGES)('when $kind befalls the first $vendor', (fault) => {
  const ALL = 'stt=deepgram,llm=groq,tts=deepgram';
  const SECOND = 'second-stt=deepgram,second-llm=groq,second-tts=deepgram';

  test.each([
    [
      'the vendors of the requirements stand in',
      `prd,${ALL},second-stt=cartesia,second-llm=cerebras,second-tts=elevenlabs`,
    ],
    ['the others stand in for them', `prd,${SECOND}`],
  ])('%s', async (_what, providers) => {
    const scenario = { ...singleTurn, faults: [fault] };
    const { end, facts } = await playWith(providers, { scenario, hedge: 'failover' });
    expect(end).toBe('finished');
    expect(wordsHeard(facts)).toContain('we');
  });

  test('alone, nobody waits for ever', async () => {
    const scenario = { ...singleTurn, faults: [fault] };
    expect((await playWith(`prd,${ALL}`, { scenario })).end).toBe('finished');
  });
});

const OTHERS = 'tts=cartesia,llm=anthropic';
const OTHER_OUTAGES: readonly FaultSpec[] = [
  { vendor: 'tts', kind: 'connect_refused' },
  { vendor: 'tts', kind: 'http_401' },
  { vendor: 'tts', kind: 'http_429' },
  { vendor: 'tts', kind: 'stall_before' },
  { vendor: 'tts', kind: 'stall_mid' },
  { vendor: 'tts', kind: 'cut' },
  { vendor: 'tts', kind: 'malformed' },
  { vendor: 'tts', kind: 'error_mid' },
  { vendor: 'llm', kind: 'connect_refused' },
  { vendor: 'llm', kind: 'http_401' },
  { vendor: 'llm', kind: 'http_429' },
  { vendor: 'llm', kind: 'http_5xx' },
  { vendor: 'llm', kind: 'stall_before' },
  { vendor: 'llm', kind: 'stall_mid' },
  { vendor: 'llm', kind: 'cut' },
  { vendor: 'llm', kind: 'error_mid' },
];

describe.each(OTHER_OUTAGES)('when $kind befalls Sonic or Claude as $vendor', (fault) => {
  test('another stands in, and alone nobody waits for ever', async () => {
    const scenario = { ...singleTurn, faults: [fault] };
    const reserve = 'second-tts=elevenlabs,second-llm=cerebras';
    const relieved = await playWith(`prd,${OTHERS},${reserve}`, { scenario, hedge: 'failover' });
    expect(relieved.end).toBe('finished');
    expect(wordsHeard(relieved.facts)).toContain('we');
    expect((await playWith(`prd,${OTHERS}`, { scenario })).end).toBe('finished');
  });
});

test('a voice whose contexts expire loses no word of a model that stops and starts', async () => {
  const slow: FaultSpec = { vendor: 'llm', kind: 'trickle', factor: 12 };
  const contextsIn = (facts: readonly Fact[]) =>
    facts.filter(({ who, what }) => who === 'tts' && what === 'received').length;
  const usual = await playWith('prd,tts=cartesia', { scenario: multiTurn });
  const slowed = await playWith('prd,tts=cartesia', { scenario: { ...multiTurn, faults: [slow] } });
  expect(errorsIn(slowed.facts)).toEqual([]);
  expect(wordsHeard(slowed.facts)).toBe(wordsHeard(usual.facts));
  expect(contextsIn(slowed.facts)).toBeGreaterThan(contextsIn(usual.facts));
});

const HEARING_FAULTS: readonly FaultSpec[] = [
  { vendor: 'stt', kind: 'connect_refused' },
  { vendor: 'stt', kind: 'http_401' },
  { vendor: 'stt', kind: 'http_429' },
  { vendor: 'stt', kind: 'http_5xx' },
  { vendor: 'stt', kind: 'stall_before' },
  { vendor: 'stt', kind: 'cut', times: 1 },
  { vendor: 'stt', kind: 'cut' },
  { vendor: 'stt', kind: 'malformed' },
  { vendor: 'stt', kind: 'error_mid' },
];

describe.each(['assemblyai', 'cartesia/ink-2', 'elevenlabs'])('when %s fails to hear', (vendor) => {
  test.each(HEARING_FAULTS)('by $kind, nobody waits for ever, and another stands in', async (fault) => {
    const scenario = { ...singleTurn, faults: [fault] };
    expect((await playWith(`prd,stt=${vendor}`, { scenario })).end).toBe('finished');
    const reserved = `prd,stt=${vendor},second-stt=deepgram`;
    const { end, facts } = await playWith(reserved, { scenario, hedge: 'failover' });
    expect(end).toBe('finished');
    expect(wordsHeard(facts)).toContain('we');
  });

  test('a cut in the middle of a call costs no word of it', async () => {
    const faults: readonly FaultSpec[] = [{ vendor: 'stt', kind: 'cut', turns: [3] }];
    const { end, facts } = await playWith(`prd,stt=${vendor}`, { scenario: { ...multiTurn, faults } });
    expect(end).toBe('finished');
    expect(answersIn(facts)).toBeGreaterThanOrEqual(13);
  });
});

test('fourteen turns with other vendors keep every fact that was planted', async () => {
  const providers = 'prd,stt=deepgram/flux-general-en,llm=groq,tts=deepgram';
  const { end, facts } = await playWith(providers, { scenario: multiTurn });
  expect(end).toBe('finished');
  expect(answersIn(facts)).toBeGreaterThanOrEqual(14);
  const vendors = new Set(facts.flatMap((fact) => ('vendor' in fact ? [fact.vendor] : [])));
  expect([...vendors].sort()).toEqual(['deepgram', 'groq']);
});

test('Sonic and Claude hold a long call, and forget nothing either', async () => {
  const { end, facts } = await playWith(`prd,${OTHERS}`, { scenario: multiTurn });
  expect(end).toBe('finished');
  expect(errorsIn(facts)).toEqual([]);
  expect(wordsHeard(facts)).toBe(wordsHeard((await playWith('prd', { scenario: multiTurn })).facts));
});

test('Claude calls tools, and speaks of what they answered', async () => {
  const { end, facts } = await playWith('prd,llm=anthropic', { scenario: toolCall });
  expect(end).toBe('finished');
  expect(errorsIn(facts)).toEqual([]);
  expect(wordsHeard(facts)).toBe(wordsHeard((await playWith('prd', { scenario: toolCall })).facts));
});

test('Sonic is silent when it is interrupted, and the vendor is told', async () => {
  // A voice that is little faster than speech still has to be stopped.
  const slow: FaultSpec = { vendor: 'tts', kind: 'trickle', factor: 9 };
  const scenario = { ...interruptionMid, faults: [slow] };
  const { end, facts } = await playWith('prd,tts=cartesia', { scenario });
  expect(end).toBe('finished');
  expect(errorsIn(facts)).toEqual([]);
  expect(facts.some(({ who, what }) => who === 'tts' && what === 'cancelled')).toBe(true);
  expect(wordsHeard(facts)).toBe(wordsHeard((await playWith('prd', { scenario })).facts));
});
