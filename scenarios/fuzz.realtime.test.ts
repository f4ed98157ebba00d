// A server that everybody may send anything: bytes that are no HTTP, requests that make no sense, and a
// recorded session, mutated. Nothing crashes, nothing is left behind, every refusal says why, and somebody
// else's call at the same server notices nothing.
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createCall } from '#agent/call.ts';
import type { Connection } from '#agent/io/connection.ts';
import { USUAL_LIMITS } from '#agent/io/guard.ts';
import { SessionHost } from '#agent/io/host.ts';
import { keepAliveAgents } from '#agent/io/http.ts';
import { type AgentServer, startServer } from '#agent/io/server.ts';
import { Vad } from '#agent/io/vad.ts';
import { readSettings } from '#agent/settings.ts';
import { encodeAudio, encodeMessage } from '#agent/transports/websocket/wire.ts';
import { openTroupe, type Troupe, TypingClient } from './agent-process.test-support.ts';

const faults: unknown[] = [];
const calls = { begun: 0, ended: 0 };
/** What a client sent in a call that went well, message by message. */
const recording: Uint8Array[] = [];
let recorder: ((data: Uint8Array) => void) | undefined;
let troupe: Troupe;
let vad: Vad;
let server: AgentServer;
let address = '';
let neighbour: TypingClient;

beforeAll(async () => {
  troupe = await openTroupe();
  vad = await Vad.load();
  const read = readSettings({ ...troupe.env, CLIENT_PROMPT: 'allow', NUDGE_AFTER_MS: '0' });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { settings } = read;
  const agents = keepAliveAgents();
  const onFault = (error: unknown) => faults.push(error);
  const onClient = (connection: Connection): void => {
    const shared = { settings, countTokens: (text: string) => text.length, sessionId: connection.session };
    const session = createCall({ ...shared, transport: 'websocket', epochMs: Date.now() });
    calls.begun += 1;
    const ended = () => {
      calls.ended += 1;
    };
    const originMs = performance.now();
    const now = () => Math.round((performance.now() - originMs) * 1_000);
    new SessionHost({
      session,
      connection: overheard(connection),
      vad,
      agents,
      now,
      note: () => {},
      onFault,
      ended,
    });
  };
  const limits = { ...USUAL_LIMITS, messagesPerSecondMax: 10_000 };
  const started = await startServer({ host: '127.0.0.1', port: 0, onClient, onFault, guard: { limits } });
  if (!started.ok) throw new Error(started.reason);
  server = started.server;
  address = `127.0.0.1:${server.port}`;
  neighbour = await TypingClient.call(`ws://${address}/ws-client`);
}, 60_000);

let closing: Promise<void> | undefined;

const close = (): Promise<void> => {
  closing ??= server.close().then(() => troupe.close());
  return closing;
};

afterAll(close);

/** The connection, and a copy of what comes over it. */
const overheard = (connection: Connection): Connection =>
  Object.assign(Object.create(connection) as Connection, {
    peer: connection.peer,
    session: connection.session,
    onMessage: (listener: (data: string | Uint8Array) => void) =>
      connection.onMessage((data) => {
        if (typeof data !== 'string') recorder?.(data.slice());
        listener(data);
      }),
    onClosed: (listener: (code: number, reason: string) => void) => connection.onClosed(listener),
    silentUs: () => connection.silentUs(),
    stay: (resident: Parameters<Connection['stay']>[0]) => connection.stay(resident),
    send: (data: string | Uint8Array) => connection.send(data),
    close: (code: number, reason: string) => connection.close(code, reason),
    media: (pcm: Uint8Array) => connection.media(pcm),
    onMedia: (listener: (pcm: Uint8Array) => void) => connection.onMedia(listener),
  });

