// Calls in rooms of Daily without any room: how they begin, what passes through them, and each way in which
// they end.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/limit.ts';
import { seconds } from '../../core/time.ts';
import type { Connection } from '../connection.ts';
import { Reception } from '../reception.ts';
import { DailyDesk, type DailyDeskOptions } from './desk.ts';
import { StandInApi, StandInBridges } from './stand-in-bridge.test-support.ts';

type Held = {
  readonly connection: Connection;
  readonly messages: unknown[];
  readonly sounds: Uint8Array[];
  readonly ends: (readonly [number, string])[];
};

function stage(more: Partial<DailyDeskOptions> = {}) {
  const bridges = new StandInBridges();
  const api = new StandInApi();
  const calls: Held[] = [];
  const warnings: string[] = [];
  const faults: unknown[] = [];
  const clock = { us: 0 };
  const reception = new Reception();
  const desk = new DailyDesk({
    account: { apiUrl: 'https://emulated/v1', key: 'dk' },
    expiryS: 3_600,
    geo: '',
    outputRate: 24_000,
    bridges,
    ask: api.ask,
    warn: ({ what, todo }) => warnings.push(`${what}; ${todo}`),
    reception,
    callers: () => desk.count,
    now: () => clock.us,
    fault: (error) => faults.push(error),
    onClient: (connection) => {
      const held: Held = { connection, messages: [], sounds: [], ends: [] };
      connection.onMessage((data) => held.messages.push(data));
      connection.onMedia((pcm) => held.sounds.push(pcm));
      connection.onClosed((code, reason) => held.ends.push([code, reason]));
      calls.push(held);
    },
    ...more,
  });
  const start = () => desk.start(reception.issue(clock.us), '192.0.2.1');
  /** A call up to where its caller is there. */
  const call = async () => {
    const answer = await start();
    bridges.last.room.message({ type: 'caller', id: 'c' });
    const [held] = calls;
    if (held === undefined) throw new Error('the caller was not met');
    return { answer, held, room: bridges.last.room, bridge: bridges.last };
  };
  return { desk, bridges, api, calls, warnings, faults, clock, start, call };
}

const bodyOf = ({ body }: { readonly body: string | Uint8Array }) => JSON.parse(String(body));
const GIVEN = { given: { url: 'https://x.daily.co/lobby', token: 't' } };

describe('a start', () => {
  test('is answered as the stock client wants it, once the agent is in the room', async () => {
    const { start, bridges, api, calls } = stage();
    const answer = await start();
    expect([answer.status, bodyOf(answer)]).toEqual([
      200,
      {
        dailyRoom: expect.stringMatching(/^https:\/\/x\.daily\.co\/parley-[\w-]{22}$/),
        dailyToken: 'a-token',
        sessionId: expect.stringMatching(/^[\w-]{22}$/),
      },
    ]);
    expect(api.asked).toEqual(['POST /rooms', 'POST /meeting-tokens', 'POST /meeting-tokens']);
    expect(bridges.last.told).toMatchObject([{ type: 'join', name: 'agent', rate: 24_000 }]);
    // Nobody is there yet: there is no call to be held.
    expect(calls).toEqual([]);
  });

  test('that leads to no room is refused, and whoever runs the agent is told what to do', async () => {
    const { desk, start, api, warnings } = stage();
    api.answer = { ok: true, status: 401, headers: {}, body: '{"error":"authentication-error"}' };
    const answer = await start();
    const what = 'Daily answered 401 (authentication-error)';
    expect([answer.status, bodyOf(answer).detail]).toEqual([503, `no room can be had: ${what}`]);
    expect(warnings).toEqual([expect.stringContaining(`${what}; set DAILY_API_KEY`)]);
    await sleep(0);
    expect(desk.count).toBe(0);
  });

  test('is refused when all places are taken, and the only room of a setting is one place', async () => {
    const full = stage({ callers: () => LIMITS.clientsMax });
    expect((await full.start()).status).toBe(503);
    expect(full.api.asked).toEqual([]);
    const one = stage(GIVEN);
    expect(bodyOf(await one.start()).dailyRoom).toBe(GIVEN.given.url);
    const second = await one.start();
    expect([second.status, bodyOf(second).detail]).toEqual([503, 'the only room is in use; try again later']);
  });

  test('of a setting that names no room is refused as well', async () => {
    const { desk, start } = stage({ given: { url: 'https://x.daily.co/', token: '' } });
    expect(bodyOf(await start()).detail).toContain('DAILY_ROOM_URL names no room');
    expect(desk.count).toBe(0);
  });
});

