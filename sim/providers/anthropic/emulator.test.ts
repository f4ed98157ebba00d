import { describe, expect, it } from 'vitest';
import type { Brain } from '../brain.ts';
import type { FaultSpec } from '../fault.ts';
import { loadProfile, withFaults } from '../profile.ts';
import { Rehearsal } from '../rehearsal.test-support.ts';
import { AnthropicEmulator } from './emulator.ts';

const brain: Brain = {
  facts: [{ id: 'day', pattern: 'on (\\w+)', from: 'user' }],
  replies: [
    {
      when: 'book',
      calls: [{ tool: 'reserve', input: { day: '{day}' } }],
      meanwhile: 'One moment.',
      say: 'It is done.',
    },
    { when: 'open', say: 'We are open until nine tonight.' },
  ],
  fallback: 'Sorry?',
};
const HEADERS = { 'x-api-key': 'sk-ant-secret', 'anthropic-version': '2026-10-21' };
const OLD = { ...HEADERS, 'anthropic-version': '2023-06-01' };
const hello = [{ role: 'user', content: 'Are you open?' }];
const request = { model: 'claude-haiku-4-5', max_tokens: 150, messages: hello, stream: true };

function stage(...faults: FaultSpec[]) {
  const loaded = loadProfile('prd');
  if (!loaded.ok) throw new Error(loaded.reason);
  const world = new Rehearsal();
  const profile = withFaults(loaded.profile, faults);
  const countTokens = (text: string) => Math.ceil(text.length / 4);
  const vendor = new AnthropicEmulator({ world, profile, brain, countTokens });
  const ask = async (body: object, headers: Record<string, string> = HEADERS) => {
    const client = world.request(vendor, 'POST', '/v1/messages', headers, JSON.stringify(body));
    await world.until(world.nowMs() + 5_000);
    const events = client
      .body()
      .split('\n\n')
      .map((part) => /^event: (\w+)\ndata: (.*)$/.exec(part))
      .flatMap((match) => (match === null ? [] : [{ name: match[1], data: match[2] ?? '' }]));
    return { client, events };
  };
  return { world, vendor, ask };
}

const refusedFor = async (body: object, headers: Record<string, string> = HEADERS) => {
  const { client } = await stage().ask(body, headers);
  return { status: client.status, ...JSON.parse(client.body()).error };
};

describe('the emulated Messages API', () => {
  it('streams events whose names are their types, without a [DONE]', async () => {
    const { world, ask } = stage();
    const { client, events } = await ask(request);
    expect(client.status).toBe(200);
    for (const { name, data } of events) expect(JSON.parse(data).type).toBe(name);
    const names = events.map(({ name }) => name);
    expect(names.slice(0, 4)).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_delta',
    ]);
    expect(names.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
    const all = events.map(({ data }) => JSON.parse(data));
    expect(all.map(({ delta }) => delta?.text ?? '').join('')).toBe('We are open until nine tonight.');
    expect(all.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 11 } });
    expect(world.said().filter((fact) => fact.startsWith('done'))).toEqual(['done stop']);
    expect(JSON.stringify(world.facts)).not.toContain('sk-ant');
  });

  it('answers whole when no stream is asked for', async () => {
    const { client } = await stage().ask({ ...request, stream: false });
    expect(JSON.parse(client.body())).toMatchObject({
      content: [{ type: 'text', text: 'We are open until nine tonight.' }],
      stop_reason: 'end_turn',
    });
  });

  it('ends at the limit, and says so', async () => {
    const { events } = await stage().ask({ ...request, max_tokens: 3 });
    expect(JSON.parse(events.at(-2)?.data ?? '')).toMatchObject({ delta: { stop_reason: 'max_tokens' } });
  });

  it('calls a tool in a block of its own, and goes on with its result', async () => {
    const { ask } = stage();
    const messages: object[] = [{ role: 'user', content: 'Please book it on Monday' }];
    const { events } = await ask({ ...request, messages });
    const all = events.map(({ data }) => JSON.parse(data));
    const use = all.find(({ content_block }) => content_block?.type === 'tool_use').content_block;
    expect(use).toMatchObject({ name: 'reserve', input: {} });
    expect(all.map(({ delta }) => delta?.partial_json ?? '').join('')).toBe('{"day":"Monday"}');
    expect(all.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
    messages.push({ role: 'assistant', content: [{ ...use, input: { day: 'Monday' } }] });
    messages.push({ role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'ok' }] });
    const next = await ask({ ...request, messages });
    const said = next.events.map(({ data }) => JSON.parse(data).delta?.text ?? '').join('');
    expect(said).toBe('It is done.');
  });

  it('lists its models', async () => {
    const { world, vendor } = stage();
    const client = world.request(vendor, 'GET', '/v1/models?limit=1', HEADERS, '');
    await world.until(1_000);
    expect(JSON.parse(client.body())).toMatchObject({ data: [{ id: 'claude-haiku-4-5' }], has_more: true });
  });
});