/** A short call: said aloud, typed, asked and instructed. */
async function record(): Promise<void> {
  recorder = (data) => recording.push(data);
  const client = await TypingClient.call(`ws://${address}/ws-client`);
  const tone = Int16Array.from({ length: 320 }, (_, index) => 8_000 * Math.sin(index / 3));
  for (let count = 0; count < 20; count += 1) {
    client.raw(encodeAudio(new Uint8Array(tone.buffer), 16_000));
  }
  client.types('What time do you open tomorrow?');
  client.says('client-message', { t: 'get-history' });
  client.says('client-message', { t: 'pin-fact', d: { text: 'a member' } });
  client.says('client-message', { t: 'set-prompt', d: { text: 'Be brief.' } });
  client.says('client-message', { t: 'unplayed-audio', d: { ms: 40 } });
  client.says('raw-client-message', { x: 1 });
  await expect.poll(() => client.count('bot-stopped-speaking'), { timeout: 20_000 }).toBe(1);
  client.says('disconnect-bot', {});
  await expect.poll(() => client.open).toBe(false);
  recorder = undefined;
}

/** The neighbour is told what it asks, and nothing of anybody else's. */
async function expectNeighbourWell(): Promise<void> {
  const answers = neighbour.count('server-response');
  neighbour.says('client-message', { t: 'get-history' });
  await expect.poll(() => neighbour.count('server-response')).toBe(answers + 1);
  expect(JSON.stringify(neighbour.told.at(-1)?.data)).toContain('"messages":[]');
  expect(neighbour.count('error') + neighbour.count('error-response')).toBe(0);
  expect(faults).toEqual([]);
}

type Mutation = (messages: readonly Uint8Array[]) => readonly (Uint8Array | string)[];

const place = fc.nat(10_000);
const at = (list: readonly unknown[], index: number): number => index % Math.max(1, list.length);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, place, fc.nat(255)).map(
    ([which, where, value]): Mutation =>
      (messages) =>
        messages.map((message, index) => {
          if (index !== at(messages, which)) return message;
          const bent = message.slice();
          bent[where % Math.max(1, bent.length)] = value;
          return bent;
        }),
  ),
  fc.tuple(place, place).map(
    ([which, where]): Mutation =>
      (messages) =>
        messages.map((message, index) =>
          index === at(messages, which) ? message.slice(0, where % (message.length + 1)) : message,
        ),
  ),
  place.map(
    (which): Mutation =>
      (messages) =>
        messages.toSpliced(at(messages, which), 1),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Mutation =>
      (messages) => {
        const [moved] = messages.slice(at(messages, from));
        return moved === undefined ? messages : messages.toSpliced(at(messages, to), 0, moved);
      },
  ),
  fc.tuple(place, fc.nat(300)).map(
    ([which, times]): Mutation =>
      (messages) => {
        const message = messages[at(messages, which)];
        return message === undefined ? messages : [...messages, ...Array<Uint8Array>(times).fill(message)];
      },
  ),
  place.map(
    (which): Mutation =>
      (messages) => {
        const index = at(messages, which);
        const text = Buffer.from(messages[index] ?? []).toString('latin1');
        return [...messages.slice(0, index), text, ...messages.slice(index + 1)];
      },
  ),
  fc.json().map(
    (json): Mutation =>
      (messages) => [...messages.slice(0, 1), encodeMessage(json)],
  ),
  fc
    .record({
      label: fc.constantFrom('rtvi-ai', 'x'),
      type: fc.constantFrom(
        ...[
          'client-ready',
          'client-message',
          'send-text',
          'append-to-context',
          'dtmf',
          'disconnect-bot',
          '?',
        ],
      ),
      id: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
      data: fc.jsonValue(),
    })
    .map(
      (message): Mutation =>
        (messages) => [...messages.slice(0, 1), encodeMessage(JSON.stringify(message))],
    ),
  fc.uint8Array({ maxLength: 400 }).map(
    (bytes): Mutation =>
      (messages) => [...messages.slice(0, 3), bytes],
  ),
);

