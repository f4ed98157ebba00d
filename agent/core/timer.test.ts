import { expect, test } from 'vitest';
import { TIMER_NAMES, TimerTable } from './timer.ts';

test('the earliest timer is named and taken first; what is not yet due stays', () => {
  const timers = new TimerTable();
  timers.set('playout', 30);
  timers.set('endpoint', 10);
  timers.set('llm', 20);
  expect(timers.next()).toBe(10);
  expect([timers.take(25), timers.take(25), timers.take(25)]).toEqual(['endpoint', 'llm', undefined]);
  expect(timers.next()).toBe(30);
});

test('timers due at the same moment fire in the order of the table, whatever the order of setting', () => {
  const timers = new TimerTable();
  for (const name of [...TIMER_NAMES].reverse()) timers.set(name, 5);
  const fired = TIMER_NAMES.map(() => timers.take(5));
  expect(fired).toEqual([...TIMER_NAMES]);
});

test('setting a name again moves it, following nothing clears it', () => {
  const timers = new TimerTable();
  timers.set('stt', 10);
  timers.set('stt', 40);
  expect(timers.take(39)).toBeUndefined();
  timers.follow('stt', undefined);
  timers.follow('tts', 50);
  expect(timers.at('stt')).toBeUndefined();
  expect(timers.at('tts')).toBe(50);
  timers.clear('tts');
  expect(timers.next()).toBeUndefined();
});

test('a cleared table is empty', () => {
  const timers = new TimerTable();
  for (const name of TIMER_NAMES) timers.set(name, 1);
  timers.clearAll();
  expect(timers.next()).toBeUndefined();
  expect(timers.take(Number.MAX_SAFE_INTEGER)).toBeUndefined();
});
