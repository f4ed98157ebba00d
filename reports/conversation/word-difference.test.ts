// Words compared: case and punctuation aside, what is missing and what came instead is marked, and both
// texts can be read back from the parts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareWords, sameWords } from './word-difference.ts';

test('case and punctuation are no difference', () => {
  expect(sameWords('Hello, my name is Nora.', 'hello my name is nora')).toBe(true);
  expect(compareWords('It is closed – on Mondays.', 'it is closed on mondays')).toEqual([
    { in: 'both', text: 'It is closed – on Mondays.' },
  ]);
});

test('words that are missing and words that came instead are told apart', () => {
  expect(compareWords('open at nine every day', 'open at five every single day')).toEqual([
    { in: 'both', text: 'open at' },
    { in: 'first', text: 'nine' },
    { in: 'second', text: 'five' },
    { in: 'both', text: 'every' },
    { in: 'second', text: 'single' },
    { in: 'both', text: 'day' },
  ]);
});

test('nothing against something is all of it', () => {
  expect(compareWords('', 'so it is')).toEqual([{ in: 'second', text: 'so it is' }]);
  expect(compareWords('so it is', '')).toEqual([{ in: 'first', text: 'so it is' }]);
  expect(compareWords('', '')).toEqual([]);
});

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });

test('both texts can be read back', () => {
  fc.assert(
    fc.property(words, words, (one, other) => {
      const parts = compareWords(one.join(' '), other.join(' '));
      const read = (not: string) =>
        parts.flatMap(({ in: place, text }) => (place === not ? [] : text.split(' ')));
      expect(read('second')).toEqual(one);
      expect(read('first')).toEqual(other);
    }),
  );
});
