// Between 8 kHz and its multiples: the telephone band passes untouched, nothing else gets into it, and
// how a stream is cut does not matter.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimator, Interpolator, telephoneFactor } from './rate.ts';

const tone = (hz: number, rate: number, peak = 10_000): Int16Array =>
  Int16Array.from({ length: rate / 2 }, (_, at) =>
    Math.round(peak * Math.sin((2 * Math.PI * hz * at) / rate)),
  );

/** Level of the steady part, dB above a tone of 10,000. */
function levelDb(pcm: Int16Array): number {
  const steady = pcm.subarray(pcm.length / 4);
  const power = steady.reduce((sum, sample) => sum + sample ** 2, 0) / steady.length;
  return 10 * Math.log10((power + 1e-9) / (10_000 ** 2 / 2));
}

describe.each([2, 3, 6])('a rate %i times as high', (factor) => {
  const rate = 8_000 * factor;

  test.each([100, 300, 1_000, 2_000, 3_000, 3_400])('keeps a tone of %i Hz within half a decibel', (hz) => {
    const narrow = new Decimator(factor).push(tone(hz, rate));
    expect(Math.abs(levelDb(narrow))).toBeLessThan(0.5);
    const wide = new Interpolator(factor).push(tone(hz, 8_000));
    expect(Math.abs(levelDb(wide))).toBeLessThan(0.5);
  });

  test.each([4_700, 5_500, 6_500, 7_900])('lets nothing of a tone of %i Hz into the telephone', (hz) => {
    expect(levelDb(new Decimator(factor).push(tone(hz, rate)))).toBeLessThan(-45);
  });

  test.each([300, 1_000, 3_000])('makes no images of a tone of %i Hz', (hz) => {
    const wide = new Interpolator(factor).push(tone(hz, 8_000));
    // What a filter that passes the tone alone would have made, found by projection.
    expect(residueDb(wide, hz, rate)).toBeLessThan(-42);
  });

  test('does not care how the stream was cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(cuts, fc.integer(), (pieces, seed) => {
        const total = pieces.reduce((sum, piece) => sum + piece, 0);
        const narrow = Int16Array.from(
          { length: total },
          (_, at) => (Math.imul(at + seed, 0x9e3779b1) >> 18) | 0,
        );
        const wide = new Interpolator(factor).push(narrow);
        expect(inPieces(new Interpolator(factor), narrow, pieces)).toEqual([...wide]);
        const back = new Decimator(factor).push(wide);
        const wider = pieces.map((piece) => piece * factor);
        expect(inPieces(new Decimator(factor), wide, wider)).toEqual([...back]);
      }),
      { numRuns: 50 },
    );
  });

  test('keeps silence silent, to the last sample', () => {
    const silence = new Int16Array(240 * factor);
    expect(new Decimator(factor).push(silence).every((sample) => sample === 0)).toBe(true);
    expect(new Interpolator(factor).push(silence).every((sample) => sample === 0)).toBe(true);
  });
});

test('at 8 kHz nothing is changed, and rates that are no multiple of it are not known', () => {
  const pcm = Int16Array.of(1, -2, 30_000, -30_000);
  expect([...new Decimator(1).push(pcm)]).toEqual([...pcm]);
  expect([...new Interpolator(1).push(pcm)]).toEqual([...pcm]);
  expect([8_000, 16_000, 24_000, 48_000].map(telephoneFactor)).toEqual([1, 2, 3, 6]);
  expect([0, 11_025, 12_000, 22_050, 44_100].map(telephoneFactor)).toEqual(Array(5).fill(undefined));
});

test('full-scale noise is clipped, never wrapped', () => {
  const square = Int16Array.from({ length: 800 }, (_, at) => (at % 20 < 10 ? 32_767 : -32_768));
  const wide = new Interpolator(2).push(square);
  for (let at = 100; at < wide.length; at += 1) {
    expect(Math.abs((wide[at] as number) - (wide[at - 1] as number))).toBeLessThan(50_000);
  }
});

function inPieces(one: Decimator | Interpolator, pcm: Int16Array, pieces: readonly number[]): number[] {
  let at = 0;
  return pieces.flatMap((piece) => {
    at += piece;
    return [...one.push(pcm.subarray(at - piece, at))];
  });
}

/** What is left of the steady part when the tone is taken out, dB under it. */
function residueDb(pcm: Int16Array, hz: number, rate: number): number {
  const steady = pcm.subarray(pcm.length / 4);
  let [sine, cosine] = [0, 0];
  for (const [at, sample] of steady.entries()) {
    sine += (2 / steady.length) * sample * Math.sin((2 * Math.PI * hz * at) / rate);
    cosine += (2 / steady.length) * sample * Math.cos((2 * Math.PI * hz * at) / rate);
  }
  const rest = steady.map((sample, at) => {
    const angle = (2 * Math.PI * hz * at) / rate;
    return sample - sine * Math.sin(angle) - cosine * Math.cos(angle);
  });
  const power = (samples: Int16Array) => samples.reduce((sum, sample) => sum + sample ** 2, 0);
  return 10 * Math.log10(power(rest) / power(steady));
}
