import { expect, test } from 'vitest';
import { Loudness } from './loudness.ts';

test('speech is compared with the middle of the latest turns; with nothing at first', () => {
  const usual = new Loudness();
  expect(usual.relative(-20)).toBeUndefined();
  for (const level of [-20, -50, -21, -19, -20]) usual.heard(level);
  expect(usual.relative(-32)).toBe(-12);
});

test('somebody who has moved away from the microphone is the usual caller again after some turns', () => {
  const usual = new Loudness();
  for (let turn = 0; turn < 20; turn += 1) usual.heard(-20);
  for (let turn = 0; turn < 5; turn += 1) usual.heard(-35);
  expect(usual.relative(-35)).toBe(0);
});
