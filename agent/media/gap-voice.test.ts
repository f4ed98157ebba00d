// What a recogniser is given where nothing came: the voice goes on a little and fades, to the sample.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GapVoice } from './gap-voice.ts';
import { bytesOf, samplesOf } from './pcm.ts';

const RATE = 16_000;
const FRAME = RATE / 50;

/** 20 ms of a voiced sound: 125 Hz with overtones. */
const voiced = (number: number): Uint8Array =>
  bytesOf(
    Int16Array.from({ length: FRAME }, (_, index) => {
      const phase = (2 * Math.PI * 125 * (number * FRAME + index)) / RATE;
      return Math.round(6_000 * Math.sin(phase) + 3_000 * Math.sin(2 * phase));
    }),
  );

const level = (pcm: Uint8Array): number => {
  const samples = samplesOf(pcm);
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
};

function spoken(): GapVoice {
  const voice = new GapVoice(RATE);
  for (let number = 0; number < 5; number += 1) voice.heard(voiced(number));
  return voice;
}

test('a frame that came is handed on as it is, the very object', () => {
  const frame = voiced(0);
  expect(new GapVoice(RATE).heard(frame)).toBe(frame);
});

test('a short gap sounds like what was before it', () => {
  const made = spoken().missed(FRAME);
  expect(made.length).toBe(2 * FRAME);
  expect(level(made) / level(voiced(4))).toBeCloseTo(1, 1);
  // A continuation: the period goes on where the voice stopped.
  const expected = samplesOf(voiced(5));
  const far = samplesOf(made).reduce(
    (most, sample, at) => Math.max(most, Math.abs(sample - (expected[at] ?? 0))),
    0,
  );
  expect(far).toBeLessThan(1_000);
});

test('a long gap fades to silence within 180 ms and stays silent', () => {
  const voice = spoken();
  const levels = Array.from({ length: 12 }, () => level(voice.missed(FRAME)));
  expect(levels[2]).toBeGreaterThan(0.9 * (levels[0] ?? 0));
  expect(levels[5]).toBeLessThan(0.6 * (levels[0] ?? 0));
  expect(levels.slice(9)).toEqual([0, 0, 0]);
});

test('the next gap begins loud again, from the newest sound', () => {
  const voice = spoken();
  for (let count = 0; count < 12; count += 1) voice.missed(FRAME);
  voice.heard(voiced(6));
  voice.heard(voiced(7));
  expect(level(voice.missed(FRAME)) / level(voiced(7))).toBeCloseTo(1, 1);
});

test('where nothing was heard yet the gap is silent', () => {
  expect(new GapVoice(RATE).missed(FRAME)).toEqual(new Uint8Array(2 * FRAME));
});

test('frames of any length and any sound never throw, and gaps are exactly as long as asked', () => {
  const step = fc.oneof(fc.uint8Array({ maxLength: 1_600 }), fc.nat(2_000));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const voice = new GapVoice(RATE);
      for (const one of steps) {
        if (typeof one === 'number') expect(voice.missed(one).length).toBe(2 * one);
        else expect(voice.heard(one)).toBe(one);
      }
    }),
  );
});
