import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Brain } from '../brain.ts';
import type { FaultSpec } from '../fault.ts';
import { loadProfile, withFaults } from '../profile.ts';
import { type HttpClient, Rehearsal } from '../rehearsal.test-support.ts';
import { CerebrasEmulator, type CerebrasOptions } from './emulator.ts';

const SENTENCE = 'We are open until nine tonight, and tomorrow from ten in the morning.';
const brain: Brain = {
  facts: [{ id: 'name', pattern: 'my name is (\\w+)', from: 'user' }],
  replies: [
    { when: 'open', say: SENTENCE },
    { when: 'who am i', say: 'You are {name}.', otherwise: 'I do not know your name.' },
  ],
  fallback: 'Sorry?',
};
const HEADERS = { authorization: 'Bearer csk-secret' };
const countTokens = (text: string): number => Math.ceil(text.length / 4);

function stage(faults: FaultSpec[] = [], more: Partial<CerebrasOptions> = {}) {
  const loaded = loadProfile('prd');
  if (!loaded.ok) throw new Error(loaded.reason);
  const world = new Rehearsal();
  const profile = withFaults(loaded.profile, faults);
  return {
    world,
    vendor: new CerebrasEmulator({ world, profile, brain, countTokens, ...more }),
  };
}

const ask = (content: string, more: object = {}): string =>
  JSON.stringify({ model: 'gpt-oss-120b', stream: true, messages: [{ role: 'user', content }], ...more });

async function asked(faults: FaultSpec[], body: string, more: Partial<CerebrasOptions> = {}) {
  const { world, vendor } = stage(faults, more);
  const client = world.request(vendor, 'POST', '/v1/chat/completions', HEADERS, body);
  await world.until(3_000);
  return { world, client };
}

type Delta = { readonly content?: string; readonly reasoning?: string };
const deltas = (client: HttpClient): Delta[] =>
  client
    .events()
    .flatMap((event) => (event['choices'] as { delta?: Delta }[]).map((choice) => choice.delta ?? {}));
const contentOf = (client: HttpClient): string =>
  deltas(client)
    .map((delta) => delta.content ?? '')
    .join('');

describe('a streamed completion', () => {
  it('thinks, then says what the brain answers, at 450 tokens a second', async () => {
    const { world, client } = await asked([], ask('are you open?'));
    expect(contentOf(client)).toBe(SENTENCE);
    expect(deltas(client)[1]).toHaveProperty('reasoning');
    const sent = world.facts.filter((fact) => fact.what === 'sent');
    expect(sent[0]?.t).toBeGreaterThanOrEqual(200_000);
    expect(sent[0]?.t).toBeLessThanOrEqual(300_000);
    const spanS = ((sent.at(-1)?.t ?? 0) - (sent[0]?.t ?? 0)) / 1e6;
    expect(countTokens(SENTENCE) / spanS).toBeGreaterThan(300);
    expect(world.said().at(-1)).toBe('done stop');
    expect(world.said()).toContain(`sent text:${SENTENCE.length}`);
  });

  it('ends with usage and timings on the last chunk, then [DONE]', async () => {
    const { client } = await asked([], ask('are you open?'));
    const last = client.events().at(-1);
    expect(last).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }] });
    expect(last?.['usage']).toMatchObject({ completion_tokens_details: { reasoning_tokens: 10 } });
    expect(last?.['time_info']).toMatchObject({ total_time: expect.any(Number) });
    expect(client.body().endsWith('data: [DONE]\n\n')).toBe(true);
    expect(client.headers['x-ratelimit-reset-tokens-minute']).toMatch(/^\d+\.\d+$/);
  });

  it('is cut by the token limit, reasoning included', async () => {
    const { client } = await asked([], ask('are you open?', { max_completion_tokens: 16 }));
    expect(SENTENCE.startsWith(contentOf(client))).toBe(true);
    expect(contentOf(client).length).toBeLessThan(SENTENCE.length);
    expect(client.events().at(-1)).toMatchObject({ choices: [{ finish_reason: 'length' }] });
  });

  it('answers from the messages and nothing else', async () => {
    const { world, vendor } = stage();
    const messages = [
      { role: 'user', content: 'My name is Ada' },
      { role: 'user', content: 'Who am I?' },
    ];
    const knowing = world.request(vendor, 'POST', '/v1/chat/completions', HEADERS, ask('', { messages }));
    const forgetful = world.request(vendor, 'POST', '/v1/chat/completions', HEADERS, ask('Who am I?'));
    await world.until(2_000);
    expect([contentOf(knowing), contentOf(forgetful)]).toEqual(['You are Ada.', 'I do not know your name.']);
  });

  it('stops at once when the client goes away', async () => {
    const { world, vendor } = stage();
    const client = world.request(vendor, 'POST', '/v1/chat/completions', HEADERS, ask('are you open?'));
    await world.until(100);
    client.abort();
    await world.until(2_000);
    expect(contentOf(client)).toBe('');
    expect(world.said().at(-1)).toBe('cancelled');
  });
});

