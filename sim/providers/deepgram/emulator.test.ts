// Deepgram's emulator held against its documents: Nova-3, Flux and Aura, and what goes wrong with them.
import { describe, expect, it } from 'vitest';
import type { FaultSpec } from '../fault.ts';
import { loadProfile, type Profile, profileFor, withFaults } from '../profile.ts';
import { bytesOf, recordings } from '../recording.test-support.ts';
import { type Client, Rehearsal } from '../rehearsal.test-support.ts';
import { DeepgramEmulator } from './emulator.ts';

const HEADERS = { authorization: 'Token dg-secret' };
const AUDIO = 'encoding=linear16&sample_rate=16000';
const NOVA = `/v1/listen?model=nova-3&interim_results=true&endpointing=false&${AUDIO}`;
const FLUX = `/v2/listen?model=flux-general-en&eager_eot_threshold=0.4&${AUDIO}`;
const AURA = '/v1/speak?model=aura-2-thalia-en&encoding=linear16&sample_rate=24000';
const table = recordings('book a table', 'for two');
/** 20 ms. */
const PIECE = 640;

function profileOf(model: string, faults: readonly FaultSpec[]): Profile {
  const loaded = loadProfile('published');
  if (!loaded.ok) throw new Error(loaded.reason);
  const stage = model.startsWith('aura') ? 'tts' : 'stt';
  return withFaults(profileFor(loaded.profile, stage, { vendor: 'deepgram', model }), faults);
}

