import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EarIndex } from '../ear-index.ts';
import type { FaultSpec } from '../fault.ts';
import { loadProfile, withFaults } from '../profile.ts';
import { type Client, Rehearsal } from '../rehearsal.test-support.ts';
import { Voice } from '../voice.ts';
import { ElevenLabsEmulator, type ElevenLabsOptions } from './emulator.ts';

const VOICE = '/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM';
const QUERY = '?model_id=eleven_flash_v2_5&output_format=pcm_16000&sync_alignment=true';
const MULTI = `${VOICE}/multi-stream-input${QUERY}`;
const SINGLE = `${VOICE}/stream-input${QUERY}`;
const HEADERS = { 'xi-api-key': 'el-secret' };
const TEXT = 'Of course, I can book that. When would you like to come? ';

function stage(faults: FaultSpec[] = [], more: Partial<ElevenLabsOptions> = {}) {
  const loaded = loadProfile('prd');
  if (!loaded.ok) throw new Error(loaded.reason);
  const world = new Rehearsal();
  return {
    world,
    vendor: new ElevenLabsEmulator({ world, profile: withFaults(loaded.profile, faults), ...more }),
  };
}

type Frame = {
  readonly audio?: string | null;
  readonly contextId?: string;
  readonly isFinal?: boolean | null;
  readonly error?: string;
  readonly alignment?: { chars: string[]; charStartTimesMs: number[]; charDurationsMs: number[] } | null;
};
const frames = (client: Client): readonly Frame[] => client.heard() as readonly Frame[];
const audioOf = (client: Client, id?: string): Buffer =>
  Buffer.concat(
    frames(client)
      .filter((frame) => id === undefined || frame.contextId === id)
      .map((frame) => Buffer.from(frame.audio ?? '', 'base64')),
  );

