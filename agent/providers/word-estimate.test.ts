import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadWords, wordsWithin } from './word-estimate.ts';

const sentence = fc.array(fc.stringMatching(/^[a-z]{1,12}[.,]?$/), { minLength: 1, maxLength: 30 });

test('words lie in order within their audio, whatever they are', () => {
  fc.assert(
    fc.property(
      sentence,
      fc.nat(1_000_000),
      fc.integer({ min: 1_000, max: 60_000_000 }),
      (words, start, span) => {
        const placed = spreadWords(words.join(' '), start, start + span);
        expect(placed.map(({ text }) => text)).toEqual(words);
        let at = start;
        for (const { startUs, endUs } of placed) {
          expect(startUs).toBeGreaterThanOrEqual(at);
          expect(endUs).toBeGreaterThanOrEqual(startUs);
          at = endUs;
        }
        expect(at).toBeLessThanOrEqual(start + span);
      },
    ),
  );
});

test('a longer word takes longer, and a sentence rests at its end', () => {
  const [short, long, next] = spreadWords('a. considerable b', 0, 2_000_000);
  const spanOf = (word: typeof short) => (word?.endUs ?? 0) - (word?.startUs ?? 0);
  expect(spanOf(long)).toBeGreaterThan(spanOf(short));
  expect((long?.startUs ?? 0) - (short?.endUs ?? 0)).toBeGreaterThan(
    (next?.startUs ?? 0) - (long?.endUs ?? 0),
  );
});

test('of speech that breaks off only the words that fit are told', () => {
  expect(wordsWithin('one two three four five six', 0, 1_000_000).length).toBeLessThan(6);
  expect(wordsWithin('', 0, 1_000_000)).toEqual([]);
});
