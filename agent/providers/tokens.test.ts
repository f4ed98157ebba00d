import { expect, test } from 'vitest';
import { countTokens } from './tokens.ts';

test('tokens are those of the o200k vocabulary', () => {
  expect(countTokens('')).toBe(0);
  expect(countTokens('Hello there, how are you?')).toBe(7);
  expect(countTokens('Hello there, how are you?')).toBe(7);
});

test('control tokens written out in a text are text', () => {
  expect(countTokens('<|endoftext|> hi')).toBeGreaterThan(2);
});

test('a long text is counted without being remembered', () => {
  expect(countTokens('word '.repeat(200))).toBe(201);
});
