// Rates of devices into the rates of calls: a tone stays the tone it was, in whatever pieces it comes.
import { expect, test } from 'vitest';
import { Resampler } from './resampler.ts';

const tone = (hertz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: rate * seconds }, (_, at) => Math.sin((2 * Math.PI * hertz * at) / rate));

/** In pieces of 128 samples, as an audio thread has them. */
function resampled(samples: Float32Array, from: number, to: number, piece = 128): number[] {
  const resampler = new Resampler(from, to);
  const output: number[] = [];
  for (let at = 0; at < samples.length; at += piece)
    output.push(...resampler.push(samples.subarray(at, at + piece)));
  return output;
}

const loudness = (samples: readonly number[]): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

test.each([
  [48_000, 16_000],
  [44_100, 16_000],
  [24_000, 48_000],
  [24_000, 44_100],
])('from %i to %i Hz a tone keeps its length and its loudness', (from, to) => {
  const output = resampled(tone(1_000, from, 1), from, to);
  expect(Math.abs(output.length - to)).toBeLessThan(to / 500);
  expect(loudness(output.slice(100, -100))).toBeCloseTo(Math.SQRT1_2, 2);
});

test('what the lower rate cannot carry is left out, not folded back', () => {
  expect(loudness(resampled(tone(11_000, 48_000, 0.5), 48_000, 16_000).slice(100, -100))).toBeLessThan(0.01);
});

test('the pieces do not matter', () => {
  const samples = tone(700, 44_100, 0.2);
  const rounded = (piece: number) =>
    resampled(samples, 44_100, 16_000, piece).map((sample) => Math.round(sample * 1e5) + 0);
  expect(rounded(100)).toEqual(rounded(samples.length));
});
