// The guarded door on real sockets: who may begin a session, over what, and how much of it. Every refusal has
// a status of its own and words that say what to do.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { SecuritySettings } from '../setting/security-table.ts';
import type { Connection } from './connection.ts';
import { type Guard, raiseGuard, USUAL_LIMITS } from './guard.ts';
import { type AgentServer, startServer } from './server.ts';
import { Tickets } from './ticket.ts';

const SECRET = 'a-secret-of-some-length';
const folder = mkdtempSync(join(tmpdir(), 'parley-guard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const servers: AgentServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Sessions that last until their client says goodbye. */
function resident(connection: Connection): void {
  const session = { ended: false, silentUs: 0, back: () => {}, leave: () => {} };
  connection.onMessage((data) => connection.send(data));
  connection.onClosed((code) => {
    session.ended = code !== 1006;
    session.silentUs = Number.POSITIVE_INFINITY;
  });
  connection.stay(session);
  connection.send('welcome');
}

async function open(guard: Partial<Guard>): Promise<string> {
  const started = await startServer({
    host: '127.0.0.1',
    port: 0,
    onClient: resident,
    guard: { limits: USUAL_LIMITS, ...guard },
  });
  if (!started.ok) throw new Error(started.reason);
  servers.push(started.server);
  return `127.0.0.1:${started.server.port}`;
}

const start = (address: string, authorization?: string) =>
  fetch(`http://${address}/start`, {
    method: 'POST',
    headers: authorization === undefined ? {} : { authorization },
  });

const urlFrom = async (address: string): Promise<string> =>
  ((await (await start(address, `Bearer ${SECRET}`)).json()) as { wsUrl: string }).wsUrl;

type Dialled = { readonly told: string; readonly socket: WebSocket };

/** What a client is told first, or the status and words with which it is turned away. */
async function dial(url: string, headers: Record<string, string> = {}): Promise<Dialled> {
  const socket = new WebSocket(url, { headers, rejectUnauthorized: false });
  const refused = once(socket, 'unexpected-response').then(async ([, response]) => {
    let body = '';
    for await (const chunk of response) body += chunk;
    return `${response.statusCode} ${JSON.parse(body).detail}`;
  });
  const met = once(socket, 'message').then(([data]) => String(data));
  return { told: await Promise.race([refused, met]), socket };
}

describe('with a key', () => {
  const guarded = (tickets = new Tickets({ secret: SECRET })) => open({ tickets });

  test('a session is given to whoever has it, and to nobody else', async () => {
    const address = await guarded();
    for (const wrong of [undefined, 'Bearer wrong', `Basic ${SECRET}`]) {
      const answer = await start(address, wrong);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(await answer.json()).toEqual({ detail: expect.stringContaining('AUTH_SECRET') });
    }
    expect((await dial(await urlFrom(address))).told).toBe('welcome');
  });

  test('nobody begins without a token, with a forged one, or with one of another key', async () => {
    const address = await guarded();
    const ticket = new Tickets({ secret: 'another-secret-of-length' }).issue();
    const socket = `ws://${address}/ws-client`;
    expect((await dial(socket)).told).toMatch(/^401 this agent asks for a token; get one with POST \/start/);
    expect((await dial(`ws://${address}/`)).told).toMatch(/^401 /);
    for (const forged of [ticket, 'x', SECRET]) {
      expect((await dial(`${socket}?session=${forged}`)).told).toMatch(/^401 this token was not given out/);
    }
  });

  test('a token is good once, for its time, in an address or a header', async () => {
    const at = { ms: Date.now() };
    const address = await guarded(new Tickets({ secret: SECRET, lifeMs: 60_000, wallMs: () => at.ms }));
    const [used, late, header] = [await urlFrom(address), await urlFrom(address), await urlFrom(address)];
    const { socket } = await dial(used);
    expect((await dial(used)).told).toMatch(/^409 this session is connected/);
    const closed = once(socket, 'close');
    socket.close(1000);
    await closed;
    expect((await dial(used)).told).toMatch(/^401 this token has been used, its session is over/);
    const token = new URL(header).searchParams.get('session') ?? '';
    const byHeader = await dial(`ws://${address}/ws-client`, { authorization: `Bearer ${token}` });
    expect(byHeader.told).toBe('welcome');
    at.ms += 62_000;
    expect((await dial(late)).told).toMatch(/^401 this token has expired/);
  });

  test('whoever has begun comes back after the time to begin is over', async () => {
    const at = { ms: Date.now() };
    const address = await guarded(new Tickets({ secret: SECRET, lifeMs: 1_000, wallMs: () => at.ms }));
    const url = await urlFrom(address);
    const { socket } = await dial(url);
    at.ms += 60_000;
    socket.terminate();
    const back = () =>
      new Promise<string>((resolve) => {
        const again = new WebSocket(url);
        again.on('open', () => resolve('let in'));
        again.on('error', (error) => resolve(error.message));
      });
    await expect.poll(back).toBe('let in');
  });
});

describe('the share of each', () => {
  test('of places is held against the address that the proxy names', async () => {
    const limits = { ...USUAL_LIMITS, sessionsPerAddressMax: 2 };
    const address = await open({ proxied: true, limits });
    const from = (peer: string) => dial(`ws://${address}/ws-client`, { 'x-forwarded-for': peer });
    const first = await from('203.0.113.5');
    expect([first.told, (await from('203.0.113.5')).told]).toEqual(['welcome', 'welcome']);
    expect((await from('203.0.113.5')).told).toMatch(/^429 2 calls of this address are under way/);
    expect((await from('203.0.113.6')).told).toBe('welcome');
    first.socket.close(1000);
    await once(first.socket, 'close');
    expect((await from('203.0.113.5')).told).toBe('welcome');
  });

  test('of all places together is a setting', async () => {
    const address = await open({ limits: { ...USUAL_LIMITS, sessionsMax: 1 } });
    expect((await dial(`ws://${address}/ws-client`)).told).toBe('welcome');
    expect((await dial(`ws://${address}/ws-client`)).told).toMatch(/^503 all 1 places are taken/);
  });

  test.each([
    ['bytes', { messageBytesMax: 20_000 }, [new Uint8Array(20_001)], 1009, /20001 bytes came; at most 20000/],
    ['messages', { messagesPerSecondMax: 10 }, Array<string>(41).fill('x'), 1008, /more than 10 messages/],
  ])('of %s is one too', async (_name, limits, messages, code, reason) => {
    const address = await open({ limits: { ...USUAL_LIMITS, ...limits } });
    const { socket } = await dial(`ws://${address}/ws-client`);
    const closed = once(socket, 'close');
    for (const message of messages) socket.send(message);
    const [given, why] = await closed;
    expect([given, String(why)]).toEqual([code, expect.stringMatching(reason)]);
  });
});

describe('a certificate', () => {
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const settings = (tls: SecuritySettings['tls']): SecuritySettings => ({
    proxied: false,
    limits: USUAL_LIMITS,
    stay: { sessionMaxMs: 0, idleMaxMs: 0 },
    ...(tls === undefined ? {} : { tls }),
  });

  test('encrypts pages and calls', async ({ skip }) => {
    try {
      const subject = ['-subj', '/CN=localhost', '-days', '2', '-nodes'];
      const out = ['-keyout', files.keyFile, '-out', files.certFile];
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...out, ...subject], {
        stdio: 'ignore',
      });
    } catch {
      return skip('no openssl here to make a certificate with');
    }
    const raised = await raiseGuard(settings(files), () => {});
    if (!raised.ok) throw new Error(raised.problem.what);
    const address = await open(raised.guard);
    const asked = request(`https://${address}/start`, { method: 'POST', rejectUnauthorized: false }).end();
    const [response] = await once(asked, 'response');
    let body = '';
    for await (const chunk of response) body += chunk;
    const { wsUrl } = JSON.parse(body);
    expect(wsUrl).toMatch(/^wss:/);
    expect((await dial(wsUrl)).told).toBe('welcome');
  });

  test('that is none is a problem that names the file and quotes nothing of it', async () => {
    const missing = await raiseGuard(settings({ ...files, certFile: join(folder, 'none') }), () => {});
    expect(missing).toMatchObject({
      ok: false,
      problem: { what: expect.stringContaining('ENOENT'), where: expect.stringContaining('TLS_CERT_FILE') },
    });
    const odd = join(folder, 'odd.pem');
    writeFileSync(odd, 'Qz7-PLANTED');
    const wrong = await raiseGuard(settings({ certFile: odd, keyFile: odd }), () => {});
    expect(wrong).toMatchObject({ ok: false, problem: { what: expect.stringContaining('ERR_OSSL') } });
    expect(JSON.stringify(wrong)).not.toContain('PLANTED');
  });
});
