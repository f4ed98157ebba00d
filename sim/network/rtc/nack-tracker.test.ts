import { expect, test } from 'vitest';
import { NackTracker } from './nack-tracker.ts';

const inMs = (value: number) => () => value;

test('a gap is asked for when it can still be played after a round trip', () => {
  const tracker = new NackTracker();
  tracker.received(10, 0);
  tracker.received(13, 60);
  expect(tracker.due(60, 50, inMs(80))).toEqual([11, 12]);
});

test('nothing is asked for that would come too late', () => {
  const tracker = new NackTracker();
  tracker.received(10, 0);
  tracker.received(12, 40);
  expect(tracker.due(40, 100, inMs(60))).toEqual([]);
});

test('a packet is asked for once in a round trip', () => {
  const tracker = new NackTracker();
  tracker.received(10, 0);
  tracker.received(12, 40);
  expect(tracker.due(40, 50, inMs(200))).toEqual([11]);
  expect(tracker.due(80, 50, inMs(160))).toEqual([]);
  expect(tracker.due(90, 50, inMs(150))).toEqual([11]);
});

test('what came late after all is not asked for', () => {
  const tracker = new NackTracker();
  tracker.received(10, 0);
  tracker.received(12, 40);
  tracker.received(11, 45);
  expect(tracker.due(50, 10, inMs(200))).toEqual([]);
  expect(tracker.count).toBe(0);
});

test('under heavy loss packets are wanted although they come too late for now', () => {
  const tracker = new NackTracker();
  for (let sequence = 0; sequence < 2_000; sequence += 5) tracker.received(sequence, 20 * sequence);
  const now = 20 * 1_995;
  expect(tracker.due(now, 100, inMs(0)).length).toBeGreaterThan(0);
});

test('it never remembers more than 500 packets', () => {
  const tracker = new NackTracker();
  tracker.received(0, 0);
  for (let jump = 1; jump < 20; jump += 1) {
    tracker.received(jump * 400, jump * 8_000);
    expect(tracker.count).toBeLessThanOrEqual(500);
  }
});
