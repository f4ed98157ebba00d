import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SocketEvent } from '../core/wire.ts';
import { ClientSocket } from './socket.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const run of undo.splice(0)) run();
});

/** A server on a free port. `greet` has each accepted socket; without it upgrades are refused. */
async function listen(
  greet?: (socket: WebSocket, headers: NodeJS.Dict<string | string[]>) => void,
): Promise<string> {
  const server: Server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    if (greet === undefined) {
      const body = 'x'.repeat(10_000);
      socket.end(
        [
          'HTTP/1.1 429 Too Many',
          'Retry-After: 3',
          'content-type: text/plain',
          `content-length: ${body.length}`,
          '',
          body,
        ].join('\r\n'),
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => greet(accepted, request.headers));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  undo.push(() => {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/path?x=1`;
}

/** A client socket and its events, one by one. */
function client() {
  const events: SocketEvent[] = [];
  let wake = () => {};
  const socket = new ClientSocket((event) => {
    events.push(event);
    wake();
  });
  undo.push(() => socket.destroy());
  const next = async (): Promise<SocketEvent> => {
    while (events.length === 0) await new Promise<void>((done) => (wake = done));
    return events.shift() as SocketEvent;
  };
  return { socket, next, events };
}

test('text and bytes go both ways, and headers go along', async () => {
  let seen: unknown;
  const url = await listen((socket, headers) => {
    seen = headers['x-api-key'];
    socket.on('message', (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
  });
  const w = client();
  w.socket.request({ kind: 'open', url, headers: { 'X-API-Key': 'secret-key' } });
  expect(await w.next()).toEqual({ kind: 'opened' });
  w.socket.request({ kind: 'send', data: 'héllo' });
  expect(await w.next()).toEqual({ kind: 'message', data: 'héllo' });
  w.socket.request({ kind: 'send', data: new Uint8Array([1, 2, 3]) });
  const echo = await w.next();
  expect(echo.kind === 'message' && [...Buffer.from(echo.data)]).toEqual([1, 2, 3]);
  expect(seen).toBe('secret-key');
  w.socket.request({ kind: 'close', code: 1000, reason: 'bye' });
  expect(await w.next()).toEqual({ kind: 'closed', code: 1000, reason: 'bye' });
});

test('a refused upgrade tells status, headers and the beginning of its body', async () => {
  const w = client();
  w.socket.request({ kind: 'open', url: await listen(), headers: {} });
  const refused = await w.next();
  expect(refused).toMatchObject({ kind: 'refused', status: 429, headers: { 'retry-after': '3' } });
  expect(refused.kind === 'refused' && refused.body).toHaveLength(4_096);
  await new Promise((done) => setTimeout(done, 20));
  expect(w.events).toEqual([]);
});

test('a server that closes, and one that cuts, are told apart', async () => {
  const closing = client();
  closing.socket.request({
    kind: 'open',
    url: await listen((socket) => socket.close(1008, 'idle')),
    headers: {},
  });
  expect(await closing.next()).toEqual({ kind: 'opened' });
  expect(await closing.next()).toEqual({ kind: 'closed', code: 1008, reason: 'idle' });
  const cut = client();
  cut.socket.request({ kind: 'open', url: await listen((socket) => socket.terminate()), headers: {} });
  expect(await cut.next()).toEqual({ kind: 'opened' });
  expect(await cut.next()).toEqual({ kind: 'closed', code: 1006, reason: '' });
});

test('nobody there, a bad address and a bad header are failures without the key', async () => {
  const key = 'sk_secret_0123456789';
  for (const [url, authorization] of [
    ['ws://127.0.0.1:1/', `Bearer ${key}`],
    [`nonsense ${key}`, `Bearer ${key}`],
    ['ws://127.0.0.1:1/', `Bearer ${key}\n`],
  ] as const) {
    const w = client();
    w.socket.request({ kind: 'open', url, headers: { authorization } });
    const failed = await w.next();
    expect(failed.kind).toBe('failed');
    expect(JSON.stringify(failed)).not.toContain(key);
  }
});

test('a socket closed while it connects fails, and nothing of a former one is told of the next', async () => {
  const url = await listen((socket) => socket.send('hello'));
  const w = client();
  w.socket.request({ kind: 'open', url, headers: {} });
  w.socket.request({ kind: 'close', code: 1000, reason: '' });
  expect(await w.next()).toMatchObject({ kind: 'failed' });
  w.socket.request({ kind: 'open', url, headers: {} });
  w.socket.request({ kind: 'open', url, headers: {} });
  expect(await w.next()).toEqual({ kind: 'opened' });
  expect(await w.next()).toEqual({ kind: 'message', data: 'hello' });
  expect(w.events).toEqual([]);
});

test('a peer that does not read costs the connection, not the memory', async () => {
  const url = await listen((socket) => socket.pause());
  const w = client();
  w.socket.request({ kind: 'open', url, headers: {} });
  expect(await w.next()).toEqual({ kind: 'opened' });
  const chunk = new Uint8Array(1 << 20);
  for (let sent = 0; sent < 64; sent += 1) w.socket.request({ kind: 'send', data: chunk });
  expect(await w.next()).toEqual({ kind: 'closed', code: 1006, reason: '' });
});
