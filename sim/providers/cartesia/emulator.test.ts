import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultSpec } from '../fault.ts';
import { loadProfile, type Profile, withFaults } from '../profile.ts';
import { bytesOf, recordings } from '../recording.test-support.ts';
import { type Client, Rehearsal } from '../rehearsal.test-support.ts';
import { CartesiaEmulator, type CartesiaOptions } from './emulator.ts';

const STT = '/stt/websocket?model=ink-whisper&encoding=pcm_s16le&sample_rate=16000';
const HEADERS = { 'x-api-key': 'sk_car_secret', 'cartesia-version': '2026-08-14' };
const OLD = { ...HEADERS, 'cartesia-version': '2025-04-16' };
const table = recordings('book a table', 'for two');

function profileWith(...faults: FaultSpec[]): Profile {
  const loaded = loadProfile('prd');
  if (!loaded.ok) throw new Error(loaded.reason);
  return withFaults(loaded.profile, faults);
}

function stage(faults: FaultSpec[] = [], more: Partial<CartesiaOptions> = {}) {
  const world = new Rehearsal();
  const vendor = new CartesiaEmulator({ world, profile: profileWith(...faults), recogniser: table, ...more });
  return { world, vendor };
}

async function finalAfter(world: Rehearsal, client: Client, text: string): Promise<void> {
  client.say(bytesOf(table, text));
  client.say('finalize');
  await world.until(world.nowMs() + 400);
}

describe('the recogniser', () => {
  it('transcribes what arrived, in deltas that concatenate', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, STT, HEADERS);
    client.say(bytesOf(table, 'book a table'));
    const askedMs = world.nowMs();
    client.say('finalize');
    await world.until(askedMs + 400);
    await finalAfter(world, client, 'for two');
    const finals = client.heard().filter((message) => message['is_final'] === true);
    expect(finals.map((message) => message['text'])).toEqual(['book a table', ' for two']);
    expect(finals[0]).toMatchObject({
      duration: 0.768,
      words: [{ word: 'book', start: 0.04, end: 0.24 }, {}, {}],
    });
    const first = client.received.find(({ data }) => String(data).includes('"is_final":true'));
    expect(first?.atMs ?? 0).toBeGreaterThan(askedMs);
    expect(first?.atMs ?? 0).toBeLessThanOrEqual(askedMs + 250);
    expect(client.heard().map((message) => message['type'])).toEqual([
      'transcript',
      'flush_done',
      'transcript',
      'flush_done',
    ]);
  });

  /** Milliseconds from finalize to the final, which comes after so much silence behind the words. */
  async function waited(silenceMs: number, profile: Profile): Promise<number> {
    const { world, vendor } = stage([], { profile });
    const client = await world.open(vendor, STT, HEADERS);
    client.say(bytesOf(table, 'book a table'));
    client.say(new Uint8Array(silenceMs * 32));
    const askedMs = world.nowMs();
    client.say('finalize');
    await world.until(askedMs + 400);
    const first = client.received.find(({ data }) => String(data).includes('"is_final":true'));
    return (first?.atMs ?? Number.NaN) - askedMs;
  }

  it('counts from the end of speech where its profile does: no silence is waited twice', async () => {
    const profile = profileWith();
    const at = await waited(0, profile);
    expect(await waited(40, profile)).toBeCloseTo(at - 40, 6);
    expect(await waited(3_000, profile), 'yet a flush takes its time').toBeCloseTo(50, 6);
    const fromRequest = { ...profile, fromSpeechEnd: new Set<string>() };
    expect(await waited(40, fromRequest)).toBe(await waited(0, fromRequest));
    expect(await waited(0, fromRequest)).toBeGreaterThanOrEqual(150);
  });

  it('states what it received, drew, sent and heard, and never the key', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, STT, HEADERS);
    await finalAfter(world, client, 'book a table');
    client.handler?.closed(1000);
    expect(world.said()).toEqual([
      'drew',
      'connected',
      'received finalize',
      'drew',
      'sent final',
      'heard',
      'done audio:0.768',
      'disconnected',
    ]);
    expect(world.facts).toContainEqual(
      expect.objectContaining({ what: 'heard', text: 'book a table', lost: 0 }),
    );
    expect(JSON.stringify(world.facts)).not.toContain('sk_car');
  });

  it('sends interims while the caller speaks in real time', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, STT, HEADERS);
    const bytes = bytesOf(table, 'book a table');
    for (let at = 0; at < bytes.length; at += 512) {
      client.say(bytes.subarray(at, at + 512));
      await world.until(world.nowMs() + 16);
    }
    expect(client.heard()[0]).toMatchObject({ is_final: false, text: 'book' });
  });

  it('answers close with the rest, done and a close of its own', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, STT, HEADERS);
    client.say(bytesOf(table, 'for two'));
    client.say('done');
    await world.until(1_000);
    expect(client.heard().map((message) => message['type'])).toEqual(['transcript', 'done']);
    expect(client.closed).toBe(1000);
  });

  it('closes a connection after three minutes without a message, and not before', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, STT, HEADERS);
    await world.until(100_000);
    client.say('finalize');
    await world.until(279_000);
    expect(client.closed).toBeUndefined();
    await world.until(281_000);
    expect(client.closed).toBe(1000);
  });

  it('reads prepared lines when it stands alone, one per finalize with sound', async () => {
    const world = new Rehearsal();
    const vendor = new CartesiaEmulator({ world, profile: profileWith(), lines: ['hello there', 'bye'] });
    const client = await world.open(vendor, STT, HEADERS);
    for (const audio of [bytesOf(table, 'for two'), new Uint8Array(3_200), bytesOf(table, 'for two')]) {
      client.say(audio);
      client.say('finalize');
      await world.until(world.nowMs() + 300);
    }
    const finals = client.heard().filter((message) => message['type'] === 'transcript');
    expect(finals.map((message) => message['text'])).toEqual(['hello there', '', ' bye']);
  });
});