describe('refusals', () => {
  const flat = (client: HttpClient) => JSON.parse(client.body()) as object;

  it('are flat objects: no key, retired model, no messages, no JSON', async () => {
    const { world, vendor } = stage();
    const post = (headers: Record<string, string>, body: string) =>
      world.request(vendor, 'POST', '/v1/chat/completions', headers, body);
    const answers = [
      post({}, ask('x')),
      post(HEADERS, ask('x', { model: 'llama-3.3-70b' })),
      post(HEADERS, ask('x', { messages: [] })),
      post(HEADERS, '{'),
    ];
    await world.until(1_000);
    expect(answers.map((client) => client.status)).toEqual([401, 404, 400, 400]);
    expect(answers.map(flat)[1]).toMatchObject({ code: 'model_not_found', param: 'model' });
  });

  it('say when to come back', async () => {
    const { client } = await asked([{ vendor: 'llm', kind: 'http_429', retryAfterS: 2 }], ask('x'));
    expect([client.status, client.headers['retry-after']]).toEqual([429, '2']);
    expect(flat(client)).toMatchObject({ code: 'request_quota_exceeded' });
  });
});

describe('faults of the model', () => {
  it.each(['cut', 'malformed', 'error_mid', 'stall_mid', 'stall_before', 'connect_refused'] as const)(
    '%s',
    async (kind) => {
      const { world, client } = await asked([{ vendor: 'llm', kind }], ask('are you open?'));
      const firsts = world.said().filter((said) => said === 'sent first').length;
      const shape = { cut: client.cut, ended: client.ended, firsts, done: client.body().includes('[DONE]') };
      const begun = { cut: false, ended: false, firsts: 1, done: false };
      const expected = {
        cut: { ...begun, cut: true },
        malformed: { ...begun, ended: true },
        error_mid: { ...begun, ended: true },
        stall_mid: begun,
        stall_before: { ...begun, firsts: 0 },
        connect_refused: { ...begun, cut: true, firsts: 0 },
      };
      expect(shape).toEqual(expected[kind]);
      expect(world.said()).toContain('fault');
    },
  );

  it('trickle makes everything slower by its factor', async () => {
    const { world } = await asked([{ vendor: 'llm', kind: 'trickle', factor: 4 }], ask('are you open?'));
    expect(world.facts.find((fact) => fact.what === 'sent')?.t).toBeGreaterThanOrEqual(800_000);
  });
});

describe('other requests', () => {
  it('lists the models and lets a client warm up its connection', async () => {
    const { world, vendor } = stage([{ vendor: 'llm', kind: 'connect_refused' }]);
    const models = world.request(vendor, 'GET', '/v1/models', HEADERS, '');
    const warm = world.request(vendor, 'GET', '/v1/tcp_warming', HEADERS, '');
    await world.until(100);
    expect(models.body()).toContain('"gpt-oss-120b"');
    expect([models.status, warm.status]).toEqual([200, 200]);
  });

  it('never throw, whatever the body', async () => {
    const { world, vendor } = stage();
    const messages = fc.record({
      model: fc.constant('gpt-oss-120b'),
      messages: fc.jsonValue(),
      stream: fc.boolean(),
    });
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      messages.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(body, (text) => {
        world.request(vendor, 'POST', '/v1/chat/completions', HEADERS, text);
      }),
    );
    await world.until(5_000);
    const client = world.request(vendor, 'POST', '/v1/chat/completions', HEADERS, ask('are you open?'));
    await world.until(10_000);
    expect(contentOf(client)).toBe(SENTENCE);
  });
});
