// A client that comes back on a new connection is greeted as one who was here before: over a WebSocket by
// the answer to its second client-ready, over WebRTC by a message of its own.
import { expect, test } from 'vitest';
import type { ClientEvent, ClientFactory, ClientHooks } from '../../core/client.ts';
import { ms } from '../../core/time.ts';
import { webrtcClient } from '../webrtc/session.ts';
import { websocketClient } from '../websocket/session.ts';
import { decodeFrame, encodeMessage } from '../websocket/wire.ts';

const READY = JSON.stringify({
  label: 'rtvi-ai',
  type: 'client-ready',
  id: 'a1',
  data: { version: '2.1.0', about: { library: 'stock' } },
});

type Told = { readonly type: string; readonly data: Readonly<Record<string, unknown>> };

function talk(factory: ClientFactory) {
  const told: Told[] = [];
  const events: ClientEvent['kind'][] = [];
  const hooks: ClientHooks = {
    send: (_now, data) => {
      const decoded = typeof data === 'string' ? undefined : decodeFrame(data);
      const json =
        typeof data === 'string'
          ? data
          : decoded?.ok && decoded.frame.kind === 'message'
            ? decoded.frame.data
            : '{}';
      told.push(JSON.parse(json) as Told);
    },
    media: () => {},
    close: () => {},
    event: (_now, event) => void events.push(event.kind),
    history: () => [],
  };
  return { client: factory(hooks), told, events };
}

const OPTIONS = { epochMs: 0, sessionId: 'the-session-id' };

test('over a WebSocket: the bot-ready of the second client-ready says so, and the session goes on', () => {
  const { client, told, events } = talk(websocketClient(OPTIONS));
  client.receive(0, encodeMessage(READY));
  expect(told.map(({ data }) => data)).toEqual([{ version: '2.1.0', session: 'the-session-id' }]);
  expect(client.back(ms(5_000), ms(3_000))).toBe(false);
  expect(told).toHaveLength(1);
  client.receive(ms(5_100), encodeMessage(READY));
  expect(told.slice(1)).toMatchObject([
    { type: 'bot-ready', data: { session: 'the-session-id', resumed: true } },
    { type: 'server-message', data: { type: 'session-resumed', resumed: true, awayMs: 3_000 } },
  ]);
  expect(events).toEqual(['ready', 'ready']);
  client.receive(ms(5_200), encodeMessage(READY));
  expect(told.at(-1)?.data).not.toHaveProperty('resumed');
});

test('over WebRTC: it is told at once, for it does not introduce itself again', () => {
  const { client, told, events } = talk(webrtcClient(OPTIONS));
  client.receive(0, READY);
  expect(client.back(ms(5_000), ms(3_000))).toBe(true);
  expect(told.at(-1)).toMatchObject({
    type: 'server-message',
    data: { type: 'session-resumed', resumed: true, awayMs: 3_000 },
  });
  expect(events).toEqual(['ready']);
});
