import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignTokens } from './alignment.ts';

const spans = (sentence: string, ...tokens: string[]) =>
  alignTokens(
    sentence.split(' '),
    tokens.map((token) => token.split(' ')),
  ).map(({ first, last }) => [first, last]);

test('tokens that sound as they do alone take their own phones', () => {
  expect(spans('hh ax l ow n ao r ax', 'hh ax l ow', 'n ao r ax')).toEqual([
    [0, 3],
    [4, 7],
  ]);
});

test('a vowel that changes in the sentence stays with its word', () => {
  // "the museum": alone "dh ax", before the word "dh iy".
  expect(spans('dh iy m y uw', 'dh ax', 'm y uw')).toEqual([
    [0, 1],
    [2, 4],
  ]);
});

test('a sound that is lost or added moves no other word', () => {
  expect(spans('w ah t ay m', 'w ah t', 't ay m')).toHaveLength(2);
  expect(spans('ae n d ay', 'ae n', 'ay').at(-1)).toEqual([3, 3]);
});

test('every token gets a span inside the sentence, in order', () => {
  const phone = fc.constantFrom('a', 'b', 'c', 'd');
  const token = fc.array(phone, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(phone, { minLength: 1, maxLength: 30 }),
      fc.array(token, { minLength: 1, maxLength: 8 }),
      (phones, tokens) => {
        const found = alignTokens(phones, tokens);
        expect(found).toHaveLength(tokens.length);
        let before = 0;
        for (const { first, last } of found) {
          expect(first).toBeGreaterThanOrEqual(Math.min(before, phones.length - 1));
          expect(last).toBeGreaterThanOrEqual(first);
          expect(last).toBeLessThan(phones.length);
          before = first;
        }
      },
    ),
  );
});
