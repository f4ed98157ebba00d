// The exact chance of agreement: what the tables say, what counting every sign says, and never an alarm
// more often than the level allows.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agreementOf } from './agreement.ts';

const zeros = (count: number) => Array.from({ length: count }, () => [0]);
const of = (differences: readonly number[]) =>
  agreementOf(
    zeros(differences.length),
    differences.map((difference) => [difference]),
  );

test.each([
  ['all of five agree', [1, 2, 3, 4, 5], 1 / 32],
  ['none of five does', [-1, -2, -3, -4, -5], 1],
  // Signed-rank table: of ten, a sum of 3 or less on the other side has 5 of 1024 signs.
  ['of ten the two smallest do not', [-1, -2, 3, 4, 5, 6, 7, 8, 9, 10], 5 / 1_024],
  ['of two equals one is against', [-1, 1, 2, 3], 3 / 16],
  ['conversations without a difference say nothing', [0, 0, 5, 7], 1 / 4],
  ['all are the same', [0, 0, 0], 1],
])('%s', (_name, differences, chance) => {
  expect(of(differences).slower).toBeCloseTo(chance, 12);
});

test('a conversation without samples on either side is no pair', () => {
  const found = agreementOf([[1], [], [4, 6]], [[2], [7], [6, 8]]);
  expect(found).toEqual({ pairs: 2, slower: 0.25, faster: 1, least: 0.25 });
});

/** Every way in which base and head could have been swapped. */
const swaps = (sizes: readonly number[]): readonly (readonly number[])[] =>
  sizes.reduce<readonly (readonly number[])[]>(
    (all, size) =>
      all.flatMap((signs) => [
        [...signs, size],
        [...signs, -size],
      ]),
    [[]],
  );

test('among all swaps of any differences, tied or not, no chance comes up more often than it says', () => {
  const differences = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(differences, (sizes) => {
      const chances = swaps(sizes).map((swapped) => of(swapped).slower);
      for (const chance of chances) {
        const share = chances.filter((other) => other <= chance + 1e-12).length / chances.length;
        expect(share).toBeCloseTo(chance, 9);
      }
      expect(Math.min(...chances)).toBe(of(sizes).least);
    }),
    { numRuns: 25 },
  );
});

test('200 conversations are counted as exactly as two', () => {
  expect(of(Array.from({ length: 200 }, (_, at) => at + 1)).slower).toBe(2 ** -200);
});
