// Spans from facts: whose child each one is, what it says, and that none stays open.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentFact } from '../core/fact.ts';
import type { StatedFact } from '../core/outlet.ts';
import { toMs } from '../core/time.ts';
import { at, exchange } from './rehearsal.test-support.ts';
import type { SpanStep } from './span.ts';
import { SpanFold } from './span-fold.ts';

const options = {
  id: 'c0ffee',
  transport: 'websocket',
  models: {
    stt: { provider: 'cartesia', model: 'ink-2' },
    llm: { provider: 'cerebras', model: 'gpt-oss-120b' },
    tts: { provider: 'elevenlabs', model: 'flash' },
  },
  content: false,
} as const;

const started = at(0, { what: 'session.started' });
const ended = (timeMs: number) => at(timeMs, { what: 'session.ended', reason: 'the client left' });

function stepsOf(facts: readonly AgentFact[], content = false): SpanStep[] {
  const fold = new SpanFold({ ...options, content });
  return facts.flatMap((fact) => [...fold.take(fact)]);
}

/** `name < parent: from…to`, in the order of opening. */
function treeOf(steps: readonly SpanStep[]): string[] {
  return steps.flatMap((step, index) => {
    if (step.kind === 'close') return [];
    const close = steps.find((one, later) => later > index && one.kind === 'close' && one.key === step.key);
    const parent = step.parent === null ? '' : ` < ${step.parent}`;
    return `${step.name}${parent}: ${toMs(step.atUs)}…${close === undefined ? 'open' : toMs(close.atUs)}`;
  });
}

const closingOf = (steps: readonly SpanStep[], key: string) =>
  steps.find((step) => step.kind === 'close' && step.key === key);

test('a call is a conversation, its turns, and their stages', () => {
  expect(treeOf(stepsOf([started, ...exchange(1, 1_000), ended(5_000)]))).toEqual([
    'invoke_agent parley: 0…5000',
    'turn < conversation: 1000…4000',
    'endpoint < turn:1: 1500…1700',
    'transcribe ink-2 < turn:1: 1532…1632',
    'chat gpt-oss-120b < turn:1: 1632…1832',
    'synthesize_speech flash < turn:1: 1802…2400',
    'playout < turn:1: 1905…4000',
  ]);
});

test('the model’s span bears the names of the convention, with its tokens and its first one', () => {
  const steps = stepsOf([started, ...exchange(1, 1_000)]);
  expect(steps.find((step) => step.key === 'llm:1' && step.kind === 'open')).toMatchObject({
    by: 'client',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'cerebras',
      'gen_ai.request.model': 'gpt-oss-120b',
      'gen_ai.conversation.id': 'c0ffee',
    },
  });
  expect(closingOf(steps, 'llm:1')).toMatchObject({
    error: null,
    attributes: {
      'gen_ai.usage.input_tokens': 60,
      'gen_ai.usage.cache_read.input_tokens': 20,
      'gen_ai.usage.output_tokens': 4,
      'gen_ai.response.finish_reasons': ['stop'],
      'parley.time_to_first_token_ms': 150,
    },
  });
  expect(closingOf(steps, 'tts:1')).toMatchObject({ attributes: { 'parley.usage.characters': 8 } });
});

test('what was said is in it only when that was asked for', () => {
  const facts = [
    started,
    ...exchange(1, 0),
    at(3_500, { what: 'tool.called', reply: 1, call: 1, tool: 'look_up', input: '{"who":"Nora"}' }),
    ended(4_000),
  ];
  expect(JSON.stringify(stepsOf(facts))).not.toMatch(/nine|when do|Nora/);
  const open = JSON.stringify(stepsOf(facts, true));
  for (const words of ['At nine.', 'when do you open', 'Nora']) expect(open).toContain(words);
});

test('a stage that fails is an error with a reason, and the turn goes on', () => {
  const asked = exchange(1, 0).slice(0, 8);
  const failed = at(900, { what: 'error', stage: 'llm', reason: 'timeout', message: 'no', fatal: false });
  const steps = stepsOf([started, ...asked, failed, ended(1_000)]);
  expect(closingOf(steps, 'llm:1')).toMatchObject({ error: 'timeout', atUs: 900_000 });
  expect(closingOf(steps, 'turn:1')).toMatchObject({ error: null, atUs: 1_000_000 });
});

test('an interruption ends the turn it cuts off, with what was under way', () => {
  const speaking = exchange(1, 0).slice(0, 17);
  const cut = at(1_200, { what: 'interrupted', turn: 2, reply: 1 });
  const steps = stepsOf([started, ...speaking, cut]);
  expect(treeOf(steps).filter((line) => line.endsWith('open'))).toEqual(['invoke_agent parley: 0…open']);
  expect(closingOf(steps, 'turn:1')).toMatchObject({
    attributes: { 'parley.turn.outcome': 'interrupted' },
  });
});

test('whatever happens, spans open under open spans, are closed once, and none outlives the call', () => {
  const kinds = new Map(exchange(1, 0).map((fact) => [fact.what, fact]));
  const fact = fc.record({
    what: fc.constantFrom(...kinds.values()),
    number: fc.integer({ min: 1, max: 6 }),
    extra: fc.constantFrom<StatedFact | undefined>(
      undefined,
      { what: 'interrupted', turn: 1, reply: 1 },
      { what: 'discarded', turn: 2, reply: 2 },
      { what: 'turn.dropped', turn: 3 },
      { what: 'tool.called', reply: 1, call: 1, tool: 'x', input: '' },
      { what: 'error', stage: 'tts', reason: 'timeout', message: '', fatal: true },
    ),
  });
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 200 }), (random) => {
      const facts = random.map(({ what, number, extra }, index) => {
        const numbered = {
          ...what,
          ...('turn' in what ? { turn: number } : {}),
          ...('reply' in what ? { reply: number } : {}),
        } as AgentFact;
        return extra === undefined ? { ...numbered, t: index } : at(index / 1_000, extra);
      });
      const open = new Set<string>();
      for (const step of stepsOf([started, ...facts, ended(1)])) {
        if (step.kind === 'open') {
          expect(open.has(step.key)).toBe(false);
          if (step.parent !== null) expect(open.has(step.parent)).toBe(true);
          open.add(step.key);
        } else expect(open.delete(step.key)).toBe(true);
        expect(open.size).toBeLessThanOrEqual(128);
      }
      expect([...open]).toEqual([]);
    }),
  );
});
