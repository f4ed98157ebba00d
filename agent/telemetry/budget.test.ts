// The money of a day.
import { expect, test } from 'vitest';
import { DayBudget, type DaySum, dayOf } from './budget.ts';

test('it is spent when it is spent, and there is a new one on the next day', () => {
  const budget = new DayBudget(1);
  budget.add('2026-11-23', 0.6);
  expect(budget.isSpent('2026-11-23')).toBe(false);
  budget.add('2026-11-23', 0.4);
  expect(budget.isSpent('2026-11-23')).toBe(true);
  expect(budget.isSpent('2026-11-24')).toBe(false);
  budget.add('2026-11-24', 0.1);
  expect(budget.spentUsd('2026-11-24')).toBeCloseTo(0.1);
});

test('without a cap nothing is ever too much, and it is counted all the same', () => {
  const budget = new DayBudget(0);
  budget.add('2026-11-23', 1_000);
  expect([budget.isSpent('2026-11-23'), budget.spentUsd('2026-11-23')]).toEqual([false, 1_000]);
});

test('with a store a new process goes on where the last one was', () => {
  let kept: DaySum | undefined;
  const store = {
    load: () => kept,
    save: (sum: DaySum) => {
      kept = sum;
    },
  };
  new DayBudget(1, store).add('2026-11-23', 1);
  expect(new DayBudget(1, store).isSpent('2026-11-23')).toBe(true);
});

test('the day is that of UTC', () => {
  expect(dayOf(Date.UTC(2026, 10, 23, 23, 59, 59, 999))).toBe('2026-11-23');
  expect(dayOf(Date.UTC(2026, 10, 24))).toBe('2026-11-24');
});
