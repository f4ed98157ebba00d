// Two calls in one process on real sockets and timers: a bug in one of them is its own end, and nothing
// that the other notices.
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientFactory } from '../core/client.ts';
import type { ProviderSession } from '../core/provider.ts';
import { Session, type SessionParts } from '../core/session.ts';
import { DEFAULT_CORE_SETTINGS } from '../core/setting.ts';
import { type Micros, ms } from '../core/time.ts';
import type { SocketEvent } from '../core/wire.ts';
import { monotonicUs } from './clock.ts';
import { SessionHost } from './host.ts';
import { keepAliveAgents } from './http.ts';
import { startServer } from './server.ts';
import { Vad } from './vad.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const run of undo.splice(0).reverse()) await run();
});

/** Answers whatever it is told with the same. */
const echo: ClientFactory = (hooks) => ({
  outputRate: 16_000,
  flushable: false,
  leadUs: undefined,
  receiveMedia: () => {},
  receive: (now, data) => hooks.send(now, data),
  observe: () => {},
  sendAudio: () => {},
  flushAudio: () => {},
  back: () => true,
  close: () => {},
});

/** A service that does nothing. */
const idle = {
  start: () => {},
  stop: () => {},
  deadline: () => undefined,
  wake: () => {},
  receive: () => {},
  cancel: () => {},
};

type Fault = 'on wake' | 'on an event' | 'on start';

/** A session, healthy or with a bug in its recogniser. */
function sessionWith(fault?: Fault): Session {
  const bug = (): never => {
    throw new Error(`a bug ${fault}`);
  };
  const parts: SessionParts = {
    client: echo,
    stt: (hooks) => ({
      ...idle,
      ...(fault === 'on wake' ? wakingOnce(bug) : {}),
      ...(fault === 'on start' ? { start: bug } : {}),
      ...(fault === 'on an event' ? failingOnEvent(hooks.request, bug) : {}),
      sendAudio: () => {},
      finalize: () => {},
    }),
    llm: () => ({ ...idle, generate: () => {} }),
    tts: () => ({ ...idle, speak: () => {}, endReply: () => {} }),
    countTokens: () => 1,
  };
  return new Session(DEFAULT_CORE_SETTINGS, parts);
}

const wakingOnce = (wake: () => never): Partial<ProviderSession> => ({ deadline: () => ms(30), wake });

/** Asks for a socket that cannot be had, and has a bug where it hears so. */
const failingOnEvent = (
  request: (
    now: Micros,
    request: { kind: 'open'; url: string; headers: object & Record<string, string> },
  ) => void,
  receive: (now: Micros, event: SocketEvent) => never,
) => ({
  start: (now: Micros) => request(now, { kind: 'open', url: 'ws://127.0.0.1:1', headers: {} }),
  receive,
});

test.each<Fault>(['on wake', 'on an event', 'on start'])(
  'a bug %s ends its own call with 1011',
  async (fault) => {
    const vad = await Vad.load();
    const agents = keepAliveAgents();
    const faults: unknown[] = [];
    const ended: string[] = [];
    const calls: [string, Session][] = [
      ['healthy', sessionWith()],
      ['unlucky', sessionWith(fault)],
    ];
    const started = await startServer({
      host: '127.0.0.1',
      port: 0,
      onClient: (connection) => {
        const [name, session] = calls.shift() ?? ['late', sessionWith()];
        const originUs = monotonicUs();
        new SessionHost({
          session,
          connection,
          vad,
          agents,
          now: () => monotonicUs() - originUs,
          note: () => {},
          onFault: (error) => faults.push(error),
          ended: () => ended.push(name),
        });
      },
      onFault: (error) => faults.push(['not confined', error]),
    });
    if (!started.ok) throw new Error(started.reason);
    undo.push(() => started.server.close());
    const url = `ws://127.0.0.1:${started.server.port}/ws-client`;
    const healthy = new WebSocket(url);
    await once(healthy, 'open');
    const unlucky = new WebSocket(url);
    const [code, reason] = await once(unlucky, 'close');
    expect([code, String(reason)]).toEqual([1011, 'internal error']);
    expect(faults).toMatchObject([{ message: `a bug ${fault}` }]);
    expect(ended).toEqual(['unlucky']);
    healthy.send('still here');
    const [data] = await once(healthy, 'message');
    expect(String(data)).toBe('still here');
  },
);
