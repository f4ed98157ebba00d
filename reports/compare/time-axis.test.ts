// The common time axis of the distributions: where it ends, and what is said about the rest.
import { expect, test } from 'vitest';
import { exampleCompare } from './example.ts';
import { axisEnd, beyondAxis } from './time-axis.ts';

const [cell] = exampleCompare().cells;
if (cell === undefined) throw new Error('the example has cells');
const heardAfter = (samples: readonly number[]) => ({ ...cell, samples: [...samples] });

test('of a few answers the axis shows every one, the slowest included', () => {
  const few = heardAfter([500, 600, 700, 800, 900, 1_000, 1_100, 9_950]);
  expect(axisEnd({ cells: [few] })).toBe(10_000);
  expect(beyondAxis([few], 10_000)).toBe('');
});

test('of many the slowest may lie beyond it, and then it is said how many and how slow', () => {
  const samples = [...Array.from({ length: 399 }, (_, at) => 500 + at), 4_100];
  const many = heardAfter(samples);
  const end = axisEnd({ cells: [many] });
  expect(end).toBe(1_000);
  expect(beyondAxis([many], end)).toBe(
    'beyond the axis: WebSocket 1 of 400 answers, the slowest after 4.1 s',
  );
});

test('a little more than the tail is shown', () => {
  const samples = [...Array.from({ length: 399 }, (_, at) => 500 + at), 1_090];
  const end = axisEnd({ cells: [heardAfter(samples)] });
  expect([end, beyondAxis([heardAfter(samples)], end)]).toEqual([1_200, '']);
});

test('without an answer there is still an axis', () => {
  expect(axisEnd({ cells: [heardAfter([])] })).toBe(200);
});
