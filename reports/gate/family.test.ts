// The level of many tests: as strict as their number demands, and no stricter for those that cannot alarm.
import { expect, test } from 'vitest';
import { levelOf } from './family.ts';

test.each([
  ['one test keeps the whole chance', [1e-9], 0.001],
  ['four that could alarm share it', [1e-9, 1e-9, 1e-9, 1e-9], 0.00025],
  ['counts that never differ take nothing', [1e-9, 1, 1, 1], 0.001],
  ['what could not alarm at the level of the rest is not of the rest', [1e-9, 1e-9, 0.0009], 0.0005],
  ['none has no alarm', [], 0.001],
])('%s', (_name, leasts, level) => {
  expect(levelOf(leasts, 0.001)).toBeCloseTo(level, 12);
});

test('those that can alarm at the level, each by its level, are never above the chance together', () => {
  for (let seed = 1; seed < 200; seed += 1) {
    const leasts = Array.from({ length: 30 }, (_, at) => 2 ** -(((at * seed) % 23) + 1));
    const level = levelOf(leasts, 0.001);
    expect(leasts.filter((least) => least <= level).length * level).toBeLessThanOrEqual(0.001 + 1e-15);
  }
});
