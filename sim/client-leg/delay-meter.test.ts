// The mean delay of what arrives in the order in which it was sent.
import { expect, test } from 'vitest';
import { DelayMeter } from './delay-meter.ts';

test('each arrival is matched with the oldest that is on its way', () => {
  const meter = new DelayMeter();
  for (const at of [0, 20, 40]) meter.sent(at);
  expect([meter.arrived(30), meter.arrived(50), meter.arrived(100)]).toEqual([30, 30, 60]);
  expect(meter.meanUs).toBe(40);
  expect(meter.count).toBe(3);
});

test('what is still on its way counts for nothing', () => {
  const meter = new DelayMeter();
  meter.sent(0);
  meter.sent(10);
  meter.arrived(7);
  expect([meter.count, meter.meanUs]).toEqual([1, 7]);
});

test('nothing arrived is a delay of 0, and an arrival of nothing is none', () => {
  const meter = new DelayMeter();
  expect(meter.meanUs).toBe(0);
  expect(meter.arrived(99)).toBe(0);
  expect(meter.count).toBe(0);
});

test('delays may be known from elsewhere; the mean is whole microseconds', () => {
  const meter = new DelayMeter();
  meter.add(10);
  meter.add(11);
  expect(meter.meanUs).toBe(11);
});