describe('a call', () => {
  test('hears and says, in messages and in sound', async () => {
    const { call } = stage();
    const { held, room, bridge } = await call();
    expect([held.connection.transport, held.connection.peer]).toEqual(['daily', '192.0.2.1']);
    room.message({ type: 'heard', data: '{"type":"client-ready"}' });
    room.sound(new Uint8Array(640));
    held.connection.send('{"type":"bot-ready"}');
    held.connection.media(new Uint8Array(960));
    expect([held.messages, held.sounds.length]).toEqual([['{"type":"client-ready"}'], 1]);
    expect(bridge.told.at(-1)).toEqual({ type: 'tell', data: '{"type":"bot-ready"}' });
    expect(bridge.spoken).toHaveLength(1);
    room.message({ type: 'untold', reason: 'Message data too large' });
    expect(bridge.told.at(-1)).toMatchObject({ data: expect.stringContaining('did not reach you') });
  });

  test('is over when the caller leaves, and its room is deleted', async () => {
    const { call, desk, api, bridges } = stage();
    const { held, room } = await call();
    room.message({ type: 'caller-left' });
    expect(held.ends).toEqual([[1000, 'the caller left the room']]);
    await sleep(5);
    expect([desk.count, api.asked.at(-1), bridges.last.closed]).toEqual([0, 'DELETE /rooms/parley-…', true]);
  });

  test('is over when the agent ends it', async () => {
    const { call, desk, api } = stage();
    const { held } = await call();
    held.connection.close(1000, 'the session has ended');
    await sleep(5);
    expect([held.ends, desk.count, api.asked.at(-1)]).toEqual([
      [[1000, 'the session has ended']],
      0,
      'DELETE /rooms/parley-…',
    ]);
  });

  test('is over when its bridge breaks, or falls silent after its first sound', async () => {
    const broken = stage();
    const one = await broken.call();
    one.room.lost('the page of the bridge is gone');
    expect(one.held.ends).toEqual([[1011, 'the page of the bridge is gone']]);
    const silent = stage();
    const other = await silent.call();
    silent.clock.us = seconds(60);
    silent.desk.checkLiveness(seconds(15));
    expect(other.held.ends).toEqual([]);
    other.room.sound(new Uint8Array(640));
    silent.clock.us += seconds(16);
    silent.desk.checkLiveness(seconds(15));
    expect(other.held.ends).toEqual([[1011, 'nothing came from the room for 16000 ms']]);
  });

  test('that floods is cut, and a bug in one ends that one only', async () => {
    const { call } = stage();
    const { held, room } = await call();
    for (let at = 0; at <= LIMITS.clientMessagesAtOnceMax; at += 1) room.message({ type: 'heard', data: '' });
    expect(held.messages).toHaveLength(LIMITS.clientMessagesAtOnceMax);
    expect(held.ends).toEqual([[1008, expect.stringContaining('messages a second came')]]);
    const mine = stage();
    const bad = await mine.call();
    bad.held.connection.onMessage(() => {
      throw new Error('a bug');
    });
    bad.room.message({ type: 'heard', data: '{}' });
    expect([mine.faults.length, bad.held.ends]).toEqual([1, [[1011, 'internal error']]]);
  });

  test('ends with the desk, which waits until every room is deleted', async () => {
    const { call, desk, api, bridges } = stage();
    const { held } = await call();
    await desk.close('the server is shutting down');
    expect(held.ends).toEqual([[1011, 'the server is shutting down']]);
    expect([desk.count, api.asked.at(-1), bridges.closed]).toEqual([0, 'DELETE /rooms/parley-…', true]);
  });
});
