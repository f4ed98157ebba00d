// The door on real loopback sockets: the way in, the ways to be turned away, and that one client's
// misbehaviour stays its own.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { LIMITS } from '../core/limit.ts';
import { ms } from '../core/time.ts';
import type { Connection } from './connection.ts';
import { USUAL_LIMITS } from './guard.ts';
import { type AgentServer, type ServerOptions, startServer } from './server.ts';

const servers: AgentServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function open(
  options: Partial<ServerOptions> = {},
): Promise<{ port: number; http: string; ws: string }> {
  const started = await startServer({ host: '127.0.0.1', port: 0, onClient: echo, ...options });
  if (!started.ok) throw new Error(started.reason);
  servers.push(started.server);
  const port = started.server.port;
  return { port, http: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` };
}

const echo = (connection: Connection): void => connection.onMessage((data) => connection.send(data));

/** A developer's web server on the same machine. */
const LOCAL_PAGE = 'http://localhost:5173';

async function dial(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  return socket;
}

const nextMessage = async (socket: WebSocket): Promise<[unknown, unknown]> => {
  const [data, isBinary] = await once(socket, 'message');
  return [isBinary ? [...data] : data.toString(), isBinary];
};

describe('over HTTP', () => {
  test('it says that it is ready, and for what', async () => {
    const { http } = await open();
    const response = await fetch(`${http}/status`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ready', transports: ['websocket'] });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('start answers exactly the address of the WebSocket, as the client reached it', async () => {
    const { http, port } = await open({ guard: { limits: USUAL_LIMITS, proxied: true } });
    /** The address without the id, which is another one each time. */
    const start = async (body?: string, headers?: Record<string, string>): Promise<unknown> => {
      const init = {
        method: 'POST',
        ...(body === undefined ? {} : { body }),
        ...(headers ? { headers } : {}),
      };
      const { wsUrl, ...rest } = (await (await fetch(`${http}/start`, init)).json()) as { wsUrl: string };
      const [address, id = ''] = wsUrl.split('?session=');
      expect(id).toMatch(/^[\w-]{22}$/);
      return { wsUrl: address, ...rest };
    };
    const direct = { wsUrl: `ws://127.0.0.1:${port}/ws-client` };
    expect(await start()).toEqual(direct);
    expect(await start('{"transport":"websocket","body":{"who":"me"}}')).toEqual(direct);
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'talk.example.org' };
    expect(await start('{}', proxied)).toEqual({ wsUrl: 'wss://talk.example.org/ws-client' });
    expect(await start('{}', { 'x-forwarded-host': 'evil"host/..' })).toEqual(direct);
  });

  test.each([
    ['another transport', '{"transport":"daily"}', 400, '"daily" is not offered here; use "websocket"'],
    ['no JSON', '{', 400, 'must be JSON'],
    ['a body beyond the limit', 'x'.repeat(70_000), 413, 'larger than 65536 bytes'],
  ])('start with %s is refused in words', async (_name, body, status, detail) => {
    const { http } = await open();
    const response = await fetch(`${http}/start`, { method: 'POST', body });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ detail: expect.stringContaining(detail) });
  });

  test('a page that may call asks with the headers its app uses', async () => {
    const { http } = await open();
    const headers = { origin: LOCAL_PAGE, 'access-control-request-headers': 'content-type,x-tenant' };
    const response = await fetch(`${http}/start`, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toBe('content-type,x-tenant');
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
    expect(response.headers.get('access-control-allow-origin')).toBe(LOCAL_PAGE);
  });

  test('unknown ways are answered with the known ones', async () => {
    const { http } = await open();
    const lost = await fetch(`${http}/nowhere?x=1`);
    expect(lost.status).toBe(404);
    expect(await lost.json()).toEqual({
      detail: expect.stringMatching(/GET \/nowhere; known: .*\/ws-client/),
    });
    expect((await fetch(`${http}/ws-client`)).status).toBe(426);
  });
});