describe('the door', () => {
  const refusedFor = async (target: string, headers: Record<string, string>) => {
    const { world, vendor } = stage();
    return (await world.open(vendor, target, headers)).refused;
  };

  it('asks for a key, a version and an encoding', async () => {
    expect(await refusedFor(STT, { 'cartesia-version': '2026-08-14' })).toMatchObject({ status: 401 });
    expect(await refusedFor(STT, { 'x-api-key': 'k' })).toMatchObject({ status: 400 });
    expect(await refusedFor(STT.replace('pcm_s16le', 'opus'), HEADERS)).toMatchObject({ status: 400 });
    expect(await refusedFor(`${STT}&api_key=k&cartesia_version=2026-03-01`, {})).toBeUndefined();
  });

  it('answers old versions in plain text and new ones in JSON', async () => {
    const { world, vendor } = stage([{ vendor: 'stt', kind: 'http_429' }]);
    expect((await world.open(vendor, STT, OLD)).refused?.body).toMatch(/^Too many requests: /);
    const body = (await world.open(vendor, STT, HEADERS)).refused?.body ?? '';
    expect(JSON.parse(body)).toMatchObject({ error_code: 'concurrency_limited' });
  });

  it('complains about an unknown model behind the handshake', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, STT.replace('ink-whisper', 'whisper-9'), HEADERS);
    expect(client.heard()[0]).toMatchObject({
      type: 'error',
      error_code: 'model_not_found',
      status_code: 400,
    });
    expect(client.closed).toBe(1008);
  });
});

