// Samples out of bytes, wherever these lie in memory.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { samplesOf } from './pcm.ts';

test('bytes are read as 16 bits each, the lower half first, at any place in memory', () => {
  const bytes = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(3));
  fc.assert(
    fc.property(bytes, ([pcm, offset]) => {
      const memory = new Uint8Array(pcm.length + offset);
      memory.set(pcm, offset);
      const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.length);
      const expected = Array.from({ length: pcm.length >> 1 }, (_, at) => view.getInt16(2 * at, true));
      expect([...samplesOf(memory.subarray(offset))]).toEqual(expected);
      const received = Buffer.from(memory.buffer, offset, pcm.length);
      expect([...samplesOf(received)], 'as a socket delivers them').toEqual(expected);
    }),
  );
});
