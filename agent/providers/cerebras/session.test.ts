import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LlmEvent } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { Headers, HttpRequest } from '../../core/wire.ts';
import { ChatSession } from '../chat/session.ts';
import { cerebrasDialect, cerebrasSettings } from './index.ts';

const KEY = 'csk-secret-0123';
const SSE = { 'content-type': 'text/event-stream' };

/** A session whose every word to the outside is written down. */
function think() {
  const requests: HttpRequest[] = [];
  const events: { at: Micros; event: LlmEvent }[] = [];
  const settings = cerebrasSettings.parse({ apiKey: KEY });
  const session = new ChatSession(settings, cerebrasDialect(settings), {
    request: (_at, request) => void requests.push(request),
    event: (at, event) => void events.push({ at, event }),
  });
  const head = (now: Micros, id: number, status = 200, headers: Headers = SSE) =>
    session.receive(now, { kind: 'head', id, status, headers });
  const raw = (now: Micros, id: number, text: string) =>
    session.receive(now, { kind: 'chunk', id, data: new TextEncoder().encode(text) });
  const data = (now: Micros, id: number, payload: object) =>
    raw(now, id, `data: ${JSON.stringify(payload)}\n\n`);
  const text = (now: Micros, id: number, content: string) =>
    data(now, id, { choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  const finish = (now: Micros, id: number) =>
    data(now, id, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  const end = (now: Micros, id: number) => session.receive(now, { kind: 'end', id });
  const broken = (now: Micros, id: number) =>
    session.receive(now, { kind: 'broken', id, message: 'ECONNRESET' });
  const kinds = () => events.map(({ event }) => event.kind);
  return { session, requests, events, head, raw, data, text, finish, end, broken, kinds };
}

const HELLO = [{ role: 'user', content: 'Hello' }] as const;

describe('Cerebras', () => {
  test('given a question, when the answer streams, then its text comes out, without the reasoning', () => {
    const w = think();
    w.session.generate(0, 7, HELLO);
    expect(w.requests[0]).toMatchObject({
      kind: 'request',
      id: 1,
      method: 'POST',
      url: 'https://api.cerebras.ai/v1/chat/completions',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    });
    w.head(ms(40), 1);
    w.data(ms(41), 1, { choices: [{ delta: { role: 'assistant' } }] });
    w.data(ms(42), 1, { choices: [{ delta: { reasoning: 'They greet.' } }] });
    w.text(ms(50), 1, 'Hi ');
    w.text(ms(51), 1, 'there.');
    w.data(ms(52), 1, {
      choices: [{ delta: {}, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 5 },
    });
    w.raw(ms(52), 1, 'data: [DONE]\n\n');
    w.end(ms(53), 1);
    expect(w.events).toEqual([
      { at: ms(50), event: { kind: 'text', id: 7, text: 'Hi ' } },
      { at: ms(51), event: { kind: 'text', id: 7, text: 'there.' } },
      {
        at: ms(52),
        event: {
          kind: 'done',
          id: 7,
          finish: 'stop',
          usage: { promptTokens: 9, cachedTokens: 0, completionTokens: 5 },
        },
      },
    ]);
    expect(w.session.deadline()).toBeUndefined();
    expect(w.requests).toHaveLength(1);
  });

  test('given an answer of OpenAI, when usage follows on a chunk without choices, then it is counted', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.head(ms(40), 1);
    w.text(ms(50), 1, 'Hi');
    w.finish(ms(51), 1);
    w.data(ms(52), 1, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } });
    w.end(ms(53), 1);
    expect(w.events.at(-1)?.event).toMatchObject({ kind: 'done', usage: { completionTokens: 2 } });
  });

  test('given two generations, when one is cancelled, then only the other goes on', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.session.generate(0, 2, HELLO);
    w.session.cancel(ms(10), 1);
    w.session.cancel(ms(10), 1);
    expect(w.requests.slice(2)).toEqual([{ kind: 'abort', id: 1 }]);
    w.head(ms(40), 1);
    w.text(ms(41), 1, 'late');
    w.head(ms(42), 2);
    w.text(ms(43), 2, 'Hi');
    expect(w.events.map(({ event }) => event)).toEqual([{ kind: 'text', id: 2, text: 'Hi' }]);
  });

  test('given a listener who cancels at the first word, then the words behind it are not told', () => {
    const w = think();
    const heard: string[] = [];
    const settings = cerebrasSettings.parse({});
    const session = new ChatSession(settings, cerebrasDialect(settings), {
      request: () => undefined,
      event: (now, event) => {
        heard.push(event.kind);
        session.cancel(now, 1);
      },
    });
    session.generate(0, 1, HELLO);
    const payload = JSON.stringify({ choices: [{ delta: { content: 'x' } }] });
    const bytes = new TextEncoder().encode(`data: ${payload}\n\n`.repeat(3));
    session.receive(1, { kind: 'head', id: 1, status: 200, headers: SSE });
    session.receive(1, { kind: 'chunk', id: 1, data: bytes });
    expect(heard).toEqual(['text']);
    expect(w.events).toEqual([]);
  });

  test('given 429 with Retry-After, then the next attempt is made when the vendor said', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.head(ms(40), 1, 429, { 'content-type': 'application/json', 'retry-after': '1.5' });
    w.raw(ms(40), 1, '{"message":"slow down","code":"queue_exceeded"}');
    w.end(ms(41), 1);
    expect(w.events[0]).toEqual({
      at: ms(41),
      event: {
        kind: 'retrying',
        id: 1,
        failure: {
          reason: 'rate_limit',
          message: 'slow down',
          retryable: true,
          status: 429,
          retryAfterUs: seconds(1.5),
        },
        delayUs: seconds(1.5),
      },
    });
    expect(w.session.deadline()).toBe(ms(1_541));
    w.session.wake(ms(1_541));
    expect(w.requests.at(-1)).toMatchObject({ kind: 'request', id: 2 });
    w.head(ms(1_600), 2);
    w.text(ms(1_601), 2, 'Hi');
    expect(w.events.at(-1)?.event).toEqual({ kind: 'text', id: 1, text: 'Hi' });
  });

  test('given a wait that no caller would sit through, then it fails at once', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.head(ms(40), 1, 429, { 'retry-after': '30' });
    w.end(ms(41), 1);
    expect(w.events[0]?.event).toMatchObject({ kind: 'failed', failure: { reason: 'rate_limit' } });
  });

  test('given cuts before the first word, then it is tried three times with growing waits', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.broken(ms(10), 1);
    w.session.wake(ms(260));
    w.head(ms(270), 2);
    w.end(ms(280), 2);
    w.session.wake(ms(780));
    w.broken(ms(790), 3);
    expect(w.events.map(({ at, event }) => [at, event.kind])).toEqual([
      [ms(10), 'retrying'],
      [ms(280), 'retrying'],
      [ms(790), 'failed'],
    ]);
    expect(w.session.deadline()).toBeUndefined();
  });

  test('given a cut after the first word, then it is not tried again: nothing is said twice', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.head(ms(40), 1);
    w.text(ms(50), 1, 'Hi ');
    w.broken(ms(60), 1);
    expect(w.kinds()).toEqual(['text', 'failed']);
    expect(w.events[1]?.event).toMatchObject({ failure: { reason: 'disconnected' } });
  });

  test('given a stream that ends without a finish, then it counts as cut', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.head(ms(40), 1);
    w.text(ms(50), 1, 'Hi ');
    w.raw(ms(55), 1, 'data: {"choices":[{"delta":{"cont');
    w.end(ms(60), 1);
    expect(w.events.at(-1)?.event).toMatchObject({ kind: 'failed', failure: { reason: 'disconnected' } });
  });

  test('given a finish, when the line breaks after it, then the answer is whole', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.head(ms(40), 1);
    w.text(ms(50), 1, 'Hi');
    w.finish(ms(51), 1);
    w.broken(ms(60), 1);
    expect(w.kinds()).toEqual(['text', 'done']);
  });

  test('given silence, when 8 s pass, then the attempt is aborted and repeated', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    expect(w.session.deadline()).toBe(seconds(8));
    w.session.wake(seconds(8));
    expect(w.requests.at(-1)).toEqual({ kind: 'abort', id: 1 });
    expect(w.events[0]?.event).toMatchObject({ kind: 'retrying', failure: { reason: 'timeout' } });
  });

  test('given heartbeats and nothing else, when a minute passes, then the attempt is over', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.head(ms(40), 1);
    for (let at = 1; at < 60; at += 1) w.raw(seconds(at), 1, ': still here\n\n');
    expect(w.session.deadline()).toBe(seconds(60));
    w.session.wake(seconds(60));
    expect(w.kinds()).toEqual(['retrying']);
  });

  test('given an error in the stream, then its words and its status count', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.head(ms(40), 1);
    w.data(ms(50), 1, { error: { message: 'model crashed' }, status_code: 500 });
    expect(w.events[0]?.event).toMatchObject({ kind: 'retrying', failure: { message: 'model crashed' } });
    expect(w.requests.at(-1)).toEqual({ kind: 'abort', id: 1 });
  });

  test('given 200 with a page instead of a stream, then it is malformed and not tried again', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.head(ms(40), 1, 200, { 'content-type': 'text/html' });
    w.raw(ms(41), 1, '<html>Sign in</html>');
    w.end(ms(42), 1);
    expect(w.events[0]?.event).toMatchObject({ kind: 'failed', failure: { reason: 'malformed' } });
  });

  test('given an error page without end, then 4 KiB of it are enough', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.head(ms(40), 1, 400);
    w.raw(ms(41), 1, 'x'.repeat(5_000));
    expect(w.events[0]?.event).toMatchObject({ kind: 'failed', failure: { reason: 'bad_request' } });
    expect(w.requests.at(-1)).toEqual({ kind: 'abort', id: 1 });
  });

  test('given nobody who cancels, then the ninth generation is refused', () => {
    const w = think();
    for (let id = 1; id <= 9; id += 1) w.session.generate(0, id, HELLO);
    expect(w.events.map(({ event }) => [event.kind, event.id])).toEqual([['failed', 9]]);
  });

  test('given a start, then the connection is warmed where the vendor says, silently', () => {
    const w = think();
    w.session.start(0);
    expect(w.requests).toEqual([
      {
        kind: 'request',
        id: 1,
        method: 'GET',
        url: 'https://api.cerebras.ai/v1/tcp_warming',
        headers: { authorization: `Bearer ${KEY}` },
        body: '',
      },
    ]);
    w.session.generate(ms(10), 7, HELLO);
    w.head(ms(20), 1, 401);
    w.raw(ms(20), 1, '{"message":"Wrong API Key"}');
    w.end(ms(20), 1);
    w.head(ms(40), 2);
    w.text(ms(41), 2, 'Hi');
    expect(w.events).toEqual([{ at: ms(41), event: { kind: 'text', id: 7, text: 'Hi' } }]);
    w.session.cancel(ms(50), 7);
    expect(w.session.deadline()).toBeUndefined();
  });

  test('given another service, then its list of models warms; given no wish for it, nothing does', () => {
    const urls = (more: object) => {
      const requests: HttpRequest[] = [];
      const request = (_now: Micros, one: HttpRequest) => void requests.push(one);
      const settings = cerebrasSettings.parse({ baseUrl: 'http://127.0.0.1:11434/v1/', ...more });
      new ChatSession(settings, cerebrasDialect(settings), { request, event: () => undefined }).start(0);
      return requests.map((one) => (one.kind === 'request' ? one.url : one.kind));
    };
    expect(urls({})).toEqual(['http://127.0.0.1:11434/v1/models']);
    expect(urls({ warmUp: false })).toEqual([]);
  });

  test.each(['silence', 'an endless answer', 'a stop'])('given %s, then warming up is given up', (what) => {
    const w = think();
    w.session.start(0);
    if (what === 'an endless answer') {
      for (let n = 0; n < 20; n += 1) w.raw(ms(n), 1, 'x'.repeat(64 << 10));
    }
    if (what === 'silence') w.session.wake(w.session.deadline() ?? 0);
    if (what === 'a stop') w.session.stop(ms(30));
    expect(w.requests.slice(1)).toEqual([{ kind: 'abort', id: 1 }]);
    expect(w.events).toEqual([]);
    expect(w.session.deadline()).toBeUndefined();
    w.broken(seconds(9), 1);
    expect(w.requests).toHaveLength(2);
  });

  test('given a stop, then everything under way is aborted', () => {
    const w = think();
    w.session.generate(0, 1, HELLO);
    w.session.generate(0, 2, HELLO);
    w.broken(ms(10), 2);
    w.session.stop(ms(20));
    expect(w.requests.slice(2)).toEqual([{ kind: 'abort', id: 1 }]);
    expect(w.session.deadline()).toBeUndefined();
  });

  test('whatever comes back, it does not throw, never says the key, and every generation ends once', () => {
    const words = fc.oneof(
      fc.string(),
      fc.constant(KEY),
      fc.string().map((rest) => `${rest}${KEY}${rest}`),
    );
    const error = fc.record({ message: words, type: words, code: words, param: words }, { requiredKeys: [] });
    const payload = fc.oneof(
      fc.record(
        {
          choices: fc.oneof(fc.jsonValue(), fc.array(fc.record({ delta: fc.record({ content: words }) }))),
          usage: fc.jsonValue(),
          error: fc.oneof(error, words, fc.constant(null)),
          message: words,
          status_code: fc.oneof(fc.integer(), fc.jsonValue()),
        },
        { requiredKeys: [] },
      ),
      fc.jsonValue(),
      error,
    );
    const body = fc.oneof(
      fc.array(payload).map((list) => list.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')),
      payload.map((one) => JSON.stringify(one)),
      words,
    );
    const head = fc.record({
      status: fc.oneof(fc.constantFrom(200, 400, 401, 429, 500), fc.integer({ min: 0, max: 599 })),
      type: fc.constantFrom('text/event-stream', 'application/json', 'text/html'),
    });
    const ending = fc.constantFrom('end' as const, 'broken' as const, 'silence' as const);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(head, body, ending), { minLength: 3, maxLength: 3 }),
        words,
        (attempts, why) => {
          const w = think();
          w.session.generate(0, 1, HELLO);
          let now = 0;
          for (const [index, [{ status, type }, text, how]] of attempts.entries()) {
            const id = index + 1;
            w.head(now, id, status, { 'content-type': type });
            w.raw(now, id, text);
            if (how === 'end') w.end(now, id);
            if (how === 'broken') w.session.receive(now, { kind: 'broken', id, message: why });
            for (
              let steps = 0;
              steps < 2 && w.requests.filter((one) => one.kind === 'request').length === id;
              steps += 1
            ) {
              now = w.session.deadline() ?? now;
              w.session.wake(now);
            }
          }
          const ends = w.kinds().filter((kind) => kind === 'done' || kind === 'failed');
          expect(ends).toHaveLength(1);
          const told = w.events.flatMap(({ event }) => ('failure' in event ? [event.failure.message] : []));
          expect(told.join('\n')).not.toContain(KEY);
        },
      ),
    );
  });
});
