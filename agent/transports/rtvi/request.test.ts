import { expect, test } from 'vitest';
import type { ClientEvent, Said } from '../../core/client.ts';
import { RtviSession } from './session.ts';

const HEARD: readonly Said[] = [
  { role: 'user', text: 'When do you open?' },
  { role: 'assistant', text: 'At' },
  { role: 'user', text: 'Tomorrow.' },
];

/** A client that is ready, and what it is told and does. */
function client(mayInstruct?: boolean) {
  const told: Record<string, unknown>[] = [];
  const events: ClientEvent[] = [];
  const session = new RtviSession(
    { epochMs: 0, ...(mayInstruct === undefined ? {} : { mayInstruct }) },
    {
      send: (_now, json) => told.push(JSON.parse(json)),
      event: (_now, event) => events.push(event),
      history: () => HEARD,
    },
  );
  const say = (type: string, data: unknown) =>
    session.receive(0, JSON.stringify({ label: 'rtvi-ai', id: 'a', type, data }));
  say('client-ready', { version: '2.1.0' });
  const asks = (t: string, d?: unknown) => {
    say('client-message', { t, d });
    return told.at(-1);
  };
  return { asks, events };
}

test('a client gets the conversation as it was said and heard, or its end', () => {
  const { asks } = client();
  expect(asks('get-history')).toMatchObject({
    type: 'server-response',
    id: 'a',
    data: { t: 'get-history', d: { messages: HEARD } },
  });
  expect(asks('get-history', { last: 1 })).toMatchObject({ data: { d: { messages: [HEARD[2]] } } });
  expect(asks('get-history', { last: -1 })).toMatchObject({
    type: 'error-response',
    data: { error: expect.stringContaining('last') },
  });
});

test('a client that may instructs the agent and pins facts; others are told why not', () => {
  const trusted = client(true);
  expect(trusted.asks('set-prompt', { prompt: ' Rhyme. ' })).toMatchObject({ type: 'server-response' });
  expect(trusted.asks('pin-fact', { text: 'A member.' })).toMatchObject({ type: 'server-response' });
  expect(trusted.events.slice(1)).toEqual([
    { kind: 'prompt', text: 'Rhyme.' },
    { kind: 'pin', text: 'A member.' },
  ]);
  expect(trusted.asks('set-prompt', { prompt: '' })).toMatchObject({ type: 'error-response' });
  const anybody = client();
  expect(anybody.asks('set-prompt', { prompt: 'Rhyme.' })).toMatchObject({
    type: 'error-response',
    data: { error: expect.stringContaining('CLIENT_PROMPT') },
  });
  expect(anybody.events).toEqual([{ kind: 'ready' }]);
});
