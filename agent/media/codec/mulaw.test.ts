// µ-law against the tables of ITU-T G.711 (11/88) and what a telephone network demands of it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMulaw, encodeMulaw } from './mulaw.ts';

const encode = (sample: number): number => encodeMulaw(Int16Array.of(sample))[0] as number;
const decode = (code: number): number => decodeMulaw(Uint8Array.of(code))[0] as number;
/** The standard counts in 14 bits. */
const of14 = (value: number): number => 4 * value;

describe('the tables of the standard', () => {
  /** Character signal and decoder output value at the first step of each segment (tables 2a and 2b). */
  const outputs = [
    [0x80, 8_031],
    [0x8f, 4_191],
    [0x9f, 2_079],
    [0xaf, 1_023],
    [0xbf, 495],
    [0xcf, 231],
    [0xdf, 99],
    [0xef, 33],
    [0xfe, 2],
    [0xff, 0],
  ] as const;

  test.each(outputs)(
    'code %i stands for %i, and for as much below zero with the sign turned',
    (code, value) => {
      expect(decode(code)).toBe(of14(value));
      expect(decode(code & 0x7f)).toBe(0 - of14(value));
    },
  );

  /** Decision values: what lies at or above them has the code, what lies below has the next one. */
  const decisions = [
    [7_903, 0x80],
    [4_063, 0x8f],
    [2_015, 0x9f],
    [991, 0xaf],
    [479, 0xbf],
    [223, 0xcf],
    [95, 0xdf],
    [31, 0xef],
    [1, 0xfe],
  ] as const;

  test.each(decisions)('from decision value %i on the code is %i', (value, code) => {
    expect(encode(of14(value))).toBe(code);
    expect(encode(of14(value) - 1)).toBe(code + 1);
  });

  test('the largest samples have the last codes', () => {
    expect([encode(32_767), encode(-32_768), encode(0)]).toEqual([0x80, 0x00, 0xff]);
  });
});

test('every code but the second zero is the code of its own sample', () => {
  const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
  const again = encodeMulaw(decodeMulaw(codes));
  expect([...again].filter((code, at) => code !== at)).toEqual([0xff]);
  expect(again[0x7f], 'minus zero').toBe(0xff);
});

test('louder never decodes to softer, and no sample moves by more than half a step', () => {
  let before = Number.NEGATIVE_INFINITY;
  for (let sample = -32_768; sample <= 32_767; sample += 1) {
    const heard = decode(encode(sample));
    expect(heard >= before, `${sample} decodes to ${heard}`).toBe(true);
    before = heard;
    const step = 8 * 2 ** Math.max(0, Math.floor(Math.log2(Math.abs(sample) + 132)) - 7);
    const clipped = Math.max(0, Math.abs(sample) - 32_635);
    expect(Math.abs(heard - sample) <= step / 2 + clipped, `${sample} decodes to ${heard}`).toBe(true);
  }
});

test('a tone of any pitch keeps 33 dB above its distortion from -30 to 0 dBm0, as G.712 asks', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -33, max: -3.2, noNaN: true }),
      fc.integer({ min: 300, max: 3_400 }),
      (db, hz) => {
        const peak = 32_767 * 10 ** (db / 20);
        const tone = Int16Array.from({ length: 4_000 }, (_, at) =>
          Math.round(peak * Math.sin((2 * Math.PI * hz * at) / 8_000)),
        );
        expect(snrDb(tone, decodeMulaw(encodeMulaw(tone)))).toBeGreaterThan(33);
      },
    ),
    { numRuns: 100 },
  );
});

function snrDb(sent: Int16Array, heard: Int16Array): number {
  let signal = 0;
  let noise = 0;
  for (const [at, sample] of sent.entries()) {
    signal += sample ** 2;
    noise += (sample - (heard[at] as number)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
