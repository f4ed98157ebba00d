import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Unwrapper } from './unwrap.ts';

test('a sequence number goes on after 65,535', () => {
  const unwrapper = new Unwrapper(16);
  expect([65_534, 65_535, 0, 1].map((value) => unwrapper.unwrap(value))).toEqual([
    65_534, 65_535, 65_536, 65_537,
  ]);
});

test('a late packet from before the wrap keeps its place', () => {
  const unwrapper = new Unwrapper(16);
  unwrapper.unwrap(65_535);
  unwrapper.unwrap(2);
  expect(unwrapper.unwrap(65_534)).toBe(65_534);
  expect(unwrapper.unwrap(3)).toBe(65_539);
});

test('timestamps wrap at 32 bits', () => {
  const unwrapper = new Unwrapper(32);
  unwrapper.unwrap(0xffff_fff0);
  expect(unwrapper.unwrap(0x10)).toBe(0x1_0000_0010);
});

test('steps of less than half the range are followed either way', () => {
  fc.assert(
    fc.property(fc.nat(65_535), fc.array(fc.integer({ min: -1_000, max: 1_000 })), (start, steps) => {
      const unwrapper = new Unwrapper(16);
      let at = unwrapper.unwrap(start);
      for (const step of steps) {
        at += step;
        expect(unwrapper.unwrap(((at % 65_536) + 65_536) % 65_536)).toBe(at);
        if (step < 0) at -= step;
      }
    }),
  );
});
