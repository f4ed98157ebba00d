// The unmodified npm packages of the field against our real server on 127.0.0.1. Their recorder,
// player, serializer and message layer run as published; behind our session stands the smallest
// agent there is: it says one rehearsed sentence and remembers what it hears.
import { once } from 'node:events';
import { PipecatClient, type RTVIMessage } from '@pipecat-ai/client-js';
import { WavMediaManager, WebSocketTransport } from '@pipecat-ai/websocket-transport';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket as Socket } from 'ws';
import type { ClientEvent, ClientSession } from '../../core/client.ts';
import type { Frame } from '../../core/frame.ts';
import { ms } from '../../core/time.ts';
import { monotonicUs } from '../../io/clock.ts';
import type { Connection } from '../../io/connection.ts';
import { type AgentServer, startServer } from '../../io/server.ts';
import type { RequestHandler } from '../rtvi/session.ts';
import { websocketClient } from './session.ts';
import { installStandInBrowser, type StandInBrowser } from './stand-in-browser.test-support.ts';
import { decodeFrame, encodeAudio, encodeMessage } from './wire.ts';

/** One call as the server's side saw it. */
type Call = { readonly session: ClientSession; readonly events: ClientEvent[]; readonly ends: unknown[] };

let browser: StandInBrowser;
let server: AgentServer;
let calls: Call[];
const clients: PipecatClient[] = [];

