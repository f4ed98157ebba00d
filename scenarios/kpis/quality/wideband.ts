// The wideband E-model, ITU-T G.107.1 (06/2019): the same idea on a scale that ends at 129. A codec's
// impairment is another number here than on the narrowband scale, and the two are never mixed.
import { assert } from '#agent/core/assert.ts';
import { equipmentImpairment } from './equipment.ts';
import { delayImpairment, echoImpairment, echoLoudness, listenerEcho } from './narrowband.ts';
import { mosOfR } from './opinion.ts';

export const WIDEBAND_MAX = 129;

/** The scale is this much longer than the narrowband one. */
const STRETCH = 1.29;
/** No computed with Nfor = –96 dBm0p; the text of the standard leaves this noise term open. */
const NOISE = -68.8055;

/** Delays in ms, loss in per cent. Echo: `none` for a perfect canceller, or the terms of the standard. */
export type Wideband = {
  readonly ta: number;
  readonly ie: number;
  readonly bpl: number;
  readonly ppl: number;
  readonly burstR: number;
  readonly a: number;
  readonly echo:
    | 'none'
    | {
        readonly t: number;
        readonly tr: number;
        readonly telr: number;
        readonly wepl: number;
        readonly rlr: number;
      };
};

/** Loudness of the echo path as G.107 has it by default, for one-way delay `ta` on a symmetric path. */
export const wholeEcho = (ta: number) => ({ t: ta, tr: 2 * ta, telr: 65, wepl: 110, rlr: 2 });

const DEFAULTS: Wideband = { ta: 0, ie: 0, bpl: 4.3, ppl: 0, burstR: 1, a: 0, echo: 'none' };

export type WidebandRating = {
  readonly idte: number;
  readonly idle: number;
  readonly idd: number;
  readonly ieEff: number;
  readonly r: number;
  readonly mos: number;
};

/** R on the wideband scale and its MOS, with the terms they are made of. */
export function wideband(given: Partial<Wideband> = {}): WidebandRating {
  const p = { ...DEFAULTS, ...given };
  for (const [name, value] of Object.entries(p)) assert(!Number.isNaN(value), `${name} is not a number`);
  const idte = p.echo === 'none' ? 0 : talkerEcho(p.echo.telr, p.echo.rlr, p.echo.t);
  const idle = p.echo === 'none' ? 0 : listenerEcho(WIDEBAND_MAX, p.echo.wepl, p.echo.tr);
  const idd = STRETCH * delayImpairment(p.ta, 1, 100);
  const ieEff = equipmentImpairment(p);
  const r = WIDEBAND_MAX - (idte + idle + idd) - ieEff + p.a;
  return { idte, idle, idd, ieEff, r, mos: mosOfR(r / STRETCH) };
}

function talkerEcho(telr: number, rlr: number, t: number): number {
  const k = t < 100 ? 0.08 * t + 10 : 18;
  const re = 80 + 3 * (echoLoudness(telr, t) + k - 14);
  return echoImpairment(-1.5 * (NOISE - rlr), re, t);
}
