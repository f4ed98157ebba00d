// How long a final transcript is waited for.
import { expect, test } from 'vitest';
import { ms } from '../time.ts';
import { TranscriptWait } from './wait.ts';

function after(answersMs: readonly number[], learns = true): number {
  const wait = new TranscriptWait(ms(3_000), learns);
  for (const answer of answersMs) wait.answered(ms(answer));
  return wait.us;
}

test('until the recogniser is known, the longest wait stands', () => {
  expect([after([]), after([200, 200, 200])]).toEqual([ms(3_000), ms(3_000)]);
});

test('then it is half as much again as its slowest answers, and a margin', () => {
  expect(after([180, 200, 220, 240])).toBe(ms(240 * 1.5 + 100));
  expect(after(Array.from({ length: 100 }, () => 200))).toBe(ms(400));
});

test('a recogniser that has become slower or faster is believed after a while', () => {
  const fast = Array.from({ length: 32 }, () => 100);
  expect(after([2_500, ...fast])).toBe(ms(250));
  expect(after([...fast, 1_000, 1_000])).toBe(ms(1_600));
});

test('never longer than the settings allow, and exactly that where nothing is to be learnt', () => {
  expect(after([2_900, 2_900, 2_900, 2_900])).toBe(ms(3_000));
  expect(after([100, 100, 100, 100], false)).toBe(ms(3_000));
});
