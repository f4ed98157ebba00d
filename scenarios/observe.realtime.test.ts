// The running agent as whoever runs it sees it: the log of a call at `debug`, the figures while it goes on,
// and the way down on SIGTERM. A real process, a real client, the emulators behind it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { encodeFrame, encodeMessage } from '#agent/transports/websocket/wire.ts';
import { clientReady } from '#sim/caller/client/protocol.ts';

/** Without a `.env` of the developer's own. */
const folder = mkdtempSync(join(tmpdir(), 'parley-observe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let agent: ChildProcess | undefined;
afterEach(() => {
  agent?.kill('SIGKILL');
  agent = undefined;
});

type Running = { readonly child: ChildProcess; readonly url: string; lines(): Record<string, unknown>[] };

async function start(env: Readonly<Record<string, string>>): Promise<Running> {
  const child = spawn(process.execPath, [resolve('scenarios/main.ts'), 'start', '--port', '0'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], WS_HOST: '127.0.0.1', ...env },
  });
  agent = child;
  let log = '';
  child.stderr.on('data', (data: Buffer) => {
    log += data.toString();
  });
  let told = '';
  child.stdout.on('data', (data: Buffer) => {
    told += data.toString();
  });
  await expect.poll(() => told, { timeout: 20_000 }).toContain('Talk to it');
  const lines = () =>
    log.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
  return { child, url: /http:\/\/\S+/.exec(told)?.[0] ?? '', lines };
}

/** A client that is ready, and what it was told. */
async function call(url: string): Promise<{ socket: WebSocket; told(): string }> {
  const response = await fetch(`${url}/start`, { method: 'POST' });
  const { wsUrl } = (await response.json()) as { wsUrl: string };
  const socket = new WebSocket(wsUrl);
  let told = '';
  socket.on('message', (data: Buffer) => {
    told += data.toString('latin1');
  });
  await once(socket, 'open');
  socket.send(encodeMessage(clientReady('1')));
  await expect.poll(() => told).toContain('bot-ready');
  const silence = { id: 0n, name: '', pcm: new Uint8Array(640), sampleRate: 16_000, channels: 1 };
  for (let frame = 0; frame < 50; frame += 1) {
    socket.send(encodeFrame({ kind: 'audio', ...silence, pts: undefined }));
  }
  return { socket, told: () => told };
}

test('at debug the log holds every frame and fact of a call; figures and dashboard show it', async () => {
  const { url, lines } = await start({ LOG_LEVEL: 'debug' });
  const { socket } = await call(url);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('parley_calls_running{transport="websocket"} 1');
  const overview = (await (await fetch(`${url}/dashboard.json`)).json()) as { running: { state: string }[] };
  expect(overview.running.map(({ state }) => state)).toEqual(['listening']);
  expect((await fetch(`${url}/dashboard`)).headers.get('content-type')).toContain('text/html');
  // Of the same machine, but not directly.
  const relayed = { headers: { 'x-forwarded-for': '203.0.113.9' } };
  expect((await fetch(`${url}/metrics`, relayed)).status).toBe(403);
  socket.close();
  await expect.poll(() => lines().map(({ msg }) => msg)).toContain('the call ended');
  const frames = lines().filter(({ msg }) => msg === 'frames');
  const heard = frames.filter(({ frame }) => frame === 'AudioRaw').map(({ frames }) => Number(frames));
  expect(heard.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(50);
  expect(lines().map(({ what }) => what)).toContain('session.started');
});

test('on SIGTERM nobody new is taken, the client is told, and after a farewell it exits with 0', async () => {
  const { child, url, lines } = await start({ DRAIN_MS: '16000' });
  const { socket, told } = await call(url);
  const closed = once(socket, 'close');
  const exited = once(child, 'close');
  const before = performance.now();
  child.kill('SIGTERM');
  await expect.poll(told).toContain('"type":"draining"');
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const refused = await fetch(`${url}/start`, { method: 'POST' });
  expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining('going down')]);
  const [code] = await closed;
  expect([1000, 1001]).toContain(code);
  expect(told()).toContain('Thank you, and goodbye');
  expect((await exited)[0]).toBe(0);
  expect(performance.now() - before).toBeLessThan(18_000);
  expect(lines().find(({ msg }) => msg === 'the call ended')).toMatchObject({
    level: 'info',
    reason: 'the agent is going down',
  });
});
