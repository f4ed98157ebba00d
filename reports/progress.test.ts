import { expect, test } from 'vitest';
import { Progress } from './progress.ts';

test('a terminal sees one line rewritten, with done, rate and time left', () => {
  const progress = new Progress({ total: 100, tty: true, noun: 'runs' });
  const line = progress.update(25, 5);
  expect(line).toBe('\r\u001b[K25 of 100 runs · 25 % · 5.0/s · 15 s left');
  expect(progress.end()).toBe('\r\u001b[K');
});

test('a log sees at most ten plain lines', () => {
  const progress = new Progress({ total: 1000, tty: false, noun: 'runs' });
  const lines = Array.from({ length: 1000 }, (_, index) => progress.update(index + 1, (index + 1) / 100));
  expect(lines.filter((line) => line !== '')).toHaveLength(10);
  expect(lines.at(-1)).toBe('1000 of 1000 runs · 100 % · 100.0/s · 0 s left\n');
  expect(progress.end()).toBe('');
});
