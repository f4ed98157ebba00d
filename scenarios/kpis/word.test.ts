import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordErrors, wordsInCommon, wordsOf } from './word.ts';

const list = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });

test('case, punctuation and typographic apostrophes are no differences between words', () => {
  expect(wordsOf('“Don’t — STOP”, she said: 9:30!')).toEqual(["don't", 'stop', 'she', 'said', '930']);
});

test('a misheard, a lost and an invented word are one error each', () => {
  expect(wordErrors(wordsOf('what time do you open'), wordsOf('what dime do you open'))).toBe(1);
  expect(wordErrors(wordsOf('what time do you open'), wordsOf('what time you open'))).toBe(1);
  expect(wordErrors(wordsOf('open'), wordsOf('open up'))).toBe(1);
});

test('errors are a distance: none to itself, equal both ways, at least the difference in length', () => {
  fc.assert(
    fc.property(list, list, (one, other) => {
      expect(wordErrors(one, one)).toBe(0);
      expect(wordErrors(one, other)).toBe(wordErrors(other, one));
      expect(wordErrors(one, other)).toBeGreaterThanOrEqual(Math.abs(one.length - other.length));
      expect(wordsInCommon(one, other)).toBeLessThanOrEqual(Math.min(one.length, other.length));
    }),
  );
});

test('a prefix has all its words in common', () => {
  fc.assert(
    fc.property(list, list, (start, rest) => {
      expect(wordsInCommon(start, [...start, ...rest])).toBe(start.length);
    }),
  );
});
