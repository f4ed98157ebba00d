// What reached an ear as samples and marks: sound stands where it sounded, and only what broke off is
// marked.
import { expect, test } from 'vitest';
import { ms } from '#agent/core/time.ts';
import type { HeardPiece } from '#sim/caller/client/client.ts';
import { FROM_RATE, resample, TO_RATE } from './resample.ts';
import { marksOf, samplesOf } from './track.ts';

const RATE = 24_000;
const STRETCH = { fromUs: ms(100), lengthUs: ms(1_000) };

/** 20 ms that begin at `atMs`. */
function piece(atMs: number, more: Partial<HeardPiece> = {}, level = 8_000): HeardPiece {
  const pcm = new Uint8Array(new Int16Array(480).fill(level).buffer);
  const startUs = ms(atMs);
  const whole = { pcm, startUs, arrivedUs: startUs, continues: true };
  return { ...whole, damagedSamples: 0, addedSamples: 0, ...more };
}

test('samples stand where they sounded, cut to the stretch, with silence between', () => {
  const samples = samplesOf([piece(90), piece(200)], STRETCH, RATE);
  expect(samples).toHaveLength(24_000);
  const at = (wantedMs: number) => samples[(wantedMs - 100) * 24];
  expect([at(100), at(109), at(111), at(199), at(200), at(221)]).toEqual([8_000, 8_000, 0, 0, 8_000, 0]);
});

test('silence in the middle of a sound is a stall, between replies or after a fall it is none', () => {
  const pieces = [piece(200), piece(260, { continues: false })];
  expect(marksOf(pieces, STRETCH, RATE, [])).toEqual([{ startMs: 120, endMs: 160, kind: 'stalled' }]);
  expect(marksOf(pieces, STRETCH, RATE, [ms(250)])).toEqual([]);
  expect(marksOf([piece(200, {}, 0), piece(260, { continues: false })], STRETCH, RATE, [])).toEqual([]);
});

test('made-up sound is lost, or late when the stream came out longer by it', () => {
  const made = { damagedSamples: 480 };
  const lost = [piece(200), piece(220, made), piece(240, made), piece(260)];
  expect(marksOf(lost, STRETCH, RATE, [])).toEqual([{ startMs: 120, endMs: 160, kind: 'lost' }]);
  const late = [...lost.slice(0, 3), piece(260, { addedSamples: 960 })];
  expect(marksOf(late, STRETCH, RATE, [])).toEqual([{ startMs: 120, endMs: 160, kind: 'late' }]);
  const silent = lost.map((each) => ({ ...each, pcm: new Uint8Array(960) }));
  expect(marksOf(silent, STRETCH, RATE, [])).toEqual([]);
});

test.each([
  [1_000, 0.99, 1.01],
  [6_000, 0.9, 1.1],
  [10_500, 0, 0.05],
])('a tone of %d Hz comes through at the lower rate, or not at all', (hertz, low, high) => {
  const tone = Int16Array.from({ length: FROM_RATE / 2 }, (_, at) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * hertz * at) / FROM_RATE)),
  );
  const out = resample(tone);
  expect(out).toHaveLength(TO_RATE / 2);
  const middle = out.subarray(1_000, 7_000);
  const power = Math.sqrt(middle.reduce((sum, value) => sum + value * value, 0) / middle.length);
  expect(power / (10_000 / Math.SQRT2)).toBeGreaterThanOrEqual(low);
  expect(power / (10_000 / Math.SQRT2)).toBeLessThanOrEqual(high);
});
