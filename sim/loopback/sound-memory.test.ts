// The laboratory's ears behind a real codec: what arrived is known by what it was, and by nothing else.
import { expect, test } from 'vitest';
import { type AudioCodec, CODED } from '#agent/media/codec/codec.ts';
import { makeCodec } from '#agent/media/codec/make.ts';
import { bytesOf } from '#agent/media/pcm.ts';
import type { HeardPiece } from '../caller/client/client.ts';
import { QUANTUM_BYTES, type Recogniser } from '../providers/ear.ts';
import { SoundMemory } from './sound-memory.ts';

const RATE = 16_000;
const clip = { id: 'clip', text: 'hello', words: [] };
/** Half a second of a rising tone: no two quanta alike. */
const sound = bytesOf(
  Int16Array.from({ length: RATE / 2 }, (_, at) => Math.round(9_000 * Math.sin(at ** 2 / 40_000))),
);

/** Knows the quanta of `sound` by their very bytes. */
const exact: Recogniser = {
  identify: (pcm, offset) => {
    const wanted = Buffer.from(pcm.subarray(offset, offset + QUANTUM_BYTES));
    for (let quantum = 0; (quantum + 1) * QUANTUM_BYTES <= sound.length; quantum += 1) {
      const own = sound.subarray(quantum * QUANTUM_BYTES, (quantum + 1) * QUANTUM_BYTES);
      if (wanted.equals(own)) return { clip, quantum };
    }
    return undefined;
  },
};

const codecOf = (made: AudioCodec | undefined): AudioCodec => {
  if (made === undefined) throw new Error('no such codec');
  return made;
};

/** Frames of `sound` as they arrive at the far end of a codec that `memory` watches. */
function arriving(memory: SoundMemory, name: (typeof CODED)[number], lost = -1): Uint8Array[] {
  const sender = codecOf(memory.watching(makeCodec)(name, RATE));
  const receiver = codecOf(makeCodec(name, RATE));
  const bytes = 2 * sender.frameSamples;
  const frames: Uint8Array[] = [];
  for (let at = 0; at + bytes <= sound.length; at += bytes) {
    const coded = sender.encode(sound.subarray(at, at + bytes));
    if (at / bytes !== lost) frames.push(receiver.decode(coded) ?? new Uint8Array());
  }
  return frames;
}

const quantaOf = (pcm: Uint8Array, recogniser: Recogniser): (number | undefined)[] =>
  Array.from(
    { length: pcm.length / QUANTUM_BYTES },
    (_, at) => recogniser.identify(pcm, at * QUANTUM_BYTES)?.quantum,
  );

test.each(CODED)(
  '%s: every quantum that arrives is known for what it was, though its samples are others',
  (name) => {
    const memory = new SoundMemory();
    const heard = Buffer.concat(arriving(memory, name));
    expect(heard.equals(Buffer.from(sound.subarray(0, heard.length)))).toBe(false);
    expect(quantaOf(heard, exact).every((quantum) => quantum === undefined)).toBe(true);
    const known = quantaOf(heard, memory.recogniser(exact));
    expect(known).toEqual(known.map((_, at) => at));
  },
);

test('a frame that never came is not known, nor what the decoder made up for want of it', () => {
  const memory = new SoundMemory();
  const known = quantaOf(Buffer.concat(arriving(memory, 'opus', 10)), memory.recogniser(exact));
  expect(known.slice(0, 50)).toEqual(known.slice(0, 50).map((_, at) => at));
  expect(known[50]).toBeUndefined();
});

test('what was not coded is known as before, and a stranger is not', () => {
  const memory = new SoundMemory();
  arriving(memory, 'mulaw');
  expect(memory.recogniser(exact).identify(sound, QUANTUM_BYTES)).toEqual({ clip, quantum: 1 });
  expect(memory.recogniser(exact).identify(new Uint8Array(QUANTUM_BYTES).fill(3), 0)).toBeUndefined();
});

test('a piece at the ear brings with it what was sent, if that is known', () => {
  const memory = new SoundMemory();
  const [first = new Uint8Array()] = arriving(memory, 'opus');
  const heard: HeardPiece[] = [];
  const hooks = memory.listening({ heard: (piece) => heard.push(piece), told: () => {} });
  const piece = { startUs: 0, arrivedUs: 0, continues: false, damagedSamples: 0, addedSamples: 0 };
  hooks.heard({ ...piece, pcm: first });
  hooks.heard({ ...piece, pcm: new Uint8Array(640).fill(1) });
  expect(heard[0]?.sent).toEqual(sound.subarray(0, 640));
  expect(heard[1]).not.toHaveProperty('sent');
});