async function opened(target: string, ...faults: FaultSpec[]) {
  const model = new URL(target, 'http://vendor').searchParams.get('model') ?? '';
  const world = new Rehearsal();
  const profile = profileOf(model, faults);
  const vendor = new DeepgramEmulator({ world, profile, recogniser: table, mayForce: true });
  const client = await world.open(vendor, target, HEADERS);
  return { world, vendor, client };
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
const transcriptOf = (message: Record<string, unknown> | undefined) =>
  (message?.['channel'] as { alternatives: { transcript: string }[] } | undefined)?.alternatives[0]
    ?.transcript;

describe('Nova-3', () => {
  it('tells what it has heard so far, and settles it when it is asked', async () => {
    const { world, client } = await opened(NOVA);
    await stream(world, client, bytesOf(table, 'book a table'));
    client.say({ type: 'Finalize' });
    await world.until(world.nowMs() + 300);
    const [first, ...others] = client.heard();
    expect(first).toMatchObject({ type: 'Results', is_final: false, from_finalize: false });
    expect(transcriptOf(first)).toBe('book a');
    expect(others.at(-1)).toMatchObject({ is_final: true, from_finalize: true, start: 0, duration: 0.768 });
    expect(transcriptOf(others.at(-1))).toBe('book a table');
  });

  it('does not answer a Finalize with nothing behind it', async () => {
    const { world, client } = await opened(NOVA);
    client.say(silence(40));
    client.say({ type: 'Finalize' });
    await world.until(world.nowMs() + 3_000);
    expect(client.heard()).toEqual([]);
  });

  it('finds the ends of speech by itself where it is asked to', async () => {
    const target = NOVA.replace('endpointing=false', 'endpointing=300&utterance_end_ms=1000&vad_events=true');
    const { world, client } = await opened(target);
    await stream(world, client, bytesOf(table, 'for two'));
    await stream(world, client, silence(1_100));
    const seen = client.heard().filter((message) => message['is_final'] !== false);
    expect(seen.map((message) => message['type'])).toEqual(['SpeechStarted', 'Results', 'UtteranceEnd']);
    expect(seen[1]).toMatchObject({ speech_final: true, from_finalize: false });
  });

  it('hangs up on a client silent for ten seconds, unless KeepAlive follows a first sound', async () => {
    const { world, client } = await opened(NOVA);
    for (let second = 0; second < 12; second += 4) {
      client.say({ type: 'KeepAlive' });
      await world.until(world.nowMs() + 4_000);
    }
    expect(client.closed).toBe(1011);
    const kept = await opened(NOVA);
    kept.client.say(silence(20));
    for (let second = 0; second < 30; second += 4) {
      kept.client.say({ type: 'KeepAlive' });
      await kept.world.until(kept.world.nowMs() + 4_000);
    }
    expect(kept.client.closed).toBeUndefined();
  });

  it('says all it has to say before it closes', async () => {
    const { world, client } = await opened(NOVA);
    client.say(bytesOf(table, 'for two'));
    client.say({ type: 'CloseStream' });
    await world.until(world.nowMs() + 500);
    expect(typesOf(client)).toEqual(['Results', 'Metadata']);
    expect(client.closed).toBe(1000);
  });
});

describe('Flux', () => {
  it('follows a turn from its first word to its end, and says how far it is', async () => {
    const { world, client } = await opened(FLUX);
    await stream(world, client, bytesOf(table, 'book a table'));
    await stream(world, client, silence(2_500));
    const turns = client.heard().filter((message) => message['type'] === 'TurnInfo');
    const events = turns.map((message) => message['event']);
    expect(events.filter((event) => event !== 'Update')).toEqual([
      'StartOfTurn',
      'EagerEndOfTurn',
      'EndOfTurn',
    ]);
    const [eager, end] = turns.slice(-2);
    expect(end).toMatchObject({ transcript: 'book a table', turn_index: 0, trigger: 'model' });
    expect(eager).toMatchObject({ transcript: end?.['transcript'] });
    const numbers = client.heard().map((message) => message['sequence_id']);
    expect(numbers).toEqual(numbers.map((_, index) => index));
  });

  it('takes a suspicion back when the caller goes on, in the same turn', async () => {
    const { world, client } = await opened(`${FLUX}&eot_threshold=1.0`);
    await stream(world, client, bytesOf(table, 'book a table'));
    const eager = () => client.heard().some((message) => message['event'] === 'EagerEndOfTurn');
    while (!eager()) await stream(world, client, silence(20));
    await stream(world, client, bytesOf(table, 'for two'));
    const resumed = client.heard().find((message) => message['event'] === 'TurnResumed');
    expect(resumed).toMatchObject({ turn_index: 0, transcript: 'book a table for' });
  });

  it('stands still without audio, and ends a turn by force', async () => {
    const { world, client } = await opened(FLUX);
    await stream(world, client, bytesOf(table, 'for two'));
    await world.until(world.nowMs() + 5_000);
    expect(client.heard().some((message) => message['event'] === 'EndOfTurn')).toBe(false);
    client.say({ type: 'ForceEndTurn' });
    expect(client.heard().at(-1)).toMatchObject({
      event: 'EndOfTurn',
      trigger: 'manual',
      transcript: 'for two',
    });
    await stream(world, client, bytesOf(table, 'book a table'));
    expect(client.heard().at(-1)).toMatchObject({ turn_index: 1 });
  });

  it('takes a forced end for no message at all where it is not enabled', async () => {
    const world = new Rehearsal();
    const vendor = new DeepgramEmulator({
      world,
      profile: profileOf('flux-general-en', []),
      recogniser: table,
    });
    const client = await world.open(vendor, FLUX, HEADERS);
    client.say({ type: 'ForceEndTurn' });
    expect(client.heard().at(-1)).toMatchObject({ type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE' });
    expect(client.closed).toBe(1011);
  });

  it('changes its thresholds on the way, within reason', async () => {
    const { client } = await opened(FLUX);
    client.say({ type: 'Configure', thresholds: { eot_threshold: 0.8 } });
    client.say({ type: 'Configure', thresholds: { eot_threshold: 7 } });
    expect(typesOf(client)).toEqual(['Connected', 'ConfigureSuccess', 'ConfigureFailure']);
  });
});

describe('Aura', () => {
  const audioOf = (client: Client) => client.received.filter(({ data }) => typeof data !== 'string');

  it('speaks what is flushed, as bare audio, and says when it has', async () => {
    const { world, client } = await opened(AURA);
    client.say({ type: 'Speak', text: 'A table for two, ' });
    await world.until(world.nowMs() + 1_000);
    expect(audioOf(client)).toEqual([]);
    client.say({ type: 'Flush' });
    await world.until(world.nowMs() + 2_000);
    expect(audioOf(client).length).toBeGreaterThan(2);
    expect(typesOf(client)).toEqual(['Metadata', 'Flushed']);
    expect(String(client.received.at(-1)?.data)).toContain('"Flushed"');
  });

  it('begins a whole sentence before it is flushed', async () => {
    const { world, client } = await opened(AURA);
    client.say({ type: 'Speak', text: 'We are open.' });
    await world.until(world.nowMs() + 1_500);
    expect(audioOf(client).length).toBeGreaterThan(0);
  });

  it('stops at a Clear', async () => {
    const { world, client } = await opened(AURA);
    client.say({ type: 'Speak', text: 'A long story about many things, one after the other.' });
    client.say({ type: 'Flush' });
    while (audioOf(client).length === 0) await world.until(world.nowMs() + 20);
    client.say({ type: 'Clear' });
    const count = audioOf(client).length;
    await world.until(world.nowMs() + 3_000);
    expect(audioOf(client)).toHaveLength(count);
    expect(typesOf(client)).toEqual(['Metadata', 'Cleared']);
  });

  it('warns a client that flushes too often', async () => {
    const { world, client } = await opened(AURA);
    for (let flush = 0; flush < 21; flush += 1) client.say({ type: 'Flush' });
    await world.until(world.nowMs() + 10);
    expect(typesOf(client).filter((type) => type === 'Warning')).toHaveLength(1);
  });

  it.each([
    ['a text too long', { type: 'Speak', text: 'x'.repeat(2_001) }, 1009],
    ['an unknown command', { type: 'Sing' }, 1008],
    ['a binary frame', new Uint8Array(4), 1003],
  ])('closes on %s', async (_what, message, code) => {
    const { client } = await opened(AURA);
    client.say(message);
    expect(client.closed).toBe(code);
  });
});

describe('at the door', () => {
  it.each([
    ['/v1/listen?model=nova-3', 400],
    [`/v1/listen?model=whisper&${AUDIO}`, 400],
    [`/v2/listen?model=flux-general-en&eot_threshold=0.2&${AUDIO}`, 400],
    ['/v1/speak?model=aura-2-thalia-en&sample_rate=44100', 400],
    ['/v1/read', 404],
  ])('%s is refused with %i', async (target, status) => {
    const { client } = await opened(target);
    expect(client.refused?.status).toBe(status);
  });

  it('nobody comes in without a key, and a refusal names its reason', async () => {
    const { world, vendor } = await opened(NOVA);
    const client = await world.open(vendor, NOVA, {});
    expect(client.refused).toMatchObject({ status: 401, body: expect.stringContaining('INVALID_AUTH') });
    const browser = await world.open(vendor, NOVA, { 'sec-websocket-protocol': 'token, dg-secret' });
    expect(browser.answer).toBe('accept');
  });

  it.each(['http_401', 'http_402', 'http_429'] as const)('%s is a refused upgrade', async (kind) => {
    const { client } = await opened(NOVA, { vendor: 'stt', kind });
    expect(client.refused?.status).toBe(Number(kind.slice(5)));
  });
});

describe('faults of an answer', () => {
  const FAULTS = ['cut', 'malformed', 'error_mid', 'duplicate_final', 'stall_before'] as const;

  it.each(FAULTS)('%s of Nova-3 is stated, and takes the shape that it has on this wire', async (kind) => {
    const { world, client } = await opened(NOVA, { vendor: 'stt', kind });
    client.say(bytesOf(table, 'for two'));
    client.say({ type: 'Finalize' });
    await world.until(world.nowMs() + 1_000);
    expect(world.facts.some((fact) => fact.what === 'fault' && fact.fault === kind)).toBe(true);
    const finals = client.heard().filter((message) => message['is_final'] === true);
    expect(finals).toHaveLength(kind === 'duplicate_final' ? 2 : 0);
    expect(client.closed).toBe({ cut: 1006, error_mid: 1011 }[kind as string]);
  });

  it.each(FAULTS)('%s of Flux as well', async (kind) => {
    const { world, client } = await opened(FLUX, { vendor: 'stt', kind });
    client.say(bytesOf(table, 'for two'));
    client.say({ type: 'ForceEndTurn' });
    await world.until(world.nowMs() + 1_000);
    expect(world.facts.some((fact) => fact.what === 'fault' && fact.fault === kind)).toBe(true);
    const ends = client.heard().filter((message) => message['event'] === 'EndOfTurn');
    expect(ends).toHaveLength(kind === 'duplicate_final' ? 2 : 0);
  });

  it.each([...FAULTS, 'stall_mid'] as const)('%s of Aura as well', async (kind) => {
    const { world, client } = await opened(AURA, { vendor: 'tts', kind });
    client.say({ type: 'Speak', text: 'We are open until nine tonight.' });
    client.say({ type: 'Flush' });
    await world.until(world.nowMs() + 5_000);
    expect(world.facts.some((fact) => fact.what === 'fault' && fact.fault === kind)).toBe(true);
    expect(typesOf(client).filter((type) => type === 'Flushed')).toHaveLength(
      kind === 'duplicate_final' ? 2 : 0,
    );
  });
});
