// Loudness of speech, against full scale.
import { expect, test } from 'vitest';
import { Row } from '../row.test-support.ts';
import { DEFAULT_CORE_SETTINGS } from '../setting.ts';
import { ms } from '../time.ts';
import { Level, powerOf } from './level.ts';
import { VadProcessor } from './processor.ts';

const square = (amplitude: number, samples = 512): Uint8Array =>
  new Uint8Array(Int16Array.from({ length: samples }, (_, at) => (at % 3 === 0 ? -1 : 1) * amplitude).buffer);

test('half the amplitude is six decibels less, and full scale is none', () => {
  const level = new Level();
  level.add(powerOf(square(32_767)));
  expect(level.levelDb).toBeCloseTo(0, 2);
  level.clear();
  level.add(powerOf(square(16_384)));
  expect(level.levelDb).toBeCloseTo(-6.02, 2);
});

test('the level is that of the mean power, and silence has a floor', () => {
  const level = new Level();
  expect(level.levelDb).toBe(-96);
  level.add(powerOf(square(16_384)));
  level.add(powerOf(square(0)));
  expect(level.levelDb).toBeCloseTo(-9.03, 2);
  level.clear();
  level.add(powerOf(new Uint8Array(0)));
  expect(level.levelDb).toBe(-96);
});

test('speech is told with its own loudness, not with that of the silence around it', () => {
  const row = new Row((outlet) => new VadProcessor(DEFAULT_CORE_SETTINGS.vad, outlet));
  const hears = (window: number, amplitude: number): void => {
    row.push(ms(32 * window), { kind: 'AudioRaw', pcm: square(amplitude), sampleRate: 16_000 });
    row.subject.scored(ms(32 * window), amplitude > 100 ? 1_024 : 0);
  };
  for (let window = 1; window <= 20; window += 1) hears(window, window < 10 || window > 15 ? 10 : 16_384);
  const told = [...row.after.of('VadUserStartedSpeaking'), ...row.after.of('VadUserStoppedSpeaking')];
  expect(told.map(({ levelDb }) => Math.round(levelDb ?? 0))).toEqual([-6, -6]);
});

test('speech that begins faintly is told to be louder as soon as it is, and not in every window', () => {
  const row = new Row((outlet) => new VadProcessor(DEFAULT_CORE_SETTINGS.vad, outlet));
  const hears = (window: number, amplitude: number): void => {
    row.push(ms(32 * window), { kind: 'AudioRaw', pcm: square(amplitude), sampleRate: 16_000 });
    row.subject.scored(ms(32 * window), 1_024);
  };
  hears(1, 2_048);
  for (let window = 2; window <= 20; window += 1) hears(window, 16_384);
  expect(row.after.of('VadUserStartedSpeaking').map(({ levelDb }) => Math.round(levelDb ?? 0))).toEqual([
    -24,
  ]);
  const told = row.after.of('VadUserLouder').map(({ levelDb }) => levelDb);
  expect(told.length).toBeLessThanOrEqual(4);
  expect(told).toEqual(told.toSorted((one, other) => one - other));
  expect(told.at(-1)).toBeGreaterThan(-8);
});
