// AssemblyAI's emulator held against its documents, and what goes wrong with it.
import { describe, expect, it } from 'vitest';
import type { FaultSpec } from '../fault.ts';
import { loadProfile, profileFor, withFaults } from '../profile.ts';
import { bytesOf, recordings } from '../recording.test-support.ts';
import { type Client, Rehearsal } from '../rehearsal.test-support.ts';
import { AssemblyAiEmulator } from './emulator.ts';

const HEADERS = { authorization: 'aai-secret' };
const ENGLISH = '/v3/ws?speech_model=universal-streaming-english&sample_rate=16000';
const FORMATTED = `${ENGLISH}&format_turns=true`;
const LATER = '/v3/ws?speech_model=universal-3-5-pro&sample_rate=16000';
const table = recordings('book a table', 'for two.');
/** 50 ms. */
const PIECE = 1_600;

async function opened(target: string, ...faults: FaultSpec[]) {
  const world = new Rehearsal();
  const loaded = loadProfile('published');
  if (!loaded.ok) throw new Error(loaded.reason);
  const chosen = profileFor(loaded.profile, 'stt', { vendor: 'assemblyai', model: undefined });
  const keys = new Set(['aai-secret']);
  const profile = withFaults(chosen, faults);
  const vendor = new AssemblyAiEmulator({ world, profile, recogniser: table, keys });
  const client = await world.open(vendor, target, HEADERS);
  return { world, vendor, client };
}

/** Sends audio in real time, as a microphone does. */
async function stream(world: Rehearsal, client: Client, pcm: Uint8Array): Promise<void> {
  for (let at = 0; at + PIECE <= pcm.length; at += PIECE) {
    client.say(pcm.subarray(at, at + PIECE));
    await world.until(world.nowMs() + 50);
  }
}

const silence = (ms: number) => new Uint8Array(ms * 32);
const said = (text: string) => Buffer.concat([bytesOf(table, text), silence(50)]);
const turnsOf = (client: Client) => client.heard().filter((message) => message['type'] === 'Turn');
const endsOf = (client: Client) => turnsOf(client).filter((turn) => turn['end_of_turn'] === true);

describe('a turn', () => {
  it('grows by words that do not change, with the newest among those that may', async () => {
    const { world, client } = await opened(ENGLISH);
    await stream(world, client, said('book a table'));
    await world.until(world.nowMs() + 300);
    expect(client.heard()[0]).toMatchObject({ type: 'Begin' });
    expect(turnsOf(client).map((turn) => turn['transcript'])).toEqual(['', 'book', 'book a']);
    expect(turnsOf(client)[1]?.['words']).toMatchObject([
      { text: 'book', word_is_final: true },
      { text: 'a', word_is_final: false },
    ]);
  });

  it('ends soon where the words sound finished, later elsewhere, and not without audio', async () => {
    const { world, client } = await opened(`${ENGLISH}&min_turn_silence=300&max_turn_silence=900`);
    await stream(world, client, said('for two.'));
    await world.until(world.nowMs() + 5_000);
    expect(endsOf(client)).toEqual([]);
    await stream(world, client, silence(300));
    expect(endsOf(client)).toMatchObject([
      { turn_order: 0, transcript: 'for two', turn_is_formatted: false },
    ]);
    await stream(world, client, Buffer.concat([said('book a table'), silence(500)]));
    expect(endsOf(client)).toHaveLength(1);
    await stream(world, client, silence(400));
    expect(endsOf(client)).toMatchObject([{}, { turn_order: 1, transcript: 'book a table' }]);
  });

  it('ends when that is asked for, unless there is none', async () => {
    const { world, client } = await opened(ENGLISH);
    client.say({ type: 'ForceEndpoint' });
    await stream(world, client, said('book a table'));
    client.say({ type: 'ForceEndpoint' });
    await world.until(world.nowMs() + 400);
    expect(endsOf(client)).toMatchObject([{ turn_order: 0, transcript: 'book a table' }]);
  });

  it('ends twice where its text is formatted afterwards, once where it is at once', async () => {
    const first = await opened(FORMATTED);
    const later = await opened(LATER);
    for (const { world, client } of [first, later]) {
      await stream(world, client, said('for two.'));
      client.say({ type: 'ForceEndpoint' });
      await world.until(world.nowMs() + 1_000);
    }
    const texts = (client: Client) => endsOf(client).map((turn) => turn['transcript']);
    expect([texts(first.client), texts(later.client)]).toEqual([['for two', 'for two.'], ['for two.']]);
  });

  it('may be given other silences on the way', async () => {
    const { world, client } = await opened(ENGLISH);
    client.say({ type: 'UpdateConfiguration', max_turn_silence: 200 });
    await stream(world, client, Buffer.concat([said('book a table'), silence(250)]));
    expect(endsOf(client)).toHaveLength(1);
    client.say({ type: 'UpdateConfiguration', end_of_turn_confidence_threshold: 7 });
    expect(client.closed).toBe(3006);
  });
});

