// libopus in our own instance: the same sound as the package's, and more of it where a packet is lost.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OpusCodec } from '../../media/codec/opus-codec.ts';
import { carriesCopy } from '../../media/opus-frame.ts';
import { bytesOf, samplesOf } from '../../media/pcm.ts';
import { libopus } from './libopus.ts';

const RATE = 16_000;
const FRAME = RATE / 50;

/** Something like a vowel whose loudness swells. */
const voice = Int16Array.from({ length: 50 * FRAME }, (_, at) => {
  const harmonics = [1, 2, 3, 4, 5, 6, 7].reduce(
    (sum, h) => sum + Math.sin((h * 2 * Math.PI * 130 * at) / RATE) / h,
    0,
  );
  return 5_000 * harmonics * (0.6 + 0.4 * Math.sin(at / 1_500));
});

function encoded(): Uint8Array[] {
  const codec = OpusCodec.protectedAt(RATE);
  if (codec === undefined) throw new Error('no codec');
  return Array.from({ length: 50 }, (_, frame) =>
    codec.encode(bytesOf(voice.slice(frame * FRAME, (frame + 1) * FRAME))),
  );
}

describe('our instance', () => {
  test('decodes to the same bytes as that of the package', () => {
    const [ours, theirs] = [libopus().decoder(RATE), OpusCodec.at(RATE)];
    for (const packet of encoded()) expect(ours.decode(packet)).toEqual(theirs?.decode(packet));
    ours.free();
    expect(ours.decode(new Uint8Array([0x48, 0]))).toBeUndefined();
  });

  test('restores a lost frame from the packet after it, so that it sounds like the one that was lost', () => {
    const packets = encoded();
    const [whole, holed] = [libopus().decoder(RATE), libopus().decoder(RATE)];
    const lost = 30;
    expect(carriesCopy(packets[lost + 1] ?? new Uint8Array(0))).toBe(true);
    let alike = 0;
    for (const [index, packet] of packets.slice(0, lost + 2).entries()) {
      const wanted = samplesOf(whole.decode(packet) ?? new Uint8Array(0));
      if (index < lost) holed.decode(packet);
      if (index !== lost) continue;
      const made = samplesOf(holed.restore(packets[lost + 1] ?? packet, FRAME) ?? new Uint8Array(0));
      expect(made).toHaveLength(FRAME);
      alike = correlation(wanted, made);
    }
    expect(alike).toBeGreaterThan(0.8);
  });

  test('takes any bytes for what they are', () => {
    const decoder = libopus().decoder(RATE);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (packet) => {
        const restored = decoder.restore(packet, FRAME);
        if (restored !== undefined) expect(restored).toHaveLength(2 * FRAME);
        expect((decoder.decode(packet)?.length ?? 0) % 2).toBe(0);
      }),
    );
    decoder.free();
  });
});

function correlation(a: Int16Array, b: Int16Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at += 1) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
