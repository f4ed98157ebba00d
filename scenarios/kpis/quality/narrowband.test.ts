// G.107 against published anchors and an independent implementation's values, within 1e-3.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equipmentImpairment } from './equipment.ts';
import { type Narrowband, narrowband } from './narrowband.ts';
import { goodOrBetter, mosOfR, poorOrWorse, rOfMos } from './opinion.ts';

const near = (value: number, wanted: number, tolerance = 1e-3): void =>
  expect(Math.abs(value - wanted), `${value} for ${wanted}`).toBeLessThanOrEqual(tolerance);

test('a perfect call scores 93.2, and is made of the published terms', () => {
  const rating = narrowband();
  const terms = {
    no: -61.179214,
    nos: -75.744,
    nor: -83.357814,
    nfo: -62,
    pre: 35.63892,
    ro: 94.768822,
    iolr: 0.440178,
    ist: -0.000715,
    iq: 0.974105,
    is: 1.413568,
    idte: 0,
    idle: 0.149046,
    idd: 0,
    r: 93.206208,
    mos: 4.409406,
  } as const;
  for (const name of Object.keys(terms) as (keyof typeof terms)[]) near(rating[name], terms[name]);
});

test.each([
  [100, 1.963791, 0.727733, 0, 90.66373, 4.35492],
  [150, 2.811844, 0.840747, 0.163531, 89.539132, 4.327546],
  [200, 3.5708, 0.9353, 3.044414, 85.805, 4.2232],
  [250, 4.242856, 1.018587, 8.91671, 79.177101, 3.992519],
  [300, 4.8339, 1.0943, 14.7607, 72.666, 3.7194],
  [400, 5.8082, 1.2301, 24.0701, 62.247, 3.2156],
])('with echo and a delay of %d ms, lossless', (ta, idte, idle, idd, r, mos) => {
  const rating = narrowband({ ta, t: ta, tr: 2 * ta, telr: 65 });
  near(rating.idte, idte);
  near(rating.idle, idle);
  near(rating.idd, idd);
  near(rating.r, r);
  near(rating.mos, mos);
});

test.each([
  [0, 93.206, 4.4094],
  [100, 93.206, 4.4094],
  [150, 93.043, 4.4062],
  [200, 90.162, 4.3429],
  [250, 84.289, 4.1753],
  [300, 78.446, 3.9639],
  [400, 69.136, 3.5562],
  [500, 62.57, 3.2321],
])('a delay of %d ms alone', (ta, r, mos) => {
  near(narrowband({ ta }).r, r);
  near(narrowband({ ta }).mos, mos);
});

const G711 = { ie: 0, bpl: 4.3 };
const CONCEALED = { ie: 0, bpl: 25.1 };
const G729 = { ie: 11, bpl: 19 };

test.each([
  [0.5, 9.8958, 83.31, 4.1427, 1.8555, 91.351, 4.3707, 80.052, 4.026],
  [1, 17.9245, 75.282, 3.8339, 3.6398, 89.566, 4.3282, 78.006, 3.9465],
  [2, 30.1587, 63.047, 3.2564, 7.0111, 86.195, 4.235, 74.206, 3.7876],
  [3, 39.0411, 54.165, 2.7944, 10.1423, 83.064, 4.1344, 70.752, 3.6321],
  [5, 51.0753, 42.131, 2.1696, 15.7807, 77.425, 3.9231, 64.706, 3.34],
  [10, 66.4336, 26.773, 1.481, 27.0655, 66.141, 3.4112, 53.241, 2.7456],
])('a random loss of %d %% alone', (ppl, ie, r, mos, ieConcealed, rConcealed, mosConcealed, r729, mos729) => {
  const plain = narrowband({ ...G711, ppl });
  near(plain.ieEff, ie);
  near(plain.r, r);
  near(plain.mos, mos);
  const concealed = narrowband({ ...CONCEALED, ppl });
  near(concealed.ieEff, ieConcealed);
  near(concealed.r, rConcealed);
  near(concealed.mos, mosConcealed);
  near(narrowband({ ...G729, ppl }).r, r729);
  near(narrowband({ ...G729, ppl }).mos, mos729);
});

test.each([
  [80, [4.409, 4.328, 4.134, 3.923]],
  [150, [4.406, 4.324, 4.129, 3.916]],
  [200, [4.343, 4.245, 4.025, 3.795]],
  [300, [3.964, 3.814, 3.516, 3.237]],
])('G.711 with concealment at %d ms and 0, 1, 3, 5 %% loss', (ta, scores) => {
  for (const [index, ppl] of [0, 1, 3, 5].entries()) {
    near(narrowband({ ...CONCEALED, ta, ppl }).mos, scores[index] ?? Number.NaN);
  }
});

test('the exact points of the effective equipment impairment', () => {
  near(equipmentImpairment({ ie: 11, bpl: 19, ppl: 2, burstR: 1 }), 19, 1e-12);
  near(equipmentImpairment({ ie: 0, bpl: 25.1, ppl: 5, burstR: 2 }), 17.210145, 1e-6);
  near(equipmentImpairment({ ie: 0, bpl: 4.3, ppl: 1, burstR: 3 }), 20.503597, 1e-6);
});

test.each([
  [90, 4.339, 97, 0],
  [80, 4.024, 89, 1.4],
  [70, 3.597, 73, 6],
  [60, 3.1, 50, 17],
  [50, 2.575, 27, 38],
])('R %d as an opinion: MOS, good or better, poor or worse', (r, mos, good, poor) => {
  near(mosOfR(r), mos);
  near(100 * goodOrBetter(r), good, 0.6);
  near(100 * poorOrWorse(r), poor, 0.6);
});

test('the ends of the opinion scale, and the way back', () => {
  near(mosOfR(93.2), 4.4093);
  expect([mosOfR(0), mosOfR(-5), mosOfR(3), mosOfR(100), mosOfR(140)]).toEqual([1, 1, 1, 4.5, 4.5]);
  near(rOfMos(4.339), 90);
  near(rOfMos(3.1), 60);
  near(rOfMos(1.252), 20);
  for (let r = 7; r <= 100; r += 1) near(rOfMos(mosOfR(r)), r);
});

const call = fc.record({
  ta: fc.double({ min: 0, max: 800, noNaN: true }),
  ppl: fc.double({ min: 0, max: 40, noNaN: true }),
  burstR: fc.double({ min: 1, max: 6, noNaN: true }),
});

test('the terms re-add to R, and worse networks never score better', () => {
  fc.assert(
    fc.property(call, fc.double({ min: 0.1, max: 50, noNaN: true }), ({ ta, ppl, burstR }, more) => {
      const at = (change: Partial<Narrowband>) => narrowband({ ...CONCEALED, ta, ppl, burstR, ...change });
      const { ro, is, idte, idle, idd, ieEff, r } = at({});
      expect(Math.abs(ro - is - idte - idle - idd - ieEff - r)).toBeLessThan(1e-9);
      expect(at({ ppl: ppl + more }).r).toBeLessThan(r);
      expect(at({ burstR: 1 }).r).toBeGreaterThanOrEqual(r);
      if (ta > 120) expect(at({ ta: ta + more }).r).toBeLessThan(r);
    }),
  );
});

test('what is no number, no delay or no share is refused', () => {
  expect(() => narrowband({ ta: Number.NaN })).toThrow('ta is not a number');
  expect(() => narrowband({ ta: -1 })).toThrow('delay');
  expect(() => narrowband({ ppl: 101 })).toThrow('loss');
  expect(() => narrowband({ ppl: -1 })).toThrow('loss');
});
