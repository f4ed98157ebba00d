// Scribe v2 Realtime held against its documents, and what goes wrong with it.
import { describe, expect, it } from 'vitest';
import type { FaultSpec } from '../fault.ts';
import { loadProfile, profileFor, withFaults } from '../profile.ts';
import { bytesOf, recordings } from '../recording.test-support.ts';
import { type Client, Rehearsal } from '../rehearsal.test-support.ts';
import { ElevenLabsEmulator } from './emulator.ts';

const HEADERS = { 'xi-api-key': 'el-secret' };
const SCRIBE = '/v1/speech-to-text/realtime?model_id=scribe_v2_realtime';
const table = recordings('book a table', 'for two');
/** 100 ms. */
const PIECE = 3_200;

async function opened(target = SCRIBE, ...faults: FaultSpec[]) {
  const world = new Rehearsal();
  const loaded = loadProfile('published');
  if (!loaded.ok) throw new Error(loaded.reason);
  const chosen = profileFor(loaded.profile, 'stt', { vendor: 'elevenlabs', model: undefined });
  const profile = withFaults(chosen, faults);
  const vendor = new ElevenLabsEmulator({ world, profile, recogniser: table, keys: new Set(['el-secret']) });
  return { world, vendor, client: await world.open(vendor, target, HEADERS) };
}

function send(client: Client, pcm: Uint8Array, commit = false): void {
  const audio_base_64 = Buffer.from(pcm).toString('base64');
  client.say({ message_type: 'input_audio_chunk', audio_base_64, commit, sample_rate: 16_000 });
}

/** Sends audio in real time, as a microphone does. */
async function stream(world: Rehearsal, client: Client, pcm: Uint8Array): Promise<void> {
  for (let at = 0; at < pcm.length; at += PIECE) {
    send(client, pcm.subarray(at, at + PIECE));
    await world.until(world.nowMs() + 100);
  }
}

const silence = (ms: number) => new Uint8Array(ms * 32);
const typesOf = (client: Client) => client.heard().map((message) => message['message_type']);
const textsOf = (client: Client, type: string) =>
  client.heard().flatMap((message) => (message['message_type'] === type ? message['text'] : []));

it('tells what it has heard of a segment, and settles it when a commit is asked for', async () => {
  const { world, client } = await opened();
  for (const text of ['book a table', 'for two']) {
    await stream(world, client, bytesOf(table, text));
    await world.until(world.nowMs() + 300);
    send(client, new Uint8Array(0), true);
    await world.until(world.nowMs() + 400);
  }
  expect(client.heard()[0]).toMatchObject({
    message_type: 'session_started',
    config: { commit_strategy: 'manual' },
  });
  expect(textsOf(client, 'partial_transcript').at(-1)).toBe('for two');
  expect(textsOf(client, 'committed_transcript')).toEqual(['book a table', 'for two']);
});

it('commits by itself after a silence where it is asked to, with times where they are', async () => {
  const options = '&commit_strategy=vad&vad_silence_threshold_secs=0.5&include_timestamps=true';
  const { world, client } = await opened(`${SCRIBE}${options}`);
  await stream(world, client, bytesOf(table, 'for two'));
  await stream(world, client, silence(300));
  expect(typesOf(client)).not.toContain('committed_transcript');
  await stream(world, client, silence(400));
  const [, timed] = client.heard().slice(-2);
  expect(textsOf(client, 'committed_transcript')).toEqual(['for two']);
  expect(timed).toMatchObject({ message_type: 'committed_transcript_with_timestamps', text: 'for two' });
});

it('commits after 90 s in any case, and hangs up on a client without audio', async () => {
  const { world, client } = await opened();
  for (let second = 0; second < 91; second += 1) await stream(world, client, silence(1_000));
  expect(textsOf(client, 'committed_transcript')).toEqual(['']);
  await world.until(world.nowMs() + 16_000);
  expect([typesOf(client).at(-1), client.closed]).toEqual(['insufficient_audio_activity', 1008]);
});

it('refuses a commit of next to nothing, and what is no message, without harm', async () => {
  const { client } = await opened();
  send(client, silence(100), true);
  client.say({ message_type: 'commit' });
  client.say('hello');
  expect(typesOf(client).slice(1)).toEqual(['commit_throttled', 'commit_throttled', 'input_error']);
  expect(client.closed).toBeUndefined();
});

describe('at the door', () => {
  it('a bad key and a bad address are told behind it', async () => {
    const { world, vendor } = await opened();
    const closes = async (target: string, headers: Record<string, string>) => {
      const client = await world.open(vendor, target, headers);
      return [client.answer, client.closed, typesOf(client)[0]];
    };
    expect(await closes(SCRIBE, { 'xi-api-key': 'wrong' })).toEqual(['accept', 1008, 'auth_error']);
    const strange = `${SCRIBE}&commit_strategy=never`;
    expect(await closes(strange, HEADERS)).toEqual(['accept', 1008, 'invalid_request']);
  });

  it.each(['http_401', 'http_402', 'http_429', 'http_5xx'] as const)('%s is a refusal', async (kind) => {
    const { client } = await opened(SCRIBE, { vendor: 'stt', kind });
    expect(client.answer).toBe('refuse');
  });
});

const FAULTS = ['cut', 'malformed', 'error_mid', 'duplicate_final', 'stall_before', 'stall_mid'] as const;

it.each(FAULTS)('%s is stated, and takes the shape that it has on this wire', async (kind) => {
  const { world, client } = await opened(SCRIBE, { vendor: 'stt', kind });
  await stream(world, client, bytesOf(table, 'for two'));
  send(client, new Uint8Array(0), true);
  await world.until(world.nowMs() + 1_000);
  expect(world.facts.some((fact) => fact.what === 'fault' && fact.fault === kind)).toBe(true);
  expect(textsOf(client, 'committed_transcript')).toHaveLength(kind === 'duplicate_final' ? 2 : 0);
  expect(client.closed).toBe({ cut: 1006, error_mid: 1008 }[kind as string]);
});
