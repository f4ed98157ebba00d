import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack } from './codec.ts';

const sample = fc.integer({ min: -32_768, max: 32_767 });

test('any samples come back as they were', () => {
  fc.assert(
    fc.property(fc.int16Array({ maxLength: 2_000 }), (samples) => {
      expect(unpack(pack(samples), samples.length)).toEqual(samples);
    }),
    { numRuns: 60 },
  );
});

test('the steepest jumps wrap and come back', () => {
  fc.assert(
    fc.property(sample, sample, (low, high) => {
      const samples = Int16Array.of(low, high, low, -32_768, 32_767, high, 32_767, -32_768);
      expect(unpack(pack(samples), samples.length)).toEqual(samples);
    }),
    { numRuns: 60 },
  );
});

test('packed samples of another length are refused', () => {
  expect(() => unpack(pack(new Int16Array(100)), 101)).toThrow('100 samples, not 101');
});
