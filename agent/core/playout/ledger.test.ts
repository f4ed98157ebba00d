import { expect, test } from 'vitest';
import { LIMITS } from '../limit.ts';
import { ms } from '../time.ts';
import { Ledger } from './ledger.ts';

/** Words of 100 ms each, one after the other; 24 samples are a millisecond. */
function ledger(...texts: string[]): Ledger {
  const book = new Ledger(24_000);
  texts.forEach((text, index) => {
    book.add({ text, startUs: ms(index * 100), endUs: ms(index * 100 + 100) });
  });
  return book;
}
const samples = (atMs: number) => Math.round(atMs * 24);

test('a word is heard when half of it was', () => {
  const book = ledger('one', 'two', 'three');
  expect(book.heard(samples(50) - 1)).toBe('');
  expect(book.heard(samples(50))).toBe('one');
  expect(book.heard(samples(149))).toBe('one');
  expect(book.heard(samples(150))).toBe('one two');
  expect(book.heard(samples(1_000))).toBe('one two three');
});

test('exactly half is half at every place of the audio', () => {
  for (let at = 0; at < 5_000; at += 1) {
    const book = new Ledger(24_000);
    book.add({ text: 'word', startUs: ms(at), endUs: ms(at + 2) });
    expect(book.heard(samples(at + 1))).toBe('word');
  }
});

test('words are told once, when their first sample is gone', () => {
  const book = ledger('one', 'two', 'three');
  expect(book.begun(0)).toEqual([]);
  expect(book.begun(1)).toEqual(['one']);
  expect(book.begun(samples(100))).toEqual([]);
  expect(book.begun(samples(250))).toEqual(['two', 'three']);
  expect(book.begun(samples(250))).toEqual([]);
  book.add({ text: 'late', startUs: ms(200), endUs: ms(220) });
  expect(book.begun(samples(250))).toEqual(['late']);
});

test('a voice that tells words without end cannot fill the memory', () => {
  const book = ledger(...Array.from({ length: LIMITS.replyWordsMax + 10 }, () => 'w'));
  expect(book.text.split(' ')).toHaveLength(LIMITS.replyWordsMax);
});

test('the whole text is there, heard or not', () => {
  expect(ledger('one', 'two').text).toBe('one two');
});