describe('what it refuses', () => {
  it.each([
    ['no key', request, { 'anthropic-version': '2026-10-21' }, 401, 'authentication_error'],
    ['no version', request, { 'x-api-key': 'k' }, 400, 'invalid_request_error'],
    ['a model that is not there', { ...request, model: 'claude-9' }, HEADERS, 404, 'not_found_error'],
    ['no bound', { ...request, max_tokens: undefined }, HEADERS, 400, 'invalid_request_error'],
  ])('%s', async (_what, body, headers, status, type) => {
    expect(await refusedFor(body, headers as Record<string, string>)).toMatchObject({ status, type });
  });

  it('a temperature since 2026-10-21, at any value, and not before', async () => {
    const refused = await refusedFor({ ...request, temperature: 1 });
    expect(refused.message).toBe('temperature: Extra inputs are not permitted');
    expect((await stage().ask({ ...request, temperature: 1 }, OLD)).client.status).toBe(200);
  });

  it.each([
    [[], 'at least one message'],
    [[{ role: 'assistant', content: 'Hi' }], 'first message must use the "user" role'],
    [[{ role: 'system', content: 'Hi' }], "Input should be 'user' or 'assistant'"],
    [[{ role: 'user', content: '' }], 'text content blocks must be non-empty'],
    [
      [...hello, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x', content: '' }] }],
      'unexpected tool_use_id',
    ],
    [
      [
        ...hello,
        { role: 'assistant', content: [{ type: 'tool_use', id: 'x', name: 'a', input: {} }] },
        ...hello,
      ],
      'tool_use ids without tool_result blocks: x',
    ],
  ])('messages such as %j', async (messages, why) => {
    expect((await refusedFor({ ...request, messages })).message).toContain(why);
  });
});

describe('its faults', () => {
  it.each([
    ['http_401', 401, 'authentication_error'],
    ['http_402', 402, 'billing_error'],
    ['http_429', 429, 'rate_limit_error'],
    ['http_5xx', 529, 'overloaded_error'],
  ] as const)('%s', async (kind, status, type) => {
    const { client } = await stage({ vendor: 'llm', kind }).ask(request);
    expect(client.status).toBe(status);
    expect(JSON.parse(client.body())).toMatchObject({ type: 'error', error: { type } });
  });

  it('names the wait that it asks for', async () => {
    const { client } = await stage({ vendor: 'llm', kind: 'http_429', retryAfterS: 3 }).ask(request);
    expect(client.headers['retry-after']).toBe('3');
  });

  it('an error in the middle is an event after HTTP 200', async () => {
    const { events } = await stage({ vendor: 'llm', kind: 'error_mid' }).ask(request);
    expect(events.at(-1)?.name).toBe('error');
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({ error: { type: 'overloaded_error' } });
  });

  it.each(['stall_before', 'stall_mid', 'cut', 'malformed'] as const)('%s has no end', async (kind) => {
    const { world, ask } = stage({ vendor: 'llm', kind });
    const { events } = await ask(request);
    expect(events.map(({ name }) => name)).not.toContain('message_stop');
    expect(world.facts.some((fact) => fact.what === 'fault' && fact.fault === kind)).toBe(true);
  });
});
