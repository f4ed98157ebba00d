// The unmodified `@deepgram/sdk` client against the emulator on a real port: Nova-3, Flux and Aura.
import { DeepgramClient } from '@deepgram/sdk';
import { afterEach, expect, it } from 'vitest';
import type { FaultSpec } from '../fault.ts';
import { bytesOf, recordings } from '../recording.test-support.ts';
import { Stage } from '../stage.test-support.ts';
import { DeepgramEmulator } from './emulator.ts';

const table = recordings('book a table', 'for two');
const KEY = 'dg-test';
const audio = { encoding: 'linear16', sample_rate: 16_000 } as const;
const own = { Authorization: `Token ${KEY}`, reconnectAttempts: 0 } as const;

let stage = new Stage();
afterEach(() => stage.close());

async function client(...faults: FaultSpec[]): Promise<DeepgramClient> {
  stage = new Stage();
  const profile = stage.profile(...faults);
  const vendor = new DeepgramEmulator({ world: stage, profile, recogniser: table, mayForce: true });
  const { port } = await stage.host(vendor);
  return new DeepgramClient({ apiKey: KEY, baseUrl: `ws://127.0.0.1:${port}` });
}

const closed = (socket: { on(event: 'close', run: () => void): void }): Promise<void> =>
  new Promise((resolve) => socket.on('close', resolve));

it('completes a session of Nova-3', async () => {
  const deepgram = await client();
  const socket = await deepgram.listen.v1.connect({
    model: 'nova-3',
    interim_results: 'true',
    ...audio,
    ...own,
  });
  const finals: string[] = [];
  let duration = 0;
  socket.on('message', (message) => {
    if (message.type === 'Metadata') duration = message.duration;
    if (message.type !== 'Results' || message.is_final !== true) return;
    finals.push(message.channel.alternatives[0]?.transcript ?? '');
  });
  const isClosed = closed(socket);
  socket.connect();
  await socket.waitForOpen();
  for (const text of ['book a table', 'for two']) {
    socket.sendMedia(bytesOf(table, text));
    socket.sendFinalize({ type: 'Finalize' });
  }
  socket.sendKeepAlive({ type: 'KeepAlive' });
  socket.sendCloseStream({ type: 'CloseStream' });
  await isClosed;
  expect(finals.join(' ').trim()).toBe('book a table for two');
  expect(duration).toBeGreaterThan(1);
});

it('completes turns of Flux', async () => {
  const deepgram = await client();
  const args = { model: 'flux-general-en', eager_eot_threshold: 0.4, ...audio, ...own } as const;
  const socket = await deepgram.listen.v2.connect(args);
  const events: string[] = [];
  let text = '';
  socket.on('message', (message) => {
    if (message.type !== 'TurnInfo') return void events.push(message.type);
    events.push(message.event);
    if (message.event === 'EndOfTurn') text = message.transcript;
    if (message.event === 'EndOfTurn') socket.sendCloseStream({ type: 'CloseStream' });
  });
  const isClosed = closed(socket);
  socket.connect();
  await socket.waitForOpen();
  socket.sendMedia(bytesOf(table, 'book a table'));
  socket.sendForceEndTurn({ type: 'ForceEndTurn' });
  await isClosed;
  expect(events[0]).toBe('Connected');
  expect(events).toContain('StartOfTurn');
  expect(text).toBe('book a table');
});

it('completes an utterance of Aura', async () => {
  const deepgram = await client();
  const args = { model: 'aura-2-thalia-en', encoding: 'linear16', sample_rate: '24000', ...own } as const;
  const socket = await deepgram.speak.v1.connect(args);
  let bytes = 0;
  const types: string[] = [];
  socket.on('message', (message) => {
    if (typeof message === 'string') return;
    if ('type' in message && typeof message.type === 'string' && message.type !== '')
      types.push(message.type);
    else bytes += (message as unknown as Blob).size ?? 0;
    if (types.includes('Flushed')) socket.sendClose({ type: 'Close' });
  });
  const isClosed = closed(socket);
  socket.connect();
  await socket.waitForOpen();
  socket.sendText({ type: 'Speak', text: 'We are open until nine tonight.' });
  socket.sendFlush({ type: 'Flush' });
  await isClosed;
  expect(types).toEqual(['Metadata', 'Flushed']);
  expect(bytes).toBeGreaterThan(24_000);
});

it('learns that it was refused', async () => {
  const deepgram = await client({ vendor: 'stt', kind: 'http_429' });
  const socket = await deepgram.listen.v1.connect({ model: 'nova-3', ...audio, ...own });
  const message = new Promise<string>((resolve) => socket.on('error', (error) => resolve(error.message)));
  socket.connect();
  expect(await message).toContain('429');
});
