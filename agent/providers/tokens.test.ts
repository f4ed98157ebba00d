import { expect, test } from 'vitest';
import { LIMITS } from '../core/limit.ts';
import { countTokens, loadTokens } from './tokens.ts';

/** Shortest of three, so that a pause of the machine does not count. */
function msOf(run: (round: number) => void): number {
  const times = [0, 1, 2].map((round) => {
    const startMs = performance.now();
    run(round);
    return performance.now() - startMs;
  });
  return Math.min(...times);
}

test('loaded beforehand, the first count of a call does not hold up the others', () => {
  loadTokens();
  const startMs = performance.now();
  countTokens('What time do you open on Sundays?');
  expect(performance.now() - startMs).toBeLessThan(50);
});

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

test.each([
  ['letters', 'a', 2_500],
  ['a script without spaces', '漢字仮名交じり文', 22_500],
  ['faces', '😀', 10_000],
  ['spaces', ' ', 157],
])('%s without a break are counted in no time, and about right', (_what, unit, exact) => {
  const most = LIMITS.clientTextCharsMax;
  // The tokenizer remembers what it has split: each round has a text of its own.
  const text = (round: number) => unit.repeat(most / unit.length).slice(2 * round);
  expect(msOf((round) => countTokens(text(round)))).toBeLessThan(60);
  const tokens = countTokens(text(0));
  expect(tokens).toBeGreaterThan(exact * 0.95);
  expect(tokens).toBeLessThan(exact * 1.1 + 200);
});
