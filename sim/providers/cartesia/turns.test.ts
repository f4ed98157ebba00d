// Cartesia's turn detecting recogniser held against its documents, and what goes wrong with it.
import { describe, expect, it } from 'vitest';
import type { FaultSpec } from '../fault.ts';
import { loadProfile, profileFor, withFaults } from '../profile.ts';
import { bytesOf, recordings } from '../recording.test-support.ts';
import { type Client, Rehearsal } from '../rehearsal.test-support.ts';
import { CartesiaEmulator } from './emulator.ts';

const HEADERS = { 'x-api-key': 'sk_car_secret', 'cartesia-version': '2026-08-14' };
const TURNS = '/stt/turns/websocket?model=ink-2&encoding=pcm_s16le&sample_rate=16000';
const table = recordings('book a table', 'for two');
/** 20 ms. */
const PIECE = 640;

async function opened(target = TURNS, ...faults: FaultSpec[]) {
  const world = new Rehearsal();
  const loaded = loadProfile('published');
  if (!loaded.ok) throw new Error(loaded.reason);
  const chosen = profileFor(loaded.profile, 'stt', { vendor: 'cartesia', model: 'ink-2' });
  const vendor = new CartesiaEmulator({ world, profile: withFaults(chosen, faults), recogniser: table });
  return { world, client: await world.open(vendor, target, HEADERS) };
}

/** Sends audio in real time, as a microphone does. */
async function stream(world: Rehearsal, client: Client, pcm: Uint8Array): Promise<void> {
  for (let at = 0; at < pcm.length; at += PIECE) {
    client.say(pcm.subarray(at, at + PIECE));
    await world.until(world.nowMs() + 20);
  }
}

const silence = (ms: number) => new Uint8Array(ms * 32);
const typesOf = (client: Client) => client.heard().map((message) => message['type']);
const milestones = (client: Client) => typesOf(client).filter((type) => type !== 'turn.update');
const textOf = (client: Client, type: string) =>
  client.heard().findLast((message) => message['type'] === type)?.['transcript'];

describe('a turn', () => {
  it('begins, grows, is suspected to be over, and ends', async () => {
    const { world, client } = await opened();
    await stream(world, client, bytesOf(table, 'book a table'));
    await stream(world, client, silence(2_500));
    expect(milestones(client)).toEqual(['connected', 'turn.start', 'turn.eager_end', 'turn.end']);
    expect(String(textOf(client, 'turn.update'))).toMatch(/^book/);
    expect([textOf(client, 'turn.eager_end'), textOf(client, 'turn.end')]).toEqual([
      'book a table',
      'book a table',
    ]);
    const ids = new Set(client.heard().map((message) => message['request_id']));
    expect(ids.size).toBe(1);
  });

  it('resumes when the caller goes on, and its text only grows', async () => {
    const { world, client } = await opened();
    await stream(world, client, bytesOf(table, 'book a table'));
    while (!typesOf(client).includes('turn.eager_end')) await stream(world, client, silence(20));
    await stream(world, client, bytesOf(table, 'for two'));
    await stream(world, client, silence(2_500));
    const after = milestones(client).slice(3);
    expect([after[0], after.at(-1)]).toEqual(['turn.resume', 'turn.end']);
    expect(textOf(client, 'turn.end')).toBe('book a table for two');
  });

  it('stays open without audio, and ends with the connection', async () => {
    const { world, client } = await opened();
    await stream(world, client, bytesOf(table, 'for two'));
    await world.until(world.nowMs() + 5_000);
    expect(typesOf(client)).not.toContain('turn.end');
    client.say({ type: 'close' });
    expect([textOf(client, 'turn.end'), client.closed]).toEqual(['for two', 1000]);
  });

  it('is judged by what the client configures, within reason', async () => {
    const { client } = await opened();
    client.say({ type: 'config', turn: { end_timeout_ms: 700 } });
    client.say({ type: 'config', turn: { end_threshold: 0.5 } });
    client.say({ type: 'sing' });
    expect(typesOf(client)).toEqual(['connected', 'error', 'error']);
    expect(client.closed).toBeUndefined();
  });
});

it.each([
  [TURNS.replace('ink-2', 'ink-whisper')],
  [`${TURNS}&turn_end_threshold=0.45`],
  [`${TURNS}&turn_end_timeout_ms=10`],
])('%s is let in, told why not, and shown out', async (target) => {
  const { client } = await opened(target);
  expect([typesOf(client).at(-1), client.closed]).toEqual(['error', 1008]);
});

it.each(['http_401', 'http_429', 'http_5xx'] as const)('%s is a refused upgrade', async (kind) => {
  const { client } = await opened(TURNS, { vendor: 'stt', kind });
  expect(client.answer).toBe('refuse');
});

const FAULTS = ['cut', 'malformed', 'error_mid', 'duplicate_final', 'stall_before', 'stall_mid'] as const;

it.each(FAULTS)('%s is stated, and takes the shape that it has on this wire', async (kind) => {
  const { world, client } = await opened(TURNS, { vendor: 'stt', kind });
  await stream(world, client, bytesOf(table, 'for two'));
  await stream(world, client, silence(2_500));
  expect(world.facts.some((fact) => fact.what === 'fault' && fact.fault === kind)).toBe(true);
  const ends = typesOf(client).filter((type) => type === 'turn.end');
  expect(ends).toHaveLength(kind === 'duplicate_final' ? 2 : 0);
  expect(client.closed).toBe({ cut: 1006, error_mid: 1011 }[kind as string]);
});
