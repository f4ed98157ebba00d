// A WebSocket over a modelled network: what connecting costs, in which order things arrive, and that
// every socket ends exactly once.
import { describe, expect, test } from 'vitest';
import type { SocketRequest } from '#agent/core/wire.ts';
import { close, ONE_WAY, open, socketStage, THINKING, terminal } from './leg.test-support.ts';

const send = (data: string): SocketRequest => ({ kind: 'send', data });

describe('connecting', () => {
  test('over TLS costs three round trips and the vendor thinking', async () => {
    const { vendor, events, at, run } = socketStage();
    at(0, open());
    await run();
    expect(vendor.heard).toEqual([`${5 * ONE_WAY} upgrade`]);
    expect(events).toEqual([`${6 * ONE_WAY + THINKING} opened`]);
    const [request] = vendor.requests;
    expect([request?.path, request?.query.get('model'), request?.headers]).toEqual([
      '/talk',
      'x',
      { 'x-api-key': 'k' },
    ]);
  });

  test('without TLS costs one round trip less', async () => {
    const { events, at, run } = socketStage();
    at(0, open('ws://vendor/talk'));
    await run();
    expect(events).toEqual([`${4 * ONE_WAY + THINKING} opened`]);
  });

  test('may be refused in words, with header names as they arrive', async () => {
    const { events, at, run } = socketStage({ answer: 'refuse' });
    at(0, open());
    at(200_000, send('into the void'));
    await run();
    expect(events).toEqual([`${6 * ONE_WAY + THINKING} refused 429 {"retry-after":"3"} later`]);
  });

  test('may be dropped without a word', async () => {
    const { events, at, run } = socketStage({ answer: 'drop' });
    at(0, open());
    await run();
    expect(events).toEqual([`${6 * ONE_WAY} failed: connection refused`]);
  });

  test('is told before the first message, however eager the vendor', async () => {
    const { events, at, run } = socketStage({ greeting: 'welcome' });
    at(0, open());
    await run();
    expect(events.map((event) => event.split(' ')[1])).toEqual(['opened', 'message']);
  });
});

describe('talking', () => {
  test('messages arrive one way later, in their order', async () => {
    const { vendor, events, at, run } = socketStage();
    at(0, open());
    for (const word of ['a', 'b', 'c']) at(100_000, send(word));
    await run();
    expect(vendor.heard.slice(1)).toEqual(['110000 1: a', '110000 1: b', '110000 1: c']);
    vendor.sockets[0]?.send('x');
    vendor.sockets[0]?.send('y');
    await run();
    expect(events.slice(1)).toEqual(['120000 message x', '120000 message y']);
  });

  test('before it is open nothing is sent', async () => {
    const { vendor, at, run } = socketStage();
    at(0, open());
    at(1_000, send('too early'));
    await run();
    expect(vendor.heard).toHaveLength(1);
  });
});

describe('the end', () => {
  test('by the agent: the vendor hears one way later, the agent a round trip later', async () => {
    const { vendor, events, at, run } = socketStage();
    at(0, open());
    at(100_000, send('last'));
    at(100_000, close);
    at(100_000, send('after the end'));
    at(100_000, close);
    await run();
    expect(vendor.heard.slice(1)).toEqual(['110000 1: last', '110000 1: closed 1000']);
    expect(events.slice(1)).toEqual(['120000 closed 1000 done']);
  });

  test('by the vendor: what it said before arrives before', async () => {
    const { vendor, events, at, run } = socketStage();
    at(0, open());
    await run();
    vendor.sockets[0]?.send('goodbye');
    vendor.sockets[0]?.close(1011, 'tired');
    vendor.sockets[0]?.destroy();
    vendor.sockets[0]?.send('ghost');
    await run();
    expect(events.slice(1).map((event) => event.replace(/^\d+ /, ''))).toEqual([
      'message goodbye',
      'closed 1011 tired',
    ]);
  });

  test('by a cut: 1006 without a word', async () => {
    const { vendor, events, at, run } = socketStage();
    at(0, open());
    await run();
    vendor.sockets[0]?.destroy();
    await run();
    expect(terminal(events)).toEqual([expect.stringMatching(/ closed 1006$/)]);
    expect(vendor.heard.at(-1)).toMatch(/1: closed 1006$/);
  });

  test.each([0, 5_000, 9_999, 10_000, 15_000])('from both sides, %i µs apart, is one end', async (apart) => {
    const { kernel, vendor, events, at, run } = socketStage();
    at(0, open());
    at(100_000, close);
    kernel.after(100_000 + apart, () => vendor.sockets[0]?.close(1001, 'going away'), undefined);
    await run();
    expect(terminal(events)).toHaveLength(1);
    expect(vendor.heard.filter((what) => what.includes('closed'))).toHaveLength(1);
  });

  // From the request to the answered upgrade, in steps that hit every leg of the handshake.
  test.each(Array.from({ length: 13 }, (_, index) => index * 5_000))(
    'asked for %i µs into the handshake is one end, and never an opening',
    async (time) => {
      const { vendor, events, at, run } = socketStage();
      at(0, open());
      at(time, close);
      await run();
      expect(events).toEqual([expect.stringContaining('failed: closed before it was open')]);
      const opened = vendor.sockets.length;
      expect(vendor.heard.filter((what) => what.includes('closed'))).toHaveLength(opened);
    },
  );
});

describe('another socket', () => {
  test('silences the former one, which the vendor sees cut', async () => {
    const { vendor, events, at, run } = socketStage();
    at(0, open());
    at(100_000, send('hello from one'));
    at(120_000, open());
    await run();
    vendor.sockets[0]?.send('ghost');
    vendor.sockets[0]?.close(1000, 'ghost');
    vendor.sockets[1]?.send('alive');
    await run();
    expect(events.map((event) => event.replace(/^\d+ /, ''))).toEqual(['opened', 'opened', 'message alive']);
    expect(vendor.heard).toContain('130000 1: closed 1006');
  });

  test('after an end works like the first', async () => {
    const { vendor, events, at, run } = socketStage();
    at(0, open());
    at(100_000, close);
    at(200_000, open());
    at(300_000, send('again'));
    await run();
    expect(events.map((event) => event.replace(/^\d+ /, ''))).toEqual([
      'opened',
      'closed 1000 done',
      'opened',
    ]);
    expect(vendor.heard.at(-1)).toBe('310000 2: again');
  });

  test('that is opened while the first is still on its way gets the only answer', async () => {
    const { events, at, run } = socketStage();
    at(0, open());
    at(30_000, open());
    await run();
    expect(events).toEqual([`${30_000 + 6 * ONE_WAY + THINKING} opened`]);
  });
});

test('requests without a socket are ignored', async () => {
  const { events, vendor, at, run } = socketStage();
  at(0, send('nobody'));
  at(0, close);
  await run();
  expect([events, vendor.heard]).toEqual([[], []]);
});
