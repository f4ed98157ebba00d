import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AudioQueue } from './queue.ts';

test('what goes in comes out, in order and once, whatever the cuts', () => {
  const operations = fc.array(
    fc.oneof(
      fc.record({ push: fc.uint8Array({ maxLength: 30 }) }),
      fc.record({ take: fc.integer({ min: 0, max: 40 }) }),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(operations, (drawn) => {
      const queue = new AudioQueue(1_000_000);
      const into: number[] = [];
      const out: number[] = [];
      for (const operation of drawn) {
        if ('push' in operation) {
          expect(queue.push(operation.push)).toBe(true);
          into.push(...operation.push);
        } else {
          const there = into.length - out.length;
          const taken = queue.take(operation.take);
          expect(taken).toHaveLength(Math.min(there, operation.take));
          out.push(...taken);
        }
        expect(queue.bytes).toBe(into.length - out.length);
      }
      out.push(...queue.take(1_000_000));
      expect(out).toEqual(into);
    }),
    { seed: 1 },
  );
});

test('a full queue refuses whole chunks and takes again when there is room', () => {
  const queue = new AudioQueue(10);
  expect(queue.push(new Uint8Array(8))).toBe(true);
  expect(queue.push(new Uint8Array(3))).toBe(false);
  expect(queue.bytes).toBe(8);
  queue.take(4);
  expect(queue.push(new Uint8Array(6))).toBe(true);
});
