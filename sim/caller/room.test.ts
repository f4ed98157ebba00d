// What the microphone takes up: the very line where nothing else sounds, sounds at their level, and for the
// recogniser what is in each 4 ms of it.
import { describe, expect, test } from 'vitest';
import { samplesOf } from '#agent/core/pcm.ts';
import { bytesOf as recordingOf, recordings } from '../providers/recording.test-support.ts';
import { MixMemory } from './mix-memory.ts';
import { Room } from './room.ts';
import { rmsOf, type Sound, VOICE_RMS } from './sound.ts';

const CHUNK = 320;
const table = recordings('hello there', 'not now');
const silence = new Uint8Array(2 * CHUNK);
const hum: Sound = {
  name: 'hum',
  loops: true,
  pcm: Int16Array.from({ length: 1_600 }, (_, at) => Math.round(3_000 * Math.sin((2 * Math.PI * at) / 100))),
};
const knock: Sound = { name: 'knock', loops: false, pcm: hum.pcm.slice(0, 500) };

function room(band?: 'telephone') {
  const memory = new MixMemory(table);
  return { memory, room: new Room({ table, memory, echo: undefined, band }) };
}

function clipOf(text: string) {
  const clip = table.find('test', text);
  if (clip === undefined) throw new Error(`no recording: ${text}`);
  return clip;
}

/** The whole stream of a line, chunk by chunk. */
function taken(subject: Room, line: Uint8Array): Uint8Array {
  const stream = new Uint8Array(line.length - (line.length % (2 * CHUNK)));
  for (let at = 0; at < stream.length; at += 2 * CHUNK) {
    stream.set(subject.take(at / 2, line.subarray(at, at + 2 * CHUNK)), at);
  }
  return stream;
}

/** Recordings named in the stream, by how many quanta. */
function named(memory: MixMemory, stream: Uint8Array): Record<string, number> {
  const found: Record<string, number> = {};
  for (let at = 0; at < stream.length; at += 128) {
    const clip = memory.identify(stream, at)?.clip;
    if (clip !== undefined && clip.words.length > 0) found[clip.text] = (found[clip.text] ?? 0) + 1;
  }
  return found;
}

describe('a room', () => {
  test('in which nothing sounds hands on the very chunk', () => {
    const { room: quiet } = room();
    const chunk = recordingOf(table, 'hello there').subarray(0, 2 * CHUNK);
    expect(quiet.take(0, chunk)).toBe(chunk);
  });

  test.each([20, 10, 5, 0])('mixes a sound in %i dB below the voice, on and on', (snrDb) => {
    const { room: noisy } = room();
    noisy.sound(hum, 0, snrDb, 0.25);
    const level = rmsOf(samplesOf(taken(noisy, new Uint8Array(2 * CHUNK * 40))));
    expect(20 * Math.log10(VOICE_RMS / level)).toBeCloseTo(snrDb, 1);
  });

  test('ends a sound where it is hushed, and a short one by itself', () => {
    const { room: noisy } = room();
    noisy.sound(hum, 100, 10).hush(700);
    noisy.sound(knock, 2_000, 10);
    const stream = samplesOf(taken(noisy, new Uint8Array(2 * CHUNK * 10)));
    const sounding = Array.from(stream.keys()).filter((at) => Math.abs(stream[at] ?? 0) > 0);
    expect(sounding.every((at) => (at >= 100 && at < 700) || (at >= 2_000 && at < 2_500))).toBe(true);
    expect(sounding.length).toBeGreaterThan(1_000);
  });

  test('never goes beyond what a sample can hold', () => {
    const { room: loud } = room();
    loud.sound(hum, 0, -20);
    const stream = samplesOf(taken(loud, silence));
    expect(Math.max(...stream)).toBe(32_767);
  });
});

describe('what the recogniser is told', () => {
  test('in noise: the line, how loud it is and how loud the noise', () => {
    const { room: noisy, memory } = room();
    noisy.sound(hum, 0, 10);
    const stream = taken(noisy, recordingOf(table, 'hello there'));
    const found = named(memory, stream);
    expect(Object.keys(found)).toEqual(['hello there']);
    // From the first word to the last, the gap between them included: 440 ms.
    expect(found['hello there']).toBeGreaterThanOrEqual(109);
    const { among } = memory.identify(stream, 2 * 1_280) ?? {};
    const own = rmsOf(samplesOf(recordingOf(table, 'hello there').subarray(2 * 1_280, 2 * 1_344)));
    expect(among?.lossDb).toBe(0);
    expect(Math.sqrt((among?.signal ?? 0) / 64)).toBeCloseTo(own, 3);
    expect(Math.sqrt((among?.noise ?? 0) / 64)).toBeGreaterThan(1_000);
  });

  test('of somebody else in the room: what they say, and how much fainter', () => {
    const { room: shared, memory } = room();
    shared.speak(clipOf('not now'), 640, 14);
    const stream = taken(shared, new Uint8Array(2 * CHUNK * 40));
    expect(Object.keys(named(memory, stream))).toEqual(['not now']);
    expect(memory.identify(stream, 2 * (640 + 1_280))?.among?.lossDb).toBe(14);
    expect(memory.identify(stream, 2 * (640 + 1_280))?.quantum).toBe(20);
  });

  test('while the caller speaks: the caller, with the other as noise', () => {
    const { room: shared, memory } = room();
    shared.speak(clipOf('not now'), 0, 6);
    const stream = taken(shared, recordingOf(table, 'hello there'));
    expect(Object.keys(named(memory, stream))).toEqual(['hello there']);
  });

  test('of sound that changed on its way: nothing', () => {
    const { room: noisy, memory } = room();
    noisy.sound(hum, 0, 10);
    const stream = taken(noisy, recordingOf(table, 'hello there')).map((byte, at) =>
      at % 2 === 0 ? byte ^ 1 : byte,
    );
    expect(named(memory, stream)).toEqual({});
  });

  test('on the telephone: the line, changed as it is, and no noise', () => {
    const { room: narrow, memory } = room('telephone');
    const line = recordingOf(table, 'hello there');
    const stream = taken(narrow, line);
    expect(Buffer.from(stream).equals(Buffer.from(line.subarray(0, stream.length)))).toBe(false);
    expect(named(memory, stream)['hello there']).toBeGreaterThanOrEqual(109);
    expect(memory.identify(stream, 2 * 1_280)?.among).toBeUndefined();
  });
});
