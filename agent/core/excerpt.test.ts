import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstChars, lastChars, withinTokens } from './excerpt.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const count = (words: string) => Math.ceil(words.length / 3);

test('the end or the beginning is kept, cut between words where one is near', () => {
  expect(lastChars('one two three', 8)).toBe('three');
  expect(lastChars('one two three', 9)).toBe('three');
  expect(firstChars('one two three', 9)).toBe('one two');
  expect(lastChars('short', 9)).toBe('short');
  expect(firstChars('unbreakable', 4)).toBe('unbr');
});

test('a cut leaves most of what may stay, and never half a character', () => {
  fc.assert(
    fc.property(text, fc.nat({ max: 300 }), (all, most) => {
      const [end, start] = [lastChars(all, most), firstChars(all, most)];
      expect(all.endsWith(end) && all.startsWith(start)).toBe(true);
      for (const kept of [end, start]) {
        expect(kept.length).toBeLessThanOrEqual(most);
        expect(kept.length).toBeGreaterThanOrEqual(Math.floor(Math.min(most, all.length) / 2) - 2);
        expect(kept.isWellFormed()).toBe(true);
      }
    }),
    { seed: 1 },
  );
});

test('within tokens: never more than asked for, and close to it', () => {
  fc.assert(
    fc.property(text, fc.nat({ max: 120 }), (all, most) => {
      const kept = withinTokens(all, most, count, lastChars);
      expect(count(kept)).toBeLessThanOrEqual(most);
      expect(all.endsWith(kept)).toBe(true);
      if (count(all) <= most) expect(kept).toBe(all);
    }),
    { seed: 1 },
  );
});

test('no tokens, no text; and there are few rounds to it', () => {
  expect(withinTokens('word '.repeat(100), -3, count, lastChars)).toBe('');
  let rounds = 0;
  const counting = (words: string) => {
    rounds += 1;
    return count(words);
  };
  withinTokens('word '.repeat(4_000), 100, counting, lastChars);
  expect(rounds).toBeLessThan(8);
});
