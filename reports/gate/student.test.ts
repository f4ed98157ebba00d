// The far tails, against published tables.
import { expect, test } from 'vitest';
import { Chance } from './chance.ts';
import { quantileOf, Sorted } from './spread.ts';
import { coinTail, studentBound } from './student.ts';

test.each([
  [1, 0.05, 6.314],
  [4, 0.01, 3.747],
  [10, 0.001, 4.144],
  [23, 0.05, 1.714],
  [30, 0.0005, 3.646],
  [1_000, 0.025, 1.962],
])('Student with %i degrees exceeds with %d what the table says', (degrees, tail, bound) => {
  expect(studentBound(degrees, tail)).toBeCloseTo(bound, 3);
});

test('without any degree of freedom there is no bound', () => {
  expect(studentBound(0, 0.05)).toBe(Number.POSITIVE_INFINITY);
});

test.each([
  [0, 5, 1],
  [5, 5, 1 / 32],
  [4, 5, 6 / 32],
  [20, 20, 2 ** -20],
  [60, 100, 0.02844],
  [0, 0, 1],
])('a coin shows %i or more heads in %i throws as often as the binomial says', (heads, throws, chance) => {
  expect(coinTail(heads, throws)).toBeCloseTo(chance, 5);
});

test('draws are whole numbers below the bound, the same for the same key, about even', () => {
  const draw = (key: string) => {
    const chance = new Chance(key);
    return Array.from({ length: 6_000 }, () => chance.below(6));
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
  for (let face = 0; face < 6; face += 1)
    expect(Math.abs(draw('a').filter((value) => value === face).length - 1_000)).toBeLessThan(120);
});

test('a weighted quantile is that of the samples written out as often as they weigh', () => {
  const calls = [[5, 9], [1, 7, 3], [4]];
  const sorted = new Sorted(calls);
  const written = [...[5, 9], ...[5, 9], ...[4]];
  const expected = [0.5, 0.95, 0.99].map((share) => quantileOf(written, share));
  expect(sorted.quantiles(Int32Array.from([2, 0, 1]))).toEqual(expected);
  expect(sorted.quantiles(Int32Array.from([0, 0, 0]))).toEqual([null, null, null]);
});