describe('pages of the web', () => {
  const startFrom = async (http: string, origin: string, more = {}) =>
    fetch(`${http}/start`, { method: 'POST', headers: { origin, ...more } });

  async function upgradeFrom(ws: string, origin: string): Promise<number> {
    const socket = new WebSocket(`${ws}/ws-client`, { origin });
    const refused = once(socket, 'unexpected-response').then(([, response]) => response.statusCode);
    return Promise.race([refused, once(socket, 'open').then(() => 101)]);
  }

  test.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
  ])('of %s may not call', async (origin) => {
    const { http, ws } = await open();
    const response = await startFrom(http, origin);
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    const { detail } = (await response.json()) as { detail: string };
    expect(detail).toContain(`"${origin}" may not call this agent`);
    expect(detail).toContain('ALLOWED_ORIGINS');
    expect(await upgradeFrom(ws, origin)).toBe(403);
    const preflight = await fetch(`${http}/start`, { method: 'OPTIONS', headers: { origin } });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([LOCAL_PAGE, 'http://127.0.0.1:9', 'https://[::1]:8443', 'https://app.example.org'])(
    'of %s may: localhost and what was allowed',
    async (origin) => {
      const { http, ws } = await open({ allowedOrigins: new Set(['https://app.example.org']) });
      const response = await startFrom(http, origin);
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(response.headers.get('vary')).toBe('origin');
      expect(await upgradeFrom(ws, origin)).toBe(101);
    },
  );

  test('of the same host may, behind a proxy too if there is one', async () => {
    const proxied = { 'x-forwarded-host': 'talk.example.org' };
    const alone = await open();
    expect((await startFrom(alone.http, 'https://talk.example.org', proxied)).status).toBe(403);
    const { http } = await open({ guard: { limits: USUAL_LIMITS, proxied: true } });
    expect((await startFrom(http, 'https://talk.example.org', proxied)).status).toBe(200);
    expect((await startFrom(http, 'https://other.example.org', proxied)).status).toBe(403);
  });
});

describe('a bug in a route', () => {
  class Broken extends Set<string> {
    override has(): boolean {
      throw new Error('a bug');
    }
  }

  test('is answered with 500 and reported, and the next request is answered', async () => {
    const faults: unknown[] = [];
    const onFault = (error: unknown) => faults.push(error);
    const { http, ws } = await open({ allowedOrigins: new Broken(), onFault });
    const origin = 'https://app.example.org';
    const response = await fetch(`${http}/start`, { method: 'POST', headers: { origin } });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ detail: 'internal error' });
    const socket = new WebSocket(`${ws}/ws-client`, { origin });
    const [, refusal] = await once(socket, 'unexpected-response');
    expect(refusal.statusCode).toBe(500);
    expect(faults).toMatchObject([{ message: 'a bug' }, { message: 'a bug' }]);
    expect((await fetch(`${http}/status`)).status).toBe(200);
  });
});