it('a session says all it has to say before it closes', async () => {
  const { world, client } = await opened(ENGLISH);
  await stream(world, client, said('book a table'));
  client.say({ type: 'Terminate' });
  await world.until(world.nowMs() + 500);
  expect(client.heard().at(-1)).toMatchObject({ type: 'Termination', audio_duration_seconds: 1 });
  expect([endsOf(client).length, client.closed]).toEqual([1, 1000]);
});

describe('audio', () => {
  it.each([20, 1_100])('of %i ms in one piece is refused', async (ms) => {
    const { client } = await opened(ENGLISH);
    client.say(silence(ms));
    expect(client.closed).toBe(3007);
    expect(client.heard().at(-1)).toMatchObject({ type: 'Error', error_code: 3007 });
  });

  it('may not come much faster than it was spoken', async () => {
    const { client } = await opened(ENGLISH);
    for (let second = 0; second < 4; second += 1) client.say(silence(1_000));
    expect(client.closed).toBe(3007);
  });
});

describe('at the door', () => {
  it('a bad key and a bad address are told behind it', async () => {
    const { world, vendor } = await opened(ENGLISH);
    const closes = async (target: string, headers: Record<string, string>) => {
      const client = await world.open(vendor, target, headers);
      return [client.answer, client.closed, client.heard()[0]?.['error_code']];
    };
    expect(await closes(ENGLISH, {})).toEqual(['accept', 1008, 1008]);
    expect(await closes(ENGLISH, { authorization: 'Bearer aai-secret' })).toEqual(['accept', 1008, 1008]);
    expect(await closes('/v3/ws?speech_model=whisper', HEADERS)).toEqual(['accept', 3006, 3006]);
    expect(await closes(`${ENGLISH}&token=x`, HEADERS)).toEqual(['accept', undefined, undefined]);
  });

  it.each([
    ['http_401', 1008],
    ['http_402', 1008],
    ['http_429', 3009],
  ] as const)('%s is an error after the upgrade', async (kind, code) => {
    const { client } = await opened(ENGLISH, { vendor: 'stt', kind });
    expect([client.answer, client.closed]).toEqual(['accept', code]);
  });

  it('an outage is no connection, or a refusal in HTTP', async () => {
    const { client } = await opened(ENGLISH, { vendor: 'stt', kind: 'connect_refused' });
    expect(client.answer).toBe('drop');
    const ill = await opened(ENGLISH, { vendor: 'stt', kind: 'http_5xx' });
    expect(ill.client.refused?.status).toBeGreaterThanOrEqual(500);
    const lost = await opened('/v2/ws');
    expect(lost.client.refused?.status).toBe(404);
  });
});

describe('faults of an answer', () => {
  const FAULTS = ['cut', 'malformed', 'error_mid', 'duplicate_final', 'stall_before', 'stall_mid'] as const;

  it.each(FAULTS)('%s is stated, and takes the shape that it has on this wire', async (kind) => {
    const { world, client } = await opened(FORMATTED, { vendor: 'stt', kind });
    await stream(world, client, said('for two.'));
    client.say({ type: 'ForceEndpoint' });
    await world.until(world.nowMs() + 1_500);
    expect(world.facts.some((fact) => fact.what === 'fault' && fact.fault === kind)).toBe(true);
    expect(endsOf(client)).toHaveLength({ duplicate_final: 4, stall_mid: 1 }[kind as string] ?? 0);
    expect(client.closed).toBe({ cut: 1006, error_mid: 3005 }[kind as string]);
  });
});
