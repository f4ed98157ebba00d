// Peer connections at the door: what a start answers, where offers go, and who may make them. The stack
// stands in for one; the sockets are real.
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CHROMIUM_OFFER } from '../../transports/webrtc/offer.test-support.ts';
import type { Connection } from '../connection.ts';
import type { Resident } from '../reception.ts';
import { type AgentServer, type ServerOptions, startServer } from '../server.ts';
import { StandInPeers } from './stand-in-peer.test-support.ts';

const servers: AgentServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function open(options: Partial<ServerOptions> = {}) {
  const peers = new StandInPeers();
  const clients: Connection[] = [];
  const onClient = (connection: Connection) => {
    clients.push(connection);
    const resident: Resident = { ended: false, silentUs: 0, back: () => {}, leave: () => {} };
    connection.stay(resident);
  };
  const webrtc = { peers, iceServers: [{ urls: 'stun:stun.example.org' }] };
  const started = await startServer({ host: '127.0.0.1', port: 0, onClient, webrtc, ...options });
  if (!started.ok) throw new Error(started.reason);
  servers.push(started.server);
  const http = `http://127.0.0.1:${started.server.port}`;
  const ask = async (method: string, path: string, body: unknown, headers = {}) => {
    const answer = await fetch(http + path, { method, headers, body: JSON.stringify(body) });
    const words = (await answer.json()) as Readonly<Record<string, unknown>>;
    return { code: answer.status, ...words } as Readonly<Record<string, unknown>>;
  };
  return { peers, clients, http, ask };
}

const OFFER = { sdp: CHROMIUM_OFFER, type: 'offer', pc_id: null, restart_pc: false };
const STOCK_START = { transport: 'webrtc', createDailyRoom: false, enableDefaultIceServers: true, body: {} };

describe('a start', () => {
  test('for WebRTC answers with what the stock client makes an address of, and its ICE servers', async () => {
    const { ask, peers, clients } = await open();
    const { sessionId, ...rest } = await ask('POST', '/start', STOCK_START);
    expect(rest).toEqual({ code: 200, iceConfig: { iceServers: [{ urls: 'stun:stun.example.org' }] } });
    const path = `/sessions/${sessionId}/api/offer`;
    const { pc_id: id, type } = await ask('POST', path, OFFER);
    expect(type).toBe('answer');
    const candidates = [{ candidate: '', sdp_mid: '0', sdp_mline_index: 0 }];
    expect(await ask('PATCH', path, { pc_id: id, candidates })).toEqual({ code: 200, status: 'success' });
    peers.last.far.opened();
    expect(clients[0]).toMatchObject({ transport: 'webrtc', session: sessionId });
  });

  test('that names no transport is answered with the usual one', async () => {
    expect(await (await open()).ask('POST', '/start', {})).toHaveProperty('wsUrl');
    expect(await (await open({ transport: 'webrtc' })).ask('POST', '/start', {})).toHaveProperty('sessionId');
  });

  test('for what is not offered is refused, here and where there is no WebRTC', async () => {
    const { ask } = await open();
    expect((await ask('POST', '/start', { transport: 'daily' }))['detail']).toContain(
      'use "websocket" or "webrtc"',
    );
    const without = await open({ webrtc: undefined });
    expect((await without.ask('POST', '/start', STOCK_START))['detail']).toContain('use "websocket"');
    expect(await without.ask('POST', '/api/offer', OFFER)).toMatchObject({ code: 404 });
  });

  test('is told of by the status', async () => {
    const { http } = await open();
    const answer = await fetch(`${http}/status`);
    expect(await answer.json()).toEqual({ status: 'ready', transports: ['websocket', 'webrtc'] });
  });
});

describe('an offer', () => {
  test('needs no start', async () => {
    const { ask, peers, clients } = await open();
    expect(await ask('POST', '/api/offer', OFFER)).toMatchObject({ type: 'answer' });
    peers.last.far.opened();
    expect(clients).toHaveLength(1);
  });

  test('of a strange page is refused, and so are its candidates', async () => {
    const { ask, peers } = await open();
    const headers = { origin: 'https://evil.example' };
    for (const method of ['POST', 'PATCH']) {
      expect(await ask(method, '/api/offer', OFFER, headers)).toMatchObject({ code: 403 });
    }
    expect(peers.peers).toEqual([]);
  });

  test('larger than any is refused before it is read', async () => {
    const { ask } = await open();
    const sdp = CHROMIUM_OFFER.padEnd(70_000);
    expect(await ask('POST', '/api/offer', { ...OFFER, sdp })).toMatchObject({ code: 413 });
  });

  test('may be asked about by a page that may call', async () => {
    const { http } = await open();
    const headers = { origin: 'http://localhost:5173', 'access-control-request-method': 'PATCH' };
    const answer = await fetch(`${http}/api/offer`, { method: 'OPTIONS', headers });
    expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH');
  });
});

test('a session keeps its transport: one over WebRTC is not gone on with over WebSocket', async () => {
  const { ask, http, peers } = await open();
  const { sessionId } = await ask('POST', '/start', STOCK_START);
  await ask('POST', `/sessions/${sessionId}/api/offer`, OFFER);
  peers.last.far.opened();
  const socket = new WebSocket(`${http.replace('http', 'ws')}/ws-client?session=${sessionId}`);
  const [, refusal] = await once(socket, 'unexpected-response');
  expect(refusal.statusCode).toBe(409);
});