describe('over WebSocket', () => {
  test('text and bytes pass as what they are, on the named path and on the root', async () => {
    const { ws } = await open();
    for (const path of ['/ws-client?token=x', '/']) {
      const socket = await dial(ws + path);
      socket.send('words');
      expect(await nextMessage(socket)).toEqual(['words', false]);
      socket.send(Uint8Array.of(1, 2, 3));
      expect(await nextMessage(socket)).toEqual([[1, 2, 3], true]);
    }
  });

  test('an upgrade elsewhere is refused with 404', async () => {
    const { ws } = await open();
    const socket = new WebSocket(`${ws}/elsewhere`);
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(404);
  });

  test('a message of twice the limit closes with 1009 and leaves the neighbour talking', async () => {
    const ended = Promise.withResolvers<[number, string]>();
    const { ws } = await open({
      onClient: (connection) => {
        echo(connection);
        connection.onClosed((code, reason) => ended.resolve([code, reason]));
      },
    });
    const [greedy, neighbour] = await Promise.all([dial(`${ws}/ws-client`), dial(`${ws}/ws-client`)]);
    greedy.send(new Uint8Array(2 * LIMITS.clientMessageBytesMax + 1));
    const [code] = await once(greedy, 'close');
    expect(code).toBe(1009);
    expect(await ended.promise).toEqual([1006, expect.stringContaining('Max payload')]);
    neighbour.send('still here');
    expect(await nextMessage(neighbour)).toEqual(['still here', false]);
  });

  test('a listener that throws ends its own client only, and is reported', async () => {
    const faults: unknown[] = [];
    const { ws } = await open({
      onClient: (connection) =>
        connection.onMessage((data) => {
          if (data === 'boom') throw new Error('a bug');
          connection.send(data);
        }),
      onFault: (error) => faults.push(error),
    });
    const [unlucky, neighbour] = await Promise.all([dial(`${ws}/ws-client`), dial(`${ws}/ws-client`)]);
    unlucky.send('boom');
    expect((await once(unlucky, 'close'))[0]).toBe(1011);
    expect(faults).toEqual([new Error('a bug')]);
    neighbour.send('still here');
    expect(await nextMessage(neighbour)).toEqual(['still here', false]);
  });

  test('a client that does not read is cut when its backlog is full', async () => {
    const ended = Promise.withResolvers<[number, string]>();
    let sent = 0;
    const { port } = await open({
      onClient: (connection) => {
        connection.onClosed((code, reason) => ended.resolve([code, reason]));
        const chunk = new Uint8Array(256 * 1024);
        // The system's own socket buffers take some megabytes before anything is left with us.
        for (; sent < 64 << 20; sent += chunk.length) connection.send(chunk);
      },
    });
    const deaf = connect(port, '127.0.0.1');
    deaf.pause();
    deaf.write(UPGRADE);
    expect(await ended.promise).toEqual([
      1008,
      expect.stringMatching(/^the client reads too slowly: \d+ bytes/),
    ]);
    deaf.destroy();
  });

  test('a peer that answers no ping is given up, one that does stays', async () => {
    const ended = Promise.withResolvers<string>();
    const { ws, port } = await open({
      pingEveryUs: ms(20),
      deadAfterUs: ms(100),
      onClient: (connection) => {
        connection.onMessage(() => connection.send('here'));
        connection.onClosed((_code, reason) => ended.resolve(reason));
      },
    });
    const alive = await dial(`${ws}/ws-client`);
    const dead = connect(port, '127.0.0.1');
    dead.write(UPGRADE);
    dead.resume();
    expect(await ended.promise).toContain('no sign of life for');
    alive.send('?');
    expect(await nextMessage(alive)).toEqual(['here', false]);
  });
});

/** A handshake by hand, for peers that do not behave like a WebSocket afterwards. */
const UPGRADE = [
  'GET /ws-client HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');

describe('opening and closing', () => {
  test('a port in use is an answer that names it and says what to do', async () => {
    const { port } = await open();
    const second = await startServer({ host: '127.0.0.1', port, onClient: echo });
    expect(second).toEqual({
      ok: false,
      reason: expect.stringMatching(
        new RegExp(`^port ${port} on 127.0.0.1 is in use .* choose another port`),
      ),
    });
  });

  test('a host that is not ours is an answer too', async () => {
    const result = await startServer({ host: '192.0.2.1', port: 0, onClient: echo });
    expect(result).toEqual({ ok: false, reason: expect.stringContaining('EADDRNOTAVAIL') });
  });

  test('closing ends every call with 1001 and frees the port', async () => {
    const started = await startServer({ host: '127.0.0.1', port: 0, onClient: echo });
    if (!started.ok) throw new Error(started.reason);
    const { port, close } = started.server;
    const socket = await dial(`ws://127.0.0.1:${port}/ws-client`);
    const closed = once(socket, 'close');
    await close();
    expect((await closed)[0]).toBe(1001);
    const again = await startServer({ host: '127.0.0.1', port, onClient: echo });
    expect(again.ok).toBe(true);
    if (again.ok) await again.server.close();
  }, 5_000);
});