describe('many contexts on one connection', () => {
  it('speak exactly the text, in small chunks, faster than real time', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, MULTI, HEADERS);
    const saidMs = world.nowMs();
    client.say({ text: ' ', context_id: 'c1', voice_settings: { stability: 0.5 } });
    client.say({ text: TEXT, context_id: 'c1', flush: true });
    client.say({ context_id: 'c1', close_context: true });
    await world.until(5_000);
    const audio = audioOf(client, 'c1');
    expect(audio.equals(Buffer.from(new Voice(16_000).utterance(TEXT).pcm.buffer))).toBe(true);
    const first = (client.received[0]?.atMs ?? 0) - saidMs;
    expect(first).toBeGreaterThanOrEqual(150);
    expect(first).toBeLessThanOrEqual(200);
    const spokenMs = audio.length / 32;
    expect((client.received.at(-1)?.atMs ?? 0) - saidMs - first).toBeLessThan(spokenMs / 5);
    expect(frames(client).at(-1)).toEqual({ isFinal: true, contextId: 'c1' });
    expect(client.received.length).toBeGreaterThan(spokenMs / 400);
    expect(world.said()).toContain(`done chars:${TEXT.length}`);
    expect(world.said().filter((said) => said === 'sent audible')).toHaveLength(1);
  });

  it('time every character relative to its chunk, so that offsets add up to the audio', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, MULTI, HEADERS);
    client.say({ text: TEXT, context_id: 'c1', flush: true });
    await world.until(3_000);
    const ear = new EarIndex(16_000, [TEXT]);
    const audio = new Uint8Array(audioOf(client));
    let [offset, chars] = [0, ''];
    const onsets: string[] = [];
    for (const { alignment } of frames(client)) {
      if (!alignment) continue;
      for (const [index, char] of alignment.chars.entries()) {
        const start = offset + (alignment.charStartTimesMs[index] ?? 0);
        // Whole milliseconds: the onset is within one of them.
        for (let near = -16; near <= 16; near += 1) {
          const heard = ear.onset(audio, start * 16 + near);
          if (heard !== undefined && (chars + char).trim() !== '') onsets.push(heard.text);
        }
        chars += char;
      }
      offset += (alignment.charStartTimesMs.at(-1) ?? 0) + (alignment.charDurationsMs.at(-1) ?? 0);
    }
    expect(chars).toBe(TEXT);
    expect(Math.abs(offset - audio.length / 32)).toBeLessThanOrEqual(1);
    expect(onsets.join(' ')).toContain('i can book that when would you like to come');
  });

  it('wait for enough text, for a flush, or for nothing in auto mode', async () => {
    const { world, vendor } = stage();
    const patient = await world.open(vendor, MULTI, HEADERS);
    const auto = await world.open(vendor, `${MULTI}&auto_mode=true`, HEADERS);
    for (const client of [patient, auto]) client.say({ text: 'Hello there. ', context_id: 'a' });
    await world.until(1_000);
    expect([patient.received.length > 0, auto.received.length > 0]).toEqual([false, true]);
    patient.say({ text: 'x'.repeat(110), context_id: 'a' });
    await world.until(2_000);
    expect(patient.received.length).toBeGreaterThan(0);
  });

  it('are five at most, and a closed one keeps its slot until it is final', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, MULTI, HEADERS);
    for (const id of ['1', '2', '3', '4', '5']) client.say({ text: 'Hello. ', context_id: id, flush: true });
    client.say({ context_id: '1', close_context: true });
    await world.until(1_500);
    client.say({ text: 'Hello. ', context_id: '6' });
    expect(client.closed).toBeUndefined();
    client.say({ text: 'Hello. ', context_id: '7' });
    expect(frames(client).at(-1)).toMatchObject({ error: 'max_active_conversations', code: 1008 });
    expect(client.closed).toBe(1008);
  });

  it('keep their voice settings', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, MULTI, HEADERS);
    const settings = { stability: 0.5 };
    client.say({ text: ' ', context_id: 'c', voice_settings: settings });
    client.say({ text: 'Hello ', context_id: 'c', voice_settings: settings });
    expect(client.closed).toBeUndefined();
    client.say({ text: 'you ', context_id: 'c', voice_settings: { stability: 0.9 } });
    expect(client.closed).toBe(1008);
  });

  it('end the connection when one is not fed for its timeout; a keepalive feeds it', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, MULTI, HEADERS);
    client.say({ text: ' ', context_id: 'c' });
    await world.until(15_000);
    client.say({ text: '', context_id: 'c' });
    await world.until(34_000);
    expect(client.closed).toBeUndefined();
    await world.until(36_000);
    expect(frames(client).at(-1)).toMatchObject({ error: 'input_timeout_exceeded' });
    expect(client.closed).toBe(1008);
  });

  it('finish their speech when the client closes the socket politely', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, MULTI, HEADERS);
    client.say({ text: 'Hello there', context_id: 'c' });
    client.say({ close_socket: true });
    await world.until(2_000);
    expect(frames(client).at(-1)).toMatchObject({ isFinal: true });
    expect(client.closed).toBe(1000);
  });

  it('send the same bytes with and without interning', async () => {
    const heard = await Promise.all(
      [true, false].map(async (interning) => {
        const { world, vendor } = stage([], { interning });
        const client = await world.open(vendor, MULTI, HEADERS);
        client.say({ text: TEXT, context_id: 'c', flush: true });
        await world.until(3_000);
        return client.received;
      }),
    );
    expect(heard[0]).toEqual(heard[1]);
  });
});

describe('one context per connection', () => {
  it('speaks until the empty text, then is final and closes', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, SINGLE, {});
    client.say({ text: ' ', xi_api_key: 'late' });
    client.say({ text: 'Hello ' });
    client.say({ text: 'there.' });
    client.say({ text: '' });
    await world.until(3_000);
    const spoken = new Voice(16_000).utterance('Hello there.').pcm;
    expect(audioOf(client).equals(Buffer.from(spoken.buffer))).toBe(true);
    expect(frames(client).at(-1)).toEqual({ audio: null, isFinal: true });
    expect(client.closed).toBe(1000);
  });

  it('needs a key in the handshake or in the first message', async () => {
    const { world, vendor } = stage();
    const client = await world.open(vendor, SINGLE, {});
    client.say({ text: ' ' });
    expect(frames(client)).toMatchObject([{ error: 'invalid_api_key', code: 1008 }]);
    expect(client.closed).toBe(1008);
  });
});

