// A voice at a rate that Opus does not know.
import { expect, test } from 'vitest';
import { bytesOf, samplesOf } from './pcm.ts';
import { stretched } from './stretch-to.ts';

test('a tone keeps its pitch and its level', () => {
  const tone = (rate: number, samples: number) =>
    Int16Array.from({ length: samples }, (_, at) =>
      Math.round(8_000 * Math.sin((2 * Math.PI * 300 * at) / rate)),
    );
  const made = samplesOf(stretched(bytesOf(tone(22_050, 441)), 480));
  const wanted = tone(24_000, 480);
  expect(
    Math.max(...wanted.map((sample, at) => Math.abs(sample - (made[at] ?? 0))).slice(0, 478)),
  ).toBeLessThan(60);
});

test('nothing becomes silence', () => {
  expect([...stretched(new Uint8Array(0), 3)]).toEqual([0, 0, 0, 0, 0, 0]);
});
