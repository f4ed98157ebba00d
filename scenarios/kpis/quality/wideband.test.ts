// G.107.1 against the values of an independent implementation, within 1e-3.
import { expect, test } from 'vitest';
import { mosOfR } from './opinion.ts';
import { wholeEcho, wideband } from './wideband.ts';

const near = (value: number, wanted: number): void =>
  expect(Math.abs(value - wanted), `${value} for ${wanted}`).toBeLessThanOrEqual(1e-3);

test.each([
  [0, 0, 129, 4.5],
  [100, 0, 129, 4.5],
  [150, 0.210955, 128.789, 4.4988],
  [200, 3.927294, 125.073, 4.4698],
  [250, 11.5026, 117.497, 4.3646],
  [300, 19.0413, 109.959, 4.2057],
  [400, 31.0504, 97.95, 3.8613],
  [500, 39.5203, 89.48, 3.567],
])('a delay of %d ms alone', (ta, idd, r, mos) => {
  const rating = wideband({ ta });
  near(rating.idd, idd);
  near(rating.r, r);
  near(rating.mos, mos);
});

test('with the echo of the standard: clean, 50 ms, and 150 ms with a codec', () => {
  const clean = wideband({ echo: wholeEcho(0) });
  near(clean.idle, 0.153685);
  near(clean.r, 128.846315);
  near(clean.mos, 4.499152);
  const short = wideband({ ta: 50, echo: wholeEcho(50) });
  near(short.idte, 0.092907);
  near(short.idle, 0.652075);
  near(short.r, 128.255018);
  near(short.mos, 4.495632);
  const long = wideband({ ta: 150, ie: 5, echo: wholeEcho(150) });
  near(long.idte, 0.355448);
  near(long.idle, 1.012266);
  near(long.r, 122.421331);
  near(long.mos, 4.439743);
});

test.each([
  [129, 4.5],
  [116.1, 4.339],
  [103.2, 4.024],
  [64.5, 2.575],
])('R %d of 129 as an opinion', (r, mos) => near(mosOfR(r / 1.29), mos));

test('AMR-WB 12.65: clean on a handset, and under loss on both ears', () => {
  near(wideband({ ie: 13 }).mos, 4.3371);
  near(wideband({ ie: 20, bpl: 4.3, ppl: 1 }).mos, 3.7577);
  near(wideband({ ie: 20, bpl: 4.3, ppl: 2 }).mos, 3.4062);
  near(wideband({ ie: 20, bpl: 4.3, ppl: 5 }).mos, 2.7455);
});
