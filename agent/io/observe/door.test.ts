// The real door, when no new call may begin: whoever comes is told why, and whose call goes on may come back.
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { USUAL_LIMITS } from '../guard.ts';
import { Reception } from '../reception.ts';
import { type AgentServer, startServer } from '../server.ts';

const REASON = 'what may be spent today is spent';
const servers: AgentServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

test('a start and a call without one are refused with the reason, and let in when it is gone', async () => {
  let reason: string | undefined = REASON;
  const guard = { limits: USUAL_LIMITS, turnAway: () => reason };
  const started = await startServer({ host: '127.0.0.1', port: 0, guard, onClient: () => {} });
  if (!started.ok) throw new Error(started.reason);
  servers.push(started.server);
  const place = `127.0.0.1:${started.server.port}`;
  const start = () => fetch(`http://${place}/start`, { method: 'POST' });
  const refused = await start();
  expect([refused.status, await refused.json()]).toEqual([503, { detail: REASON }]);
  const [error] = await once(new WebSocket(`ws://${place}/ws-client`), 'error');
  expect(String(error)).toContain('503');
  reason = undefined;
  expect((await start()).status).toBe(200);
  const socket = new WebSocket(`ws://${place}/ws-client`);
  await once(socket, 'open');
  socket.terminate();
});

test('whoever has a session comes back to it', () => {
  let reason: string | undefined;
  const reception = new Reception({ limits: USUAL_LIMITS, turnAway: () => reason });
  const resident = { ended: false, silentUs: Number.POSITIVE_INFINITY, back() {}, leave() {} };
  const id = reception.issue(0);
  const late = reception.issue(0);
  expect(reception.judge(1, id)).toEqual({ ok: true, id });
  reception.settle(id, resident);
  reason = REASON;
  expect(reception.judge(2, id)).toMatchObject({ ok: true, resident: { ended: false } });
  expect(reception.judge(2, late)).toMatchObject({ ok: false, status: 503, reason: REASON });
  expect(reception.judge(2, undefined)).toMatchObject({ ok: false, status: 503 });
});