describe('over HTTP', () => {
  it('streams lines with timings', async () => {
    const { world, vendor } = stage();
    const target = `${VOICE}/stream/with-timestamps?output_format=ulaw_8000`;
    const body = JSON.stringify({ text: 'Hello there.', model_id: 'eleven_flash_v2_5' });
    const client = world.request(vendor, 'POST', target, HEADERS, body);
    await world.until(2_000);
    type Line = { audio_base64: string; alignment: { characters: string[] } };
    const lines = client
      .body()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(lines.flatMap((line) => line.alignment.characters).join('')).toBe('Hello there.');
    const bytes = lines.reduce((sum, line) => sum + Buffer.from(line.audio_base64, 'base64').length, 0);
    expect(bytes).toBe(new Voice(8_000).utterance('Hello there.').pcm.length);
    expect(client.ended).toBe(true);
  });

  it('refuses clearly what it cannot do', async () => {
    const { world, vendor } = stage();
    const post = (target: string, headers: Record<string, string>, text = 'Hi') =>
      world.request(vendor, 'POST', target, headers, JSON.stringify({ text }));
    const answers = [
      post(`${VOICE}/stream?output_format=pcm_16000`, {}),
      post(`${VOICE}/stream`, HEADERS),
      post('/v1/text-to-speech/nobody/stream?output_format=pcm_16000', HEADERS),
      post(`${VOICE}/stream?output_format=pcm_16000`, HEADERS, ''),
      post('/v1/elsewhere', HEADERS),
    ];
    await world.until(500);
    expect(answers.map((client) => client.status)).toEqual([401, 400, 400, 422, 404]);
    expect(answers[1]?.body()).toContain('mp3_44100_128 is not emulated: set one of pcm_16000');
  });
});

describe('faults of the voice', () => {
  const playedWith = async (fault: FaultSpec, untilMs = 8_000) => {
    const { world, vendor } = stage([{ ...fault, turns: [1] }]);
    const client = await world.open(vendor, MULTI, HEADERS);
    world.act = 1;
    client.say({ text: TEXT, context_id: 'c', flush: true });
    client.say({ context_id: 'c', close_context: true });
    await world.until(untilMs);
    expect(world.said()).toContain('fault');
    return { world, client };
  };
  const chunks = (client: Client): number => frames(client).filter((frame) => frame.audio).length;

  it.each([
    ['stall_before', 0, undefined],
    ['stall_mid', 1, undefined],
    ['cut', 1, 1006],
    ['malformed', 1, undefined],
    ['error_mid', 1, 1008],
    ['http_429', 0, 1008],
    ['http_401', 0, 1008],
  ] as const)('%s', async (kind, count, closed) => {
    const { client } = await playedWith({ vendor: 'tts', kind });
    expect(chunks(client)).toBe(count);
    expect(client.closed).toBe(closed);
    expect(client.received.length > client.heard().length).toBe(kind === 'malformed');
  });

  it('a stall of half a second delays the rest and loses nothing', async () => {
    const { client } = await playedWith({ vendor: 'tts', kind: 'stall_mid', ms: 500 });
    expect(audioOf(client).length).toBe(new Voice(16_000).utterance(TEXT).pcm.length * 2);
    expect((client.received[1]?.atMs ?? 0) - (client.received[0]?.atMs ?? 0)).toBeGreaterThan(500);
  });

  it('a trickle of twenty is slower than real time', async () => {
    const { client } = await playedWith({ vendor: 'tts', kind: 'trickle', factor: 20 }, 15_000);
    const span = (client.received.at(-1)?.atMs ?? 0) - (client.received[0]?.atMs ?? 0);
    expect(frames(client).at(-1)?.isFinal).toBe(true);
    expect(span).toBeGreaterThan(audioOf(client).length / 32);
  });

  it('is final twice', async () => {
    const { client } = await playedWith({ vendor: 'tts', kind: 'duplicate_final' });
    expect(frames(client).filter((frame) => frame.isFinal === true)).toHaveLength(2);
  });
});

describe('any bytes', () => {
  it('never throw, and never touch another connection', async () => {
    const { world, vendor } = stage();
    const neighbour = await world.open(vendor, MULTI, HEADERS);
    const key = fc.constantFrom(
      'text',
      'context_id',
      'flush',
      'close_context',
      'voice_settings',
      'generation_config',
    );
    const message = fc.dictionary(key, fc.jsonValue()).map((value) => JSON.stringify(value));
    const data = fc.oneof(fc.string(), fc.json(), message, fc.uint8Array());
    await fc.assert(
      fc.asyncProperty(fc.array(data, { maxLength: 6 }), async (list) => {
        for (const target of [MULTI, SINGLE]) {
          const victim = await world.open(vendor, target, HEADERS);
          for (const item of list) victim.say(item);
        }
        world.request(vendor, 'POST', `${VOICE}/stream?output_format=pcm_16000`, HEADERS, String(list[0]));
      }),
      { numRuns: 60 },
    );
    neighbour.say({ text: 'Still here. ', context_id: 'c', flush: true });
    await world.until(world.nowMs() + 2_000);
    expect(audioOf(neighbour).length).toBeGreaterThan(0);
  });
});
