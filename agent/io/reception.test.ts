// Who may come back to a conversation whose connection broke, on real loopback sockets; and who may not.
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { LIMITS } from '../core/limit.ts';
import type { Micros } from '../core/time.ts';
import type { Connection } from './connection.ts';
import { Reception, type Resident } from './reception.ts';
import { type AgentServer, startServer } from './server.ts';

const servers: AgentServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A session that remembers what happened to it, and whose client fell silent when it is told so. */
class Guest implements Resident {
  ended = false;
  silentUs: Micros = 0;
  readonly connections: Connection[];

  constructor(first: Connection) {
    this.connections = [first];
    first.stay(this);
    first.send('welcome');
  }

  back(connection: Connection): void {
    this.connections.push(connection);
    connection.send('welcome back');
  }

  leave(): void {
    this.ended = true;
  }
}

async function open(): Promise<{ readonly address: string; readonly guests: Guest[] }> {
  const guests: Guest[] = [];
  const onClient = (connection: Connection) => void guests.push(new Guest(connection));
  const started = await startServer({ host: '127.0.0.1', port: 0, onClient });
  if (!started.ok) throw new Error(started.reason);
  servers.push(started.server);
  return { address: `127.0.0.1:${started.server.port}`, guests };
}

async function urlFrom(address: string): Promise<string> {
  const answer = await fetch(`http://${address}/start`, { method: 'POST' });
  return ((await answer.json()) as { wsUrl: string }).wsUrl;
}

/** The first message of a connection that was let in, or the status and words of one that was not. */
async function dial(url: string): Promise<string> {
  const socket = new WebSocket(url);
  const refused = once(socket, 'unexpected-response').then(async ([, response]) => {
    let body = '';
    for await (const chunk of response) body += chunk;
    return `${response.statusCode} ${JSON.parse(body).detail}`;
  });
  return Promise.race([refused, once(socket, 'message').then(([data]) => String(data))]);
}

describe('at the door', () => {
  test('the address of /start begins a session, and leads back to it once its line is silent', async () => {
    const { address, guests } = await open();
    const url = await urlFrom(address);
    expect(await dial(url)).toBe('welcome');
    expect(await dial(url)).toMatch(/^409 this session is connected/);
    const [guest] = guests;
    if (guest !== undefined) guest.silentUs = LIMITS.clientQuietUs;
    expect(await dial(url)).toBe('welcome back');
    expect([guests.length, guest?.connections.length]).toEqual([1, 2]);
  });

  test('a client without an id is given one, and comes back with that', async () => {
    const { address, guests } = await open();
    expect(await dial(`ws://${address}/ws-client`)).toBe('welcome');
    const [guest] = guests;
    const id = guest?.connections[0]?.session ?? '';
    expect(id).toMatch(/^[\w-]{22}$/);
    if (guest !== undefined) guest.silentUs = Number.POSITIVE_INFINITY;
    expect(await dial(`ws://${address}/ws-client?session=${id}`)).toBe('welcome back');
  });

  test('an id that is nobody’s, and one whose session is over, are refused in words', async () => {
    const { address, guests } = await open();
    const url = await urlFrom(address);
    await dial(url);
    const [guest] = guests;
    if (guest !== undefined) guest.ended = true;
    expect(await dial(url)).toMatch(/^410 this session is over: call without/);
    for (const guess of ['', 'AAAAAAAAAAAAAAAAAAAAAA', '%00%ff', 'a'.repeat(5_000)]) {
      expect(await dial(`ws://${address}/ws-client?session=${guess}`)).toMatch(/^404 no session has this id/);
    }
    expect(guests).toHaveLength(1);
  });

  test('a server that closes ends the sessions that wait for somebody, too', async () => {
    const { address, guests } = await open();
    await dial(`ws://${address}/ws-client`);
    await Promise.all(servers.splice(0).map((server) => server.close()));
    expect(guests[0]?.ended).toBe(true);
  });
});

describe('a reception', () => {
  const resident = (): Resident => ({
    ended: false,
    silentUs: Number.POSITIVE_INFINITY,
    back: () => {},
    leave: () => {},
  });

  test('takes an id it gave out for a while, and once', () => {
    const reception = new Reception();
    const [used, late] = [reception.issue(0), reception.issue(0)];
    expect(reception.judge(1, used)).toEqual({ ok: true, id: used });
    reception.settle(used, { ...resident(), ended: true });
    expect(reception.judge(2, used)).toMatchObject({ ok: false, status: 410 });
    expect(reception.judge(LIMITS.sessionIssuedUs + 1, late)).toMatchObject({ ok: false, status: 404 });
  });

  test('forgets the oldest of what it gave out, never what is used', () => {
    const reception = new Reception();
    const [first, second] = [reception.issue(0), reception.issue(0)];
    reception.settle(first, resident());
    for (let count = 0; count < LIMITS.sessionsIssuedMax; count += 1) reception.issue(0);
    expect(reception.judge(1, first)).toMatchObject({ ok: true, resident: { ended: false } });
    expect(reception.judge(1, second)).toMatchObject({ ok: false, status: 404 });
    expect(reception.awayCount).toBe(1);
  });

  test('never gives the same id twice', () => {
    const reception = new Reception();
    const ids = Array.from({ length: 1_000 }, () => reception.issue(0));
    expect(new Set(ids).size).toBe(1_000);
  });
});