describe('faults of the recogniser', () => {
  const playedWith = async (fault: FaultSpec) => {
    const { world, vendor } = stage([fault]);
    const client = await world.open(vendor, STT, HEADERS);
    await finalAfter(world, client, 'book a table');
    return { world, client, types: client.heard().map((message) => message['type']) };
  };

  it.each([
    ['duplicate_final', ['transcript', 'transcript', 'flush_done'], undefined],
    ['stall_before', [], undefined],
    ['stall_mid', ['transcript'], undefined],
    ['cut', [], 1006],
    ['malformed', [], undefined],
    ['error_mid', ['error'], 1011],
  ] as const)('%s', async (kind, types, closed) => {
    const played = await playedWith({ vendor: 'stt', kind });
    expect(played.types).toEqual(types);
    expect(played.client.closed).toBe(closed);
    const fired = played.world.facts.some((fact) => fact.what === 'fault' && fact.fault === kind);
    expect(fired).toBe(true);
  });

  it('refuses on an open connection by an error event, which lesser errors survive', async () => {
    const { world, vendor } = stage([{ vendor: 'stt', kind: 'http_429', turns: [1] }]);
    const client = await world.open(vendor, STT, HEADERS);
    world.act = 1;
    await finalAfter(world, client, 'for two');
    expect(client.heard()).toMatchObject([
      { type: 'error', status_code: 429, error_code: 'concurrency_limited' },
    ]);
    expect(client.closed).toBeUndefined();
  });

  it('strikes in its turns and as often as it says', async () => {
    const { world, vendor } = stage([{ vendor: 'stt', kind: 'duplicate_final', turns: [1], times: 1 }]);
    const client = await world.open(vendor, STT, HEADERS);
    for (const act of [0, 1, 1]) {
      world.act = act;
      await finalAfter(world, client, 'for two');
    }
    expect(client.heard().filter((message) => message['type'] === 'transcript')).toHaveLength(4);
  });

  it('refuses a connection that is not to be', async () => {
    const { world, vendor } = stage([{ vendor: 'stt', kind: 'connect_refused', times: 1 }]);
    expect((await world.open(vendor, STT, HEADERS)).answer).toBe('drop');
    expect((await world.open(vendor, STT, HEADERS)).answer).toBe('accept');
  });
});

describe('the voice', () => {
  const say = (transcript: string, more: boolean, extra: object = {}) => ({
    model_id: 'sonic-3.5',
    transcript,
    voice: 'a-voice',
    context_id: 'c1',
    continue: more,
    output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16_000 },
    add_timestamps: true,
    ...extra,
  });

  it('streams a context to its end, with words timed from its start', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, '/tts/websocket', HEADERS);
    client.say(say('Hello there. ', true));
    client.say(say('How are you?', false));
    await world.until(3_000);
    const heard = client.heard();
    expect(heard.at(-1)).toMatchObject({ type: 'done', context_id: 'c1', status_code: 200, done: true });
    const stamps = heard.filter((message) => message['type'] === 'timestamps');
    const words = stamps.map((message) => message['word_timestamps'] as { words: string[]; start: number[] });
    expect(words.flatMap((entry) => entry.words)).toEqual(['Hello', 'there.', 'How', 'are', 'you?']);
    expect(words[1]?.start[0]).toBeGreaterThan(0.8);
    expect(world.said()).toContain('done chars:25');
  });

  it('keeps short text back until a flush', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, '/tts/websocket', HEADERS);
    client.say(say('well then', true));
    await world.until(1_000);
    expect(client.received).toHaveLength(0);
    client.say(say('', true, { flush: true }));
    await world.until(2_500);
    expect(client.heard().at(-1)).toMatchObject({ type: 'flush_done', flush_id: 1 });
  });

  it('after a cancel finishes only what is under way', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, '/tts/websocket', HEADERS);
    client.say(say('One two three. ', true));
    client.say(say('Four five six seven. ', true));
    await world.until(world.nowMs() + 215);
    expect(client.received.length).toBeGreaterThan(0);
    client.say({ context_id: 'c1', cancel: true });
    await world.until(5_000);
    const stamps = client.heard().filter((message) => message['type'] === 'timestamps');
    expect(stamps).toHaveLength(1);
    expect(client.heard().at(-1)).toMatchObject({ type: 'done' });
    expect(world.said()).toContain('cancelled');
  });
});

describe('any bytes', () => {
  it('never throw, and never touch another connection', async () => {
    const { world, vendor } = stage();
    const [neighbour, victim, voice] = [
      await world.open(vendor, STT, HEADERS),
      await world.open(vendor, STT, HEADERS),
      await world.open(vendor, '/tts/websocket', HEADERS),
    ];
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json(), fc.uint8Array({ maxLength: 700 })),
        fc.string(),
        (data, path) => {
          victim.say(data);
          voice.say(data);
          world.request(vendor, 'GET', '/', HEADERS, '');
          world.request(vendor, 'POST', `/${encodeURIComponent(path)}`, {}, String(data));
        },
      ),
    );
    await finalAfter(world, neighbour, 'book a table');
    expect(neighbour.heard()[0]).toMatchObject({ text: 'book a table' });
  });
});
