// What every codec keeps: its frame, the voice that went in, its own state, and its composure in front of
// bytes that are none of its own.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, samplesOf } from '../pcm.ts';
import { type AudioCodec, CODED, type CodedName, FRAME_MS, isCodedName } from './codec.ts';
import { makeCodec } from './make.ts';

const RATES = [8_000, 16_000, 24_000, 48_000];

function codecAt(name: CodedName, rate: number): AudioCodec {
  const codec = makeCodec(name, rate);
  if (codec === undefined) throw new Error(`no ${name} at ${rate} Hz`);
  return codec;
}

/** A second of something like a voice: harmonics of 120 Hz, swelling four times. */
const voice = (rate: number): Int16Array =>
  Int16Array.from({ length: rate }, (_, at) => {
    const t = at / rate;
    let sum = 0;
    for (let n = 1; n <= 12; n += 1) sum += Math.sin(2 * Math.PI * 120 * n * t) / n;
    return Math.round(5_000 * sum * Math.sin(4 * Math.PI * t) ** 2);
  });

function framesOf(pcm: Int16Array, samples: number): Uint8Array[] {
  const count = Math.floor(pcm.length / samples);
  return Array.from({ length: count }, (_, at) => bytesOf(pcm.subarray(at * samples, (at + 1) * samples)));
}

/** What the far end hears of `pcm`. */
function heard(encoder: AudioCodec, decoder: AudioCodec, pcm: Int16Array): Int16Array {
  const pieces = framesOf(pcm, encoder.frameSamples).map((frame) => {
    const decoded = decoder.decode(encoder.encode(frame));
    return samplesOf(decoded ?? new Uint8Array(0));
  });
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}

/** The best correlation of the two within 20 ms of delay. */
function likeness(sent: Int16Array, got: Int16Array, rate: number): number {
  let best = 0;
  for (let lag = 0; lag < rate / 50; lag += 1) {
    let [both, one, other] = [0, 1e-9, 1e-9];
    for (let at = lag; at < got.length; at += 1) {
      const [a, b] = [sent[at - lag] as number, got[at] as number];
      both += a * b;
      one += a * a;
      other += b * b;
    }
    best = Math.max(best, both / Math.sqrt(one * other));
  }
  return best;
}

/** Opus for speech turns the phase of what is low, which nobody hears and a correlation does. */
const LIKENESS_MIN = { mulaw: 0.97, opus: 0.8 };

describe.each(CODED)('%s', (name) => {
  test.each(RATES)('carries a voice at %i Hz, frame by frame', (rate) => {
    const codec = codecAt(name, rate);
    expect(codec.frameSamples).toBe((rate * FRAME_MS[name]) / 1_000);
    const sent = voice(rate);
    const got = heard(codec, codecAt(name, rate), sent);
    expect(got.length).toBe(sent.length);
    expect(likeness(sent, got, rate)).toBeGreaterThan(LIKENESS_MIN[name]);
  });

  test('gives equal bytes for equal samples, whatever other streams do meanwhile', () => {
    const pcm = voice(16_000);
    const [one, other, noisy] = [codecAt(name, 16_000), codecAt(name, 16_000), codecAt(name, 16_000)];
    for (const frame of framesOf(pcm, one.frameSamples)) {
      const bytes = one.encode(frame);
      noisy.encode(frame.map((byte) => byte ^ 0x55));
      expect(other.encode(frame)).toEqual(bytes);
    }
  });

  test('hands over bytes that nobody changes afterwards', () => {
    const codec = codecAt(name, 16_000);
    const [first = new Uint8Array(), second = new Uint8Array()] = framesOf(voice(16_000), codec.frameSamples);
    const bytes = codec.encode(first);
    const copy = bytes.slice();
    const pcm = codec.decode(bytes);
    const heardCopy = pcm?.slice();
    codec.decode(codec.encode(second));
    expect([bytes, pcm]).toEqual([copy, heardCopy]);
  });

  test('takes any bytes for a frame or for none, and goes on', { timeout: 20_000 }, () => {
    const codec = codecAt(name, 16_000);
    const sender = codecAt(name, 16_000);
    const good = sender.encode(new Uint8Array(2 * sender.frameSamples));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000, size: 'max' }), (bytes) => {
        const pcm = codec.decode(bytes);
        if (pcm !== undefined) expect(pcm.length % 2).toBe(0);
        // Opus: 120 ms at most; µ-law: a second.
        expect((pcm?.length ?? 0) <= 2 * 16_000).toBe(true);
        expect(codec.decode(good)?.length).toBe(2 * codec.frameSamples);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is not to be had at a rate that it cannot keep', () => {
    expect([0, 11_025, 22_050, 44_100, 96_000].map((rate) => makeCodec(name, rate))).toEqual(
      Array(5).fill(undefined),
    );
  });

  test('takes nothing but whole frames', () => {
    const codec = codecAt(name, 16_000);
    expect(() => codec.encode(new Uint8Array(2 * codec.frameSamples - 2))).toThrow('whole frames');
  });
});

test('µ-law is a byte a sample at 8 kHz; no bytes, or too many, are no frame', () => {
  const codec = codecAt('mulaw', 24_000);
  expect(codec.encode(new Uint8Array(2 * codec.frameSamples))).toEqual(new Uint8Array(320).fill(0xff));
  expect(codec.wireRate).toBe(8_000);
  expect(codec.decode(new Uint8Array(0))).toBeUndefined();
  expect(codec.decode(new Uint8Array(8_001))).toBeUndefined();
});

test('Opus keeps to 24 kbit/s for a voice', () => {
  const codec = codecAt('opus', 16_000);
  const sizes = framesOf(voice(16_000), codec.frameSamples).map((frame) => codec.encode(frame).length);
  const kbps = (sizes.reduce((sum, size) => sum + size, 0) * 8) / 1_000;
  expect(kbps).toBeGreaterThan(12);
  expect(kbps).toBeLessThan(26);
});

test('a frame of Opus that is none leaves the decoder as it was', () => {
  const sender = codecAt('opus', 16_000);
  const [one, other] = [codecAt('opus', 16_000), codecAt('opus', 16_000)];
  for (const frame of framesOf(voice(16_000), 320)) {
    const bytes = sender.encode(frame);
    // The last two bits of code 3 promise frames that are not there.
    expect(one.decode(Uint8Array.of(0xff))).toBeUndefined();
    expect(one.decode(bytes)).toEqual(other.decode(bytes));
  }
});

test('names that are no codec are told from those that are', () => {
  expect(['opus', 'mulaw', 'pcm16', 'toString', ''].map(isCodedName)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