beforeAll(() => {
  // The packages narrate on the console.
  for (const method of ['log', 'debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(() => {});
  }
  browser = installStandInBrowser();
});
afterAll(() => vi.restoreAllMocks());

beforeEach(async () => {
  calls = [];
  const started = await startServer({
    host: '127.0.0.1',
    port: 0,
    onClient: (connection) => calls.push(serve(connection)),
  });
  if (!started.ok) throw new Error(started.reason);
  server = started.server;
});
afterEach(async () => {
  // A client that has already left fails to leave again (its recorder is gone): it is away either way.
  await Promise.allSettled(clients.splice(0).map((client) => client.disconnect()));
  await server.close();
});

const requests = new Map<string, RequestHandler>([
  [
    'double',
    (data) => (typeof data === 'number' ? { ok: true, data: 2 * data } : { ok: false, reason: 'no number' }),
  ],
]);

function serve(connection: Connection): Call {
  const events: ClientEvent[] = [];
  const ends: unknown[] = [];
  const session = websocketClient({ epochMs: 1_750_000_000_000, requests })({
    send: (_now, data) => connection.send(data),
    media: () => {
      throw new Error('there is no media path on a WebSocket');
    },
    close: (_now, code, reason) => connection.close(code, reason),
    event: (_now, event) => events.push(event),
  });
  connection.onMessage((data) => session.receive(monotonicUs(), data));
  connection.onClosed((code, reason) => ends.push([code, reason]));
  return { session, events, ends };
}

/** A stock client with its callbacks written down by name, in order. */
function newClient(): { client: PipecatClient; heard: unknown[] } {
  const heard: unknown[] = [];
  const note = (name: string) => (data?: unknown) => {
    heard.push(data === undefined ? name : [name, data]);
  };
  const client = new PipecatClient({
    transport: new WebSocketTransport({ mediaManager: new WavMediaManager(512, 16_000) }),
    enableCam: false,
    callbacks: {
      onUserStartedSpeaking: note('user-started'),
      onUserTranscript: note('transcript'),
      onUserStoppedSpeaking: note('user-stopped'),
      onUserLlmText: note('user-llm-text'),
      onBotLlmStarted: note('llm-started'),
      onBotLlmText: note('llm-text'),
      onBotLlmStopped: note('llm-stopped'),
      onBotTtsStarted: note('tts-started'),
      onBotStartedSpeaking: note('bot-started'),
      onBotOutput: (data) => heard.push(['output', data.spoken_status, data.spoken_progress?.remaining_text]),
      onBotTtsText: note('tts-text'),
      onBotTtsStopped: note('tts-stopped'),
      onBotStoppedSpeaking: note('bot-stopped'),
      onMetrics: note('metrics'),
      onServerMessage: note('server-message'),
      onError: (message: RTVIMessage) => heard.push(['error', message.data]),
    },
  });
  clients.push(client);
  return { client, heard };
}

async function connectedClient(): Promise<{
  client: PipecatClient;
  heard: unknown[];
  call: Call;
  ready: unknown;
}> {
  const { client, heard } = newClient();
  const ready = await client.connect({ wsUrl: `ws://127.0.0.1:${server.port}/ws-client` });
  const call = calls.at(-1);
  if (call === undefined) throw new Error('the server has seen no call');
  return { client, heard, call, ready };
}

const TURN: readonly Frame[] = [
  { kind: 'UserStartedSpeaking', turn: 1 },
  { kind: 'InterimTranscription', text: 'hello' },
  { kind: 'Transcription', text: 'hello there' },
  { kind: 'UserStoppedSpeaking', turn: 1, answer: true, reply: 1, text: '', trimmed: 0 },
  { kind: 'LlmMessages', turn: 1, reply: 1, messages: [{ role: 'user', content: 'hello there' }], tokens: 3 },
  { kind: 'LlmStarted', reply: 1 },
  { kind: 'LlmText', reply: 1, text: 'Hi, you.' },
  { kind: 'LlmEnded', reply: 1 },
  { kind: 'TtsStarted', reply: 1, text: 'Hi, you.' },
  { kind: 'BotStartedSpeaking', reply: 1 },
  { kind: 'TtsText', reply: 1, text: 'Hi,' },
  { kind: 'TtsText', reply: 1, text: 'you.' },
  { kind: 'TtsEnded', reply: 1 },
  { kind: 'Heard', reply: 1, text: 'Hi, you.', complete: true },
  { kind: 'BotStoppedSpeaking', reply: 1 },
  { kind: 'Metrics', metric: { kind: 'ttfb', stage: 'llm', us: ms(250) } },
];

describe('the stock JavaScript client', () => {
  test('finds the way by /start and is ready when the bot is', async () => {
    const { client } = newClient();
    const endpoint = `http://127.0.0.1:${server.port}/start`;
    const ready = await client.startBotAndConnect({ endpoint, requestData: { transport: 'websocket' } });
    expect(ready).toEqual({ version: '2.1.0' });
    expect(client.state).toBe('ready');
    expect(calls[0]?.events).toEqual([{ kind: 'ready' }]);
  });

  test('shows why /start refused', async () => {
    const { client } = newClient();
    const endpoint = `http://127.0.0.1:${server.port}/start`;
    const refused = client.startBot({ endpoint, requestData: { transport: 'daily' } });
    await expect(refused).rejects.toThrow('the transport "daily" is not offered here; use "websocket"');
  });

  test('is told one ordinary turn in the order of the protocol', async () => {
    const { heard, call } = await connectedClient();
    for (const frame of TURN) call.session.observe(ms(1_500), frame);
    await vi.waitFor(() => expect(heard.at(-1)).toEqual(['metrics', expect.anything()]));
    const transcript = { user_id: '', timestamp: '2025-06-15T15:06:41.500Z' };
    expect(heard).toEqual([
      'user-started',
      ['transcript', { text: 'hello', final: false, ...transcript }],
      ['transcript', { text: 'hello there', final: true, ...transcript }],
      'user-stopped',
      ['user-llm-text', { text: 'hello there' }],
      'llm-started',
      ['llm-text', { text: 'Hi, you.' }],
      'llm-stopped',
      'tts-started',
      'bot-started',
      ['output', 'new', 'Hi, you.'],
      ['tts-text', { text: 'Hi,' }],
      ['output', 'in-progress', ' you.'],
      ['tts-text', { text: 'you.' }],
      ['output', 'completed', ''],
      'tts-stopped',
      'bot-stopped',
      ['metrics', { ttfb: [{ processor: 'llm', value: 0.25 }] }],
    ]);
  });

  test('is heard: its recorder at 16 kHz mono arrives sample for sample', async () => {
    const { call } = await connectedClient();
    const spoken = Float32Array.from({ length: 40 * 128 }, (_, i) => Math.sin((i + 1) / 20) / 2);
    browser.speak(spoken);
    const audio = (): Extract<ClientEvent, { kind: 'audio' }>[] =>
      call.events.filter((event) => event.kind === 'audio');
    await vi.waitFor(() => expect(audio()).toHaveLength(20));
    expect(new Set(audio().map((event) => `${event.sampleRate} Hz, ${event.pcm.length} bytes`))).toEqual(
      new Set(['16000 Hz, 512 bytes']),
    );
    const arrived = samplesOf(Buffer.concat(audio().map((event) => event.pcm)));
    const worst = arrived.reduce(
      (most, sample, i) => Math.max(most, Math.abs(sample / 32_768 - (spoken[i] ?? 9))),
      0,
    );
    expect(arrived).toHaveLength(spoken.length);
    expect(worst).toBeLessThan(1e-4);
  });

  test('hears us: its player puts out every sample of odd-sized chunks at 24 kHz', async () => {
    const { heard, call } = await connectedClient();
    const said = Int16Array.from({ length: 2_400 }, (_, i) => ((i * 37) % 30_000) - 15_000);
    const bytes = new Uint8Array(said.buffer);
    for (let at = 0; at < bytes.length; at += 960)
      call.session.sendAudio(monotonicUs(), bytes.subarray(at, at + 960));
    call.session.flushAudio(monotonicUs());
    await settled(call, heard);
    const { sampleRate, samples } = browser.play(Math.ceil(2_400 / 128));
    expect(sampleRate).toBe(24_000);
    expect(Int16Array.from(samples.subarray(0, 2_400), (sample) => sample * 32_768)).toEqual(said);
    expect(samples.subarray(2_400).every((sample) => sample === 0)).toBe(true);
  });

  test('gets its requests answered, or refused, each by its own id', async () => {
    const { client } = await connectedClient();
    const both = Promise.allSettled([
      client.sendClientRequest('double', 21),
      client.sendClientRequest('unknown', 21),
      client.sendClientRequest('double', 'x'),
    ]);
    expect(await both).toEqual([
      { status: 'fulfilled', value: 42 },
      rejectedWith('no handler for the client message "unknown"'),
      rejectedWith('no number'),
    ]);
  });

  test('types, presses keys and says goodbye', async () => {
    const { client, heard, call } = await connectedClient();
    await client.sendText('what time is it');
    await client.sendText('by the way', { run_immediately: false, audio_response: false });
    client.sendDTMF('12#');
    client.disconnectBot();
    await vi.waitFor(() => expect(call.events).toHaveLength(4));
    expect(call.events.slice(1)).toEqual([
      { kind: 'text', content: 'what time is it', run: true, speak: true },
      { kind: 'text', content: 'by the way', run: false, speak: false },
      { kind: 'left', reason: 'the client sent disconnect-bot' },
    ]);
    call.session.close(monotonicUs(), 'goodbye');
    await vi.waitFor(() => expect(call.ends).toEqual([[1000, 'goodbye']]));
    expect(heard).toContainEqual(['server-message', { type: 'session-ended', reason: 'goodbye' }]);
  });

  test('survives an error and leaves on a fatal one', async () => {
    const { client, heard, call } = await connectedClient();
    const failure = { reason: 'quota', message: 'credits are used up', retryable: false } as const;
    call.session.observe(0, { kind: 'Error', stage: 'tts', failure, fatal: false });
    expect(await client.sendClientRequest('double', 1)).toBe(2);
    const error = 'tts: credits are used up';
    expect(heard).toEqual([['error', { error, message: error, fatal: false }]]);
    call.session.observe(0, { kind: 'Error', stage: 'tts', failure, fatal: true });
    await vi.waitFor(() => expect(call.ends).toHaveLength(1));
    expect(client.state).toBe('disconnected');
  });

  test('leaves by itself without a word', async () => {
    const { client, call } = await connectedClient();
    await client.disconnect();
    await vi.waitFor(() => expect(call.ends).toHaveLength(1));
    expect(call.events).toEqual([{ kind: 'ready' }]);
  });
});

describe('a client that is none', () => {
  const oddAudio = encodeAudio(Uint8Array.of(1, 2, 3), 16_000);
  test.each([
    [
      'a text message',
      '{"label":"rtvi-ai","type":"client-ready"}',
      1003,
      'a text message came; expected binary',
    ],
    ['bytes of another protocol', Buffer.from('RIFF\x24\x08\0\0WAVE'), 1007, 'is no Frame'],
    [
      'a message beyond 1 MiB',
      encodeMessage('x'.repeat((1 << 20) + 1_000)),
      1009,
      'at most 1048576 are taken',
    ],
    ['half a sample', oddAudio, 1007, 'an audio frame has an odd number of bytes (3)'],
  ])(
    '%s is told what is wrong and is closed; the call beside it goes on',
    async (_name, message, code, words) => {
      const { client } = await connectedClient();
      const stranger = new Socket(`ws://127.0.0.1:${server.port}/ws-client`);
      await once(stranger, 'open');
      const answer = once(stranger, 'message');
      const closed = once(stranger, 'close');
      stranger.send(message);
      const data = {
        error: expect.stringContaining(words),
        message: expect.stringContaining(words),
        fatal: true,
      };
      expect(rtviOf((await answer)[0])).toEqual({ label: 'rtvi-ai', type: 'error', data });
      expect((await closed)[0]).toBe(code);
      expect(calls[1]?.events).toEqual([{ kind: 'rejected', reason: expect.stringContaining(words) }]);
      expect(await client.sendClientRequest('double', 4)).toBe(8);
    },
  );
});

const rejectedWith = (error: string): object => ({
  status: 'rejected',
  reason: expect.objectContaining({ type: 'error-response', data: { error } }),
});

const samplesOf = (bytes: Buffer): number[] =>
  Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));

function rtviOf(bytes: Buffer): unknown {
  const decoded = decodeFrame(bytes);
  if (!decoded.ok || decoded.frame.kind !== 'message') throw new Error('no RTVI message came');
  return JSON.parse(decoded.frame.data);
}

/** Everything sent so far has reached the client: a marker sent after it has. */
async function settled(call: Call, heard: readonly unknown[]): Promise<void> {
  call.session.observe(monotonicUs(), { kind: 'BotStartedSpeaking', reply: 1 });
  await vi.waitFor(() => expect(heard).toContain('bot-started'));
}
