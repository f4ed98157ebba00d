import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { LIMITS } from '../core/limit.ts';
import type { HttpEvent } from '../core/wire.ts';
import { HttpClient, keepAliveAgents } from './http.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const run of undo.splice(0)) run();
});

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
}

/** A client and its events, one by one. */
function client() {
  const events: HttpEvent[] = [];
  let wake = () => {};
  const agents = keepAliveAgents();
  const http = new HttpClient((event) => {
    events.push(event);
    wake();
  }, agents);
  undo.push(() => {
    http.destroy();
    agents.plain.destroy();
    agents.secure.destroy();
  });
  const next = async (): Promise<HttpEvent> => {
    while (events.length === 0) await new Promise<void>((done) => (wake = done));
    return events.shift() as HttpEvent;
  };
  const post = (id: number, url: string, headers = {}) =>
    http.request({ kind: 'request', id, method: 'POST', url, headers, body: '{"ä":1}' });
  return { http, next, events, post };
}

const textOf = (event: HttpEvent) =>
  event.kind === 'chunk' ? Buffer.from(event.data).toString() : event.kind;

test('an answer streams as it is written, and the next exchange uses the same connection', async () => {
  const ports: (number | undefined)[] = [];
  const bodies: string[] = [];
  const url = await listen(async (request, response) => {
    ports.push(request.socket.remotePort);
    for await (const chunk of request) bodies.push(String(chunk));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'X-Two': ['a', 'b'] });
    response.write('data: one\n\n');
    setTimeout(() => response.end('data: two\n\n'), 10);
  });
  const w = client();
  for (const id of [1, 2]) {
    w.post(id, url, { 'content-type': 'application/json' });
    expect(await w.next()).toMatchObject({
      kind: 'head',
      id,
      status: 200,
      headers: { 'content-type': 'text/event-stream', 'x-two': 'a, b' },
    });
    expect(textOf(await w.next())).toBe('data: one\n\n');
    expect(textOf(await w.next())).toBe('data: two\n\n');
    expect(await w.next()).toEqual({ kind: 'end', id });
    // The connection is back in the pool one turn of the loop after the end.
    await new Promise((done) => setImmediate(done));
  }
  expect(bodies).toEqual(['{"ä":1}', '{"ä":1}']);
  expect(new Set(ports).size).toBe(1);
  expect(w.events).toEqual([]);
});

test('every caller the agent may have is answered at the same time', async () => {
  let asked = 0;
  let all = () => {};
  const everybody = new Promise<void>((done) => (all = done));
  const url = await listen(() => {
    asked += 1;
    if (asked === LIMITS.clientsMax) all();
  });
  const w = client();
  for (let id = 1; id <= LIMITS.clientsMax; id += 1) w.post(id, url);
  await everybody;
  expect(w.events).toEqual([]);
});

test('an abort reaches the server and is the last that is heard of the exchange', async () => {
  let left = () => {};
  const gone = new Promise<void>((done) => (left = done));
  const url = await listen((_request, response) => {
    response.write('data: one\n\n');
    response.on('close', left);
  });
  const w = client();
  w.post(1, url);
  await w.next();
  await w.next();
  w.http.request({ kind: 'abort', id: 1 });
  await gone;
  expect(w.events).toEqual([]);
});

test('a cut in mid-stream is broken, once', async () => {
  const url = await listen((_request, response) => {
    response.write('data: one\n\n');
    setTimeout(() => response.socket?.destroy(), 10);
  });
  const w = client();
  w.post(1, url);
  await w.next();
  await w.next();
  expect(await w.next()).toMatchObject({ kind: 'broken', id: 1 });
  await new Promise((done) => setTimeout(done, 20));
  expect(w.events).toEqual([]);
});

test('nobody there, a bad address and a bad header are broken without the key', async () => {
  const key = 'csk-secret-0123456789';
  const w = client();
  w.post(1, 'http://127.0.0.1:1/', { authorization: `Bearer ${key}` });
  const refused = await w.next();
  expect(refused).toMatchObject({ kind: 'broken', id: 1 });
  w.post(2, `nonsense ${key}`, { authorization: `Bearer ${key}` });
  w.post(3, 'http://127.0.0.1:1/', { authorization: `Bearer ${key}\n` });
  const others = [await w.next(), await w.next()];
  expect(others.map(({ kind, id }) => [kind, id])).toEqual([
    ['broken', 2],
    ['broken', 3],
  ]);
  expect(JSON.stringify([refused, ...others])).not.toContain(key);
});
