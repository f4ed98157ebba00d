// What a packet says of its own length, against what libopus makes of it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpusCodec } from './codec/opus-codec.ts';
import { opusSamples } from './opus-frame.ts';

test.each([
  ['20 ms of SILK', [0x48], 960],
  ['60 ms of SILK', [0x18], 2_880],
  ['10 ms of the hybrid', [0x60], 480],
  ['2.5 ms of CELT', [0xe0], 120],
  ['two frames of 20 ms', [0xf9], 1_920],
  ['three frames of 20 ms', [0x4b, 3], 2_880],
  ['nothing', [], 0],
  ['a count that is cut off', [0x4b], 0],
  ['more than is allowed', [0x4b, 63], 0],
])('%s', (_name, bytes, samples) => {
  expect(opusSamples(Uint8Array.from(bytes))).toBe(samples);
});

test('is what the decoder gives, wherever it gives anything', () => {
  const codec = OpusCodec.protectedAt(48_000);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (packet) => {
      const decoded = codec?.decode(packet);
      if (decoded !== undefined) expect(decoded.length / 2).toBe(opusSamples(packet));
    }),
  );
});