/** Sends it all, and goes as `leaves` says. How the server took it. */
async function visit(
  messages: readonly (Uint8Array | string)[],
  leaves: 'hangs up' | 'is cut' | 'waits',
): Promise<{ readonly code: number; readonly reason: string }> {
  const socket = new WebSocket(`ws://${address}/ws-client`);
  socket.on('error', () => {});
  socket.on('message', () => {});
  const closed = new Promise<{ readonly code: number; readonly reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await once(socket, 'open');
  for (const message of messages) socket.send(message);
  if (leaves === 'hangs up') socket.close(1000);
  else if (leaves === 'is cut') setTimeout(() => socket.terminate(), 20);
  else setTimeout(() => socket.close(1000), 150);
  return closed;
}

describe('a server', () => {
  test('holds a call that goes well, which is recorded', record, 30_000);

  test('takes a recorded session in any mutation, and says why when it does not', async () => {
    expect(recording.length).toBeGreaterThan(25);
    const leaving = fc.constantFrom('hangs up' as const, 'is cut' as const, 'waits' as const);
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(mutations, leaving, async (all, leaves) => {
        let messages: readonly (Uint8Array | string)[] = recording;
        for (const mutate of all) {
          messages = mutate(messages.map((one) => (typeof one === 'string' ? Buffer.from(one) : one)));
        }
        const { code, reason } = await visit(messages, leaves);
        expect([1000, 1003, 1005, 1006, 1007, 1008, 1009]).toContain(code);
        if (code > 1_001 && code !== 1_005 && code !== 1_006) expect(reason).not.toBe('');
      }),
      { numRuns: 120, endOnFailure: true },
    );
    await expectNeighbourWell();
  }, 120_000);

  test('answers every request, and says why when it refuses', async () => {
    const method = fc.constantFrom(
      'GET',
      'POST',
      'PATCH',
      'PUT',
      'DELETE',
      'OPTIONS',
      'HEAD',
      'CONNECT',
      'X!',
    );
    const path = fc.oneof(
      fc.constantFrom('/', '/start', '/status', '/ws-client', '/api/offer', '/sessions/x/api/offer'),
      fc.webPath(),
      fc.string(),
    );
    const name = fc.constantFrom(
      ...['origin', 'authorization', 'upgrade', 'connection', 'content-length', 'transfer-encoding'],
      ...['x-forwarded-for', 'x-forwarded-host', 'sec-websocket-key', 'sec-websocket-version', 'expect', 'x'],
    );
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('upgrade', 'websocket', '13', 'chunked', '5', '99999'),
    );
    const headers = fc.array(fc.tuple(name, value), { maxLength: 5 });
    const written = fc
      .tuple(method, path, headers, fc.oneof(fc.string(), fc.json(), fc.string({ minLength: 70_000 })))
      .map(([verb, target, fields, body]) => {
        const lines = [`${verb} ${target} HTTP/1.1`, 'host: x', ...fields.map((field) => field.join(': '))];
        return `${lines.join('\r\n')}\r\n\r\n${body}`;
      });
    const anything = fc.oneof(
      { weight: 4, arbitrary: written.map((text) => Buffer.from(text)) },
      {
        weight: 1,
        arbitrary: fc.uint8Array({ minLength: 1, maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
      },
    );
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        const answer = await exchange(bytes);
        const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
        // Nothing at all: a request that was never finished.
        if (status === 0) return expect(answer).toBe('');
        expect(status).not.toBe(500);
        if (status >= 400 && !bytes.toString().startsWith('HEAD')) {
          expect(answer.split('\r\n\r\n').slice(1).join('')).toMatch(/\w+ \w+/);
        }
      }),
      { numRuns: 300, endOnFailure: true },
    );
    await expectNeighbourWell();
    expect(await (await fetch(`http://${address}/status`)).json()).toMatchObject({ status: 'ready' });
  }, 120_000);

  test('has nothing left of all that once it is closed', async () => {
    // Whoever was cut may come back; they are waited for no longer than the server is there.
    neighbour.hangUp();
    await close();
    expect(calls.begun).toBeGreaterThan(120);
    expect(calls.ended).toBe(calls.begun);
    const left = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap' || kind === 'TCPServerWrap');
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
  });
});

/** What comes back for these bytes, until the server closes or has been silent for a moment. */
async function exchange(bytes: Uint8Array): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await once(socket, 'connect');
  socket.write(bytes);
  const quiet = setInterval(() => {
    socket.end();
    if (answer !== '') socket.destroy();
  }, 25);
  const late = setTimeout(() => socket.destroy(), 1_000);
  await closed;
  clearInterval(quiet);
  clearTimeout(late);
  return answer;
}
