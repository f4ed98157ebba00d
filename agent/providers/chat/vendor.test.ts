// What is each vendor's own in the dialect of chat completions: what is sent, where usage is read, and what
// an error means.
import { describe, expect, test } from 'vitest';
import type { LlmEvent } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { HttpRequest } from '../../core/wire.ts';
import { llmFactory, type ProviderChoice } from '../registry.ts';

/** A session whose every word to the outside is written down. */
function think(choice: ProviderChoice) {
  const chosen = llmFactory(choice);
  if (!chosen.ok) throw new Error(chosen.message);
  const requests: (HttpRequest & { kind: 'request' })[] = [];
  const events: LlmEvent[] = [];
  const session = chosen.factory({
    request: (_at, request) => void (request.kind === 'request' && requests.push(request)),
    event: (_at, event) => void events.push(event),
  });
  session.generate(0, 1, [{ role: 'user', content: 'Hi' }]);
  const asked = requests[0];
  const body: Record<string, unknown> = JSON.parse(asked?.body ?? '{}');
  const answer = (now: Micros, status: number, type: string, text: string) => {
    session.receive(now, { kind: 'head', id: 1, status, headers: { 'content-type': type } });
    session.receive(now, { kind: 'chunk', id: 1, data: new TextEncoder().encode(text) });
    session.receive(now, { kind: 'end', id: 1 });
  };
  const stream = (now: Micros, ...chunks: object[]) =>
    answer(now, 200, 'text/event-stream', chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(''));
  const refuse = (now: Micros, status: number, error: object) =>
    answer(now, status, 'application/json', JSON.stringify(error));
  return { session, requests, asked, body, events, stream, refuse };
}

const text = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });
const finish = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };

describe('OpenAI', () => {
  test('is asked at its address, without padding, with the bound in its new name', () => {
    const { asked, body } = think({ provider: 'openai', apiKey: 'sk-1' });
    expect(asked?.url).toBe('https://api.openai.com/v1/chat/completions');
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer sk-1' });
    expect(body).toMatchObject({
      model: 'gpt-4.1-mini',
      max_completion_tokens: 150,
      temperature: 0.7,
      stream_options: { include_usage: true, include_obfuscation: false },
    });
  });

  test('gets no sampling parameters for a model that thinks, and room for its thoughts', () => {
    const { body } = think({ provider: 'openai', model: 'gpt-5.4-mini' });
    expect(body).toMatchObject({ max_completion_tokens: 406, reasoning_effort: 'low' });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['temperature']));
  });

  test('sends usage in a chunk of its own, without choices', () => {
    const { events, stream } = think({ provider: 'openai' });
    const details = { prompt_tokens_details: { cached_tokens: 4 } };
    const usage = { prompt_tokens: 9, completion_tokens: 2, ...details };
    stream(ms(300), { ...text('Hi.'), usage: null }, { ...finish, usage: null }, { choices: [], usage });
    expect(events.at(-1)).toEqual({
      kind: 'done',
      id: 1,
      finish: 'stop',
      usage: { promptTokens: 9, cachedTokens: 4, completionTokens: 2 },
    });
  });

  test('has money and haste under one status: only haste is worth a second try', () => {
    const money = think({ provider: 'openai' });
    money.refuse(ms(50), 429, { error: { message: 'quota', type: 'insufficient_quota', code: 'x' } });
    expect(money.events.at(-1)).toMatchObject({ kind: 'failed', failure: { reason: 'quota', status: 429 } });
    const haste = think({ provider: 'openai' });
    haste.refuse(ms(50), 429, { error: { message: 'slow', type: 'requests', code: 'rate_limit_exceeded' } });
    expect(haste.events.at(-1)).toMatchObject({ kind: 'retrying', failure: { reason: 'rate_limit' } });
  });
});

describe('Groq', () => {
  test('is asked at its address', () => {
    const { asked, body } = think({ provider: 'groq' });
    expect(asked?.url).toBe('https://api.groq.com/openai/v1/chat/completions');
    expect(body).toMatchObject({ model: 'openai/gpt-oss-120b', reasoning_effort: 'low' });
    expect(body['max_completion_tokens']).toBe(406);
  });

  test('has its usage in x_groq, with no word of a prompt cache', () => {
    const { events, stream } = think({ provider: 'groq' });
    const usage = { queue_time: 0.01, prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };
    stream(
      ms(90),
      { ...text('Hi.'), x_groq: { id: 'req_1' } },
      { ...finish, x_groq: { id: 'req_1', usage } },
    );
    expect(events.at(-1)).toMatchObject({
      kind: 'done',
      usage: { promptTokens: 9, cachedTokens: 0, completionTokens: 2 },
    });
  });

  test('may fail in the middle, in a chunk that looks like any other', () => {
    const { events, stream } = think({ provider: 'groq' });
    stream(ms(90), text('Hi '), { id: 'a', choices: [], x_groq: { id: 'a', error: 'model crashed' } });
    expect(events.at(-1)).toMatchObject({ kind: 'failed', failure: { message: 'model crashed' } });
  });

  test('over its capacity is asked no second time', () => {
    const { events, refuse } = think({ provider: 'groq' });
    refuse(ms(20), 498, { error: { message: 'over capacity', code: 'capacity_exceeded' } });
    expect(events.at(-1)).toMatchObject({ kind: 'failed', failure: { status: 498, retryable: false } });
  });
});

describe('a server that speaks as OpenAI does', () => {
  test('is asked without a key and by the names that all of them know', () => {
    const { asked, body } = think({ provider: 'openai-compatible', model: 'qwen3:8b' });
    expect(asked?.url).toBe('http://127.0.0.1:11434/v1/chat/completions');
    expect(asked?.headers).not.toHaveProperty('authorization');
    expect(Object.keys(body).sort()).toEqual(
      ['max_tokens', 'messages', 'model', 'stream', 'stream_options', 'temperature', 'top_p'].sort(),
    );
  });

  test('that is not there is tried again, and then given up', () => {
    const { session, events, requests } = think({ provider: 'openai-compatible' });
    for (let at = 1; at <= 3; at += 1) {
      session.receive(seconds(at), { kind: 'broken', id: at, message: 'ECONNREFUSED' });
      session.wake(session.deadline() ?? 0);
    }
    expect(requests).toHaveLength(3);
    expect(events.map(({ kind }) => kind)).toEqual(['retrying', 'retrying', 'failed']);
  });
});
