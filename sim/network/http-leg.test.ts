// HTTP exchanges over a modelled network: what a connection costs and when it is used again, and that
// every exchange ends exactly once or not at all when it was aborted.
import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '#agent/core/wire.ts';
import { httpStage, post } from './leg.test-support.ts';

const abort = (id: number): HttpRequest => ({ kind: 'abort', id });

describe('a connection', () => {
  test('costs two round trips over TLS, and is used again for nothing', async () => {
    const { events, arrivals, at, run } = httpStage();
    at(0, post(1));
    at(200_000, post(2));
    await run();
    expect(arrivals).toEqual(['50000 POST /v1/chat ask', '210000 POST /v1/chat ask']);
    expect(events).toEqual([
      '60000 1 head 200 {"content-type":"text/plain"}',
      '60000 1 chunk one',
      '60000 1 chunk two',
      '60000 1 end',
      '220000 2 head 200 {"content-type":"text/plain"}',
      '220000 2 chunk one',
      '220000 2 chunk two',
      '220000 2 end',
    ]);
  });

  test('costs one round trip without TLS', async () => {
    const { arrivals, at, run } = httpStage();
    at(0, post(1, 'http://vendor/v1/chat'));
    await run();
    expect(arrivals).toEqual(['30000 POST /v1/chat ask']);
  });

  test('in use is not shared: a second request at the same time pays for its own', async () => {
    const { arrivals, at, run } = httpStage();
    at(0, post(1));
    at(20_000, post(2));
    at(500_000, post(3));
    at(500_000, post(4));
    await run();
    expect(arrivals.map((line) => Number.parseInt(line, 10))).toEqual([50_000, 70_000, 510_000, 510_000]);
  });

  test('of an aborted exchange is gone, as with a real agent', async () => {
    const { arrivals, at, run } = httpStage({ answer: (exchange) => exchange.head(200, {}) });
    at(0, post(1));
    at(100_000, abort(1));
    at(200_000, post(2));
    await run();
    expect(arrivals).toEqual(['50000 POST /v1/chat ask', '110000 aborted', '250000 POST /v1/chat ask']);
  });
});

describe('the end of an exchange', () => {
  test('a vendor that hangs up before its answer is a refused connection, afterwards a cut one', async () => {
    const before = httpStage({ answer: (exchange) => exchange.destroy() });
    before.at(0, post(1));
    await before.run();
    expect(before.events).toEqual(['60000 1 broken connection refused']);
    const after = httpStage({
      answer: (exchange) => {
        exchange.head(200, {});
        exchange.destroy();
        exchange.end();
        exchange.write(Buffer.from('ghost'));
      },
    });
    after.at(0, post(1));
    await after.run();
    expect(after.events).toEqual(['60000 1 head 200 {}', '60000 1 broken socket hang up']);
  });

  test.each([0, 30_000, 45_000, 55_000])('after an abort at %i µs nothing is told', async (time) => {
    const { events, at, run } = httpStage();
    at(0, post(1));
    at(time, abort(1));
    at(time, abort(1));
    await run();
    expect(events).toEqual([]);
  });

  test('an abort before the request has left is never heard of by the vendor', async () => {
    const { arrivals, at, run } = httpStage();
    at(0, post(1));
    at(30_000, abort(1));
    await run();
    expect(arrivals).toEqual([]);
  });

  test('an abort after the vendor has said everything is no abort to it', async () => {
    const { arrivals, at, run } = httpStage();
    at(0, post(1));
    at(55_000, abort(1));
    at(58_000, abort(7));
    await run();
    expect(arrivals).toEqual(['50000 POST /v1/chat ask']);
  });

  test('exchanges at the same time keep their names apart', async () => {
    const { events, at, run } = httpStage();
    at(0, post(1));
    at(0, post(2));
    at(58_000, abort(1));
    await run();
    expect(events.every((event) => event.includes(' 2 '))).toBe(true);
    expect(events.at(-1)).toBe('60000 2 end');
  });
});
