// Whole answers, well and badly ended: what a generation tells of them, and what it tries again.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/limit.ts';
import type { LlmEvent } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { HttpEvent, HttpRequest } from '../../core/wire.ts';
import { llmFactory } from '../registry.ts';

const KEY = 'sk-ant-secret';

/** A session that was asked for generation 1, whose every word to the outside is written down. */
function asked() {
  const chosen = llmFactory({ provider: 'anthropic', apiKey: KEY });
  if (!chosen.ok) throw new Error(chosen.message);
  const requests: HttpRequest[] = [];
  const events: LlmEvent[] = [];
  const session = chosen.factory({
    request: (_at, request) => void requests.push(request),
    event: (_at, event) => void events.push(event),
  });
  session.generate(0, 1, [{ role: 'user', content: 'Hi' }]);
  const head = (now: Micros, status = 200, id = 1, headers = {}) => {
    const type = status === 200 ? 'text/event-stream; charset=utf-8' : 'application/json';
    session.receive(now, { kind: 'head', id, status, headers: { 'content-type': type, ...headers } });
  };
  const chunk = (now: Micros, text: string, id = 1) =>
    session.receive(now, { kind: 'chunk', id, data: new TextEncoder().encode(text) });
  const say = (now: Micros, ...all: { readonly type: string }[]) =>
    chunk(now, all.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`).join(''));
  const refuse = (now: Micros, status: number, type: string, message: string, headers = {}, id = 1) => {
    head(now, status, id, headers);
    chunk(now, JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' }), id);
    session.receive(now, { kind: 'end', id });
  };
  const texts = () => events.flatMap((event) => (event.kind === 'text' ? [event.text] : [])).join('');
  return { session, requests, events, head, chunk, say, refuse, texts };
}

const usage = {
  input_tokens: 25,
  cache_creation_input_tokens: 5,
  cache_read_input_tokens: 10,
  output_tokens: 1,
};
const start = { type: 'message_start', message: { id: 'msg_1', role: 'assistant', content: [], usage } };
const block = (index: number, content_block: object) => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, one: object) => ({ type: 'content_block_delta', index, delta: one });
const text = (words: string, index = 0) => delta(index, { type: 'text_delta', text: words });
const json = (partial_json: string, index = 1) => delta(index, { type: 'input_json_delta', partial_json });
const finish = (stop_reason: string) => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage: { output_tokens: 15 },
});
const stop = { type: 'message_stop' };

describe('an answer', () => {
  test('is told as it streams, and its usage counts what the cache gave', () => {
    const w = asked();
    w.head(ms(300));
    w.say(ms(300), start, block(0, { type: 'text', text: '' }), { type: 'ping' }, text('We are '));
    w.say(ms(350), text('open.'), { type: 'content_block_stop' }, finish('end_turn'), stop);
    expect(w.texts()).toBe('We are open.');
    expect(w.events.at(-1)).toEqual({
      kind: 'done',
      id: 1,
      finish: 'stop',
      usage: { promptTokens: 40, cachedTokens: 10, completionTokens: 15 },
    });
    expect(w.session.deadline()).toBeUndefined();
  });

  test('may call tools after its text, whose input comes in pieces', () => {
    const w = asked();
    w.head(ms(300));
    w.say(ms(300), start, block(0, { type: 'text', text: '' }), text('Let me see.'));
    w.say(ms(310), block(1, { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }), json(''));
    w.say(ms(320), json('{"day":'), json('"Monday"}'), block(2, { type: 'tool_use', id: 't2', name: 'now' }));
    w.say(ms(330), finish('tool_use'), stop);
    expect(w.events.at(-1)).toMatchObject({
      kind: 'done',
      finish: 'tools',
      calls: [
        { id: 'toolu_1', name: 'look', arguments: '{"day":"Monday"}' },
        { id: 't2', name: 'now', arguments: '' },
      ],
    });
  });

  test('holds no thoughts, and ignores what is not known', () => {
    const w = asked();
    w.head(ms(300));
    w.say(ms(300), start, block(0, { type: 'thinking', thinking: 'Hm' }));
    w.say(ms(310), delta(0, { type: 'thinking_delta', thinking: 'well' }), { type: 'content_block_mood' });
    w.say(ms(320), delta(0, { type: 'signature_delta', signature: 'x' }), text('Yes.', 1));
    w.say(ms(330), finish('max_tokens'));
    w.session.receive(ms(340), { kind: 'end', id: 1 });
    expect(w.texts()).toBe('Yes.');
    expect(w.events.at(-1)).toMatchObject({ kind: 'done', finish: 'length' });
  });

  test.each([
    ['stop_sequence', 'stop'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'other'],
    ['pause_turn', 'other'],
  ])('that stops for %s is finished as %s', (reason, finished) => {
    const w = asked();
    w.head(ms(300));
    w.say(ms(300), start, text('Yes.'), finish(reason), stop);
    expect(w.events.at(-1)).toMatchObject({ kind: 'done', finish: finished });
  });
});

describe('when something goes wrong', () => {
  test('given an overloaded vendor, then it is asked again, and the answer is told once', () => {
    const w = asked();
    w.refuse(ms(50), 529, 'overloaded_error', 'Overloaded');
    expect(w.events).toMatchObject([{ kind: 'retrying', failure: { reason: 'overloaded', status: 529 } }]);
    w.session.wake(w.session.deadline() ?? 0);
    w.head(ms(900), 200, 2);
    w.chunk(
      ms(900),
      `data: ${JSON.stringify(text('Yes.'))}\n\ndata: ${JSON.stringify(finish('end_turn'))}\n\n`,
      2,
    );
    w.chunk(ms(910), `data: ${JSON.stringify(stop)}\n\n`, 2);
    expect(w.events.map(({ kind }) => kind)).toEqual(['retrying', 'text', 'done']);
  });

  test('given an overload before the first word of a stream, then it is asked again; after it, not', () => {
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const early = asked();
    early.head(ms(300));
    early.say(ms(300), start, overloaded);
    expect(early.events).toMatchObject([
      { kind: 'retrying', failure: { reason: 'overloaded', status: 529 } },
    ]);
    const late = asked();
    late.head(ms(300));
    late.say(ms(300), start, text('We '), overloaded);
    expect(late.events.map(({ kind }) => kind)).toEqual(['text', 'failed']);
  });

  test.each([
    [400, 'invalid_request_error', 'temperature: Extra inputs are not permitted', 'bad_request'],
    [400, 'invalid_request_error', 'Your credit balance is too low', 'quota'],
    [401, 'authentication_error', `invalid x-api-key ${KEY}`, 'auth'],
    [402, 'billing_error', 'no money', 'quota'],
    [403, 'permission_error', 'no', 'auth'],
    [404, 'not_found_error', 'model: claude-9', 'not_found'],
    [413, 'request_too_large', 'too large', 'bad_request'],
    [429, 'rate_limit_error', 'You have reached your spend limit', 'quota'],
  ])('given %i %s, then no second try', (status, type, message, reason) => {
    const w = asked();
    w.refuse(ms(50), status, type, message);
    expect(w.events).toMatchObject([{ kind: 'failed', failure: { reason, status } }]);
    expect(JSON.stringify(w.events)).not.toContain(KEY);
  });

  test('given haste, then the wait that is asked for is kept', () => {
    const w = asked();
    w.refuse(ms(50), 429, 'rate_limit_error', 'slow down', { 'retry-after': '2' });
    expect(w.session.deadline()).toBe(ms(2_050));
  });

  test('given a cut in mid-stream, then what was told stands and the generation fails', () => {
    const w = asked();
    w.head(ms(300));
    w.say(ms(300), start, text('We '));
    w.session.receive(ms(350), { kind: 'broken', id: 1, message: 'reset' });
    expect(w.events.map(({ kind }) => kind)).toEqual(['text', 'failed']);
  });

  test('given nothing but silence, then each attempt ends by our own deadline', () => {
    const w = asked();
    for (let at = w.session.deadline(); at !== undefined; at = w.session.deadline()) w.session.wake(at);
    expect(w.events.map(({ kind }) => kind)).toEqual(['retrying', 'retrying', 'failed']);
    expect(w.requests.filter(({ kind }) => kind === 'abort')).toHaveLength(3);
  });

  test('given input of a tool without end, then the answer is given up', () => {
    const w = asked();
    w.head(ms(300));
    const long = 'x'.repeat(LIMITS.toolArgumentsCharsMax + 1);
    w.say(ms(300), start, block(0, { type: 'tool_use', id: 'a', name: 'b' }), json(long, 0));
    expect(w.events).toMatchObject([{ kind: 'failed', failure: { reason: 'malformed' } }]);
  });

  test('given a start, then a connection is warmed without asking for an answer', () => {
    const w = asked();
    w.session.start(ms(10));
    const headers = { 'x-api-key': KEY, 'anthropic-version': '2026-10-21' };
    const url = 'https://api.anthropic.com/v1/models?limit=1';
    expect(w.requests.at(-1)).toMatchObject({ method: 'GET', url, headers, body: '' });
  });
});

test('whatever comes, cut anywhere: nothing throws, the generation ends once, the key is never told', () => {
  const event = fc.oneof(
    fc.record(
      {
        type: fc.constantFrom(
          'message_start',
          'content_block_start',
          'content_block_delta',
          'message_delta',
          'message_stop',
          'error',
          'ping',
        ),
        index: fc.jsonValue(),
        message: fc.jsonValue(),
        delta: fc.oneof(
          fc.record({ type: fc.constant('text_delta'), text: fc.string() }),
          fc.record({ type: fc.constant('input_json_delta'), partial_json: fc.string() }),
          fc.record({ stop_reason: fc.constantFrom('end_turn', 'tool_use', null) }),
          fc.jsonValue(),
        ),
        content_block: fc.oneof(
          fc.record({ type: fc.constant('tool_use'), id: fc.string(), name: fc.string() }),
          fc.jsonValue(),
        ),
        usage: fc.jsonValue(),
        error: fc.oneof(fc.record({ type: fc.string(), message: fc.constant(`no ${KEY}`) }), fc.jsonValue()),
      },
      { requiredKeys: ['type'] },
    ),
    fc.jsonValue(),
  );
  const bytes = fc.oneof(
    { weight: 5, arbitrary: event.map((one) => Buffer.from(`data: ${JSON.stringify(one)}\n\n`)) },
    fc.uint8Array({ maxLength: 20 }),
    fc.constant(Buffer.from(`data: {"type":"error","error":{"message":"${KEY}"}}\n\n`)),
  );
  const arrival = fc.oneof(
    { weight: 6, arbitrary: bytes.map((data) => ({ kind: 'chunk' as const, data })) },
    fc.record({ kind: fc.constant('head' as const), status: fc.constantFrom(200, 400, 429, 529) }),
    fc.constant({ kind: 'end' as const }),
    fc.constant({ kind: 'broken' as const, message: `cut ${KEY}` }),
  );
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 30 }), (arrivals) => {
      const w = asked();
      let now: Micros = 0;
      for (const one of arrivals) {
        now += ms(50);
        const id = w.requests.filter(({ kind }) => kind === 'request').length;
        const headers = {};
        w.session.receive(now, { headers, ...one, id } as HttpEvent);
        for (let at = w.session.deadline(); at !== undefined && at <= now; at = w.session.deadline()) {
          w.session.wake(at);
        }
      }
      now += seconds(200);
      for (let at = w.session.deadline(); at !== undefined && at <= now; at = w.session.deadline()) {
        w.session.wake(at);
      }
      expect(w.events.filter(({ kind }) => kind === 'done' || kind === 'failed')).toHaveLength(1);
      const told = w.events.flatMap((one) => ('failure' in one ? [one.failure.message] : []));
      expect(told.join('\n')).not.toContain(KEY);
    }),
    { numRuns: 500 },
  );
});
