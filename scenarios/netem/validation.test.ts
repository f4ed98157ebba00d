import { expect, it } from 'vitest';
import { report } from './report.ts';
import { rowOf } from './validation.ts';

const around = (ms: number, count = 100): number[] =>
  Array.from({ length: count }, (_, index) => ms + index / 100);
const delays = (ms: number, lost = 0) => ({ up: around(ms), down: around(ms), lost });

it('holds when the medians agree to 3 ms and 5 %, and nothing was lost', () => {
  expect(rowOf('x', delays(100), delays(107)).holds).toBe(true);
  expect(rowOf('x', delays(100), delays(109)).holds).toBe(false);
  expect(rowOf('x', delays(100), delays(91)).holds).toBe(false);
  expect(rowOf('x', delays(100, 1), delays(100)).holds).toBe(false);
  expect(rowOf('x', { up: [], down: [], lost: 5 }, delays(100)).holds).toBe(false);
});

it('counts as late what is 100 ms slower than the fastest', () => {
  const kernel = { up: [...around(20, 90), ...around(200, 10)], down: [], lost: 0 };
  expect(rowOf('x', kernel, delays(20)).kernel.late100Pct).toBe(10);
});

it('reports kernel and model under each other, and says which network fails', () => {
  const text = report({
    schema: 'netem-validation/1',
    kernel: '6.1.0',
    bootSeconds: 1.9,
    workload: { connections: 4, frameBytes: 640, frameMs: 20, seconds: 20, skipSeconds: 1 },
    rows: [rowOf('near', delays(20), delays(21)), rowOf('far', delays(20), delays(90))],
  });
  expect(text).toMatch(/^✗ .*1 of 2/);
  expect(text).toContain('guest kernel 6.1.0, up after 1.9 s');
  expect(text).toMatch(/✓ near +kernel +200 +20\.0 +20\.5/);
  expect(text).toMatch(/✗ far +kernel/);
  expect(text).toMatch(/ {2,}model +200 +90\.0/);
});
