// The narrowband E-model, ITU-T G.107 (06/2015): how good a call sounds, from noise, delay, echo and
// loss, as one number R on a scale that ends at 93.2 for a perfect call with the standard's defaults.
// Pure; it refuses what is not a number, a negative delay and a loss outside 0 to 100 %.
import { assert } from '#agent/core/assert.ts';
import { equipmentImpairment } from './equipment.ts';
import { mosOfR } from './opinion.ts';

/** What the E-model calls its parameters. Delays in ms, levels in dB or dBm0p as in G.107, table 2. */
export type Narrowband = {
  /** Send and receive loudness ratings. */
  readonly slr: number;
  readonly rlr: number;
  /** Sidetone masking rating, and talker's echo: loudness, path loss, one-way and round-trip delay. */
  readonly stmr: number;
  readonly telr: number;
  readonly wepl: number;
  /** Mean one-way delay of the echo path, round-trip delay, absolute one-way delay. */
  readonly t: number;
  readonly tr: number;
  readonly ta: number;
  /** Noise: sidetone listener rating, D factor, quantisation units, circuit, floor, room at both ends. */
  readonly lstr: number;
  readonly ds: number;
  readonly qdu: number;
  readonly nc: number;
  readonly nfor: number;
  readonly ps: number;
  readonly pr: number;
  /** Equipment impairment, robustness to loss, loss in per cent, burst ratio. */
  readonly ie: number;
  readonly bpl: number;
  readonly ppl: number;
  readonly burstR: number;
  /** Advantage, and how sensitive to delay people are: steepness, and ms that nobody minds. */
  readonly a: number;
  readonly sT: number;
  readonly mT: number;
};

/** G.107, table 2: R = 93.2. */
export const NARROWBAND_DEFAULTS: Narrowband = {
  slr: 8,
  rlr: 2,
  stmr: 15,
  telr: 65,
  wepl: 110,
  t: 0,
  tr: 0,
  ta: 0,
  lstr: 18,
  ds: 3,
  qdu: 1,
  nc: -70,
  nfor: -64,
  ps: 35,
  pr: 35,
  ie: 0,
  bpl: 4.3,
  ppl: 0,
  burstR: 1,
  a: 0,
  sT: 1,
  mT: 100,
};

export type NarrowbandRating = Noise &
  Simultaneous & {
    readonly idte: number;
    readonly idle: number;
    readonly idd: number;
    readonly ieEff: number;
    readonly r: number;
    readonly mos: number;
  };

/** R and MOS of a call, with every term they are made of; parameters not given are the defaults. */
export function narrowband(given: Partial<Narrowband> = {}): NarrowbandRating {
  const p = { ...NARROWBAND_DEFAULTS, ...given };
  for (const [name, value] of Object.entries(p)) assert(!Number.isNaN(value), `${name} is not a number`);
  const noise = noiseOf(p);
  const simultaneous = simultaneousOf(p, noise);
  const idte = talkerEcho(p, noise.no, simultaneous.ist);
  const idle = listenerEcho(noise.ro, p.wepl, p.tr);
  const idd = delayImpairment(p.ta, p.sT, p.mT);
  const ieEff = equipmentImpairment(p);
  const r = noise.ro - simultaneous.is - (idte + idle + idd) - ieEff + p.a;
  return { ...noise, ...simultaneous, idte, idle, idd, ieEff, r, mos: mosOfR(r) };
}

type Noise = {
  readonly nos: number;
  readonly nor: number;
  readonly nfo: number;
  readonly pre: number;
  readonly no: number;
  readonly ro: number;
};

function noiseOf({ slr, rlr, lstr, ds, nc, nfor, ps, pr }: Narrowband): Noise {
  const olr = slr + rlr;
  const nfo = nfor + rlr;
  const nos = ps - slr - ds - 100 + 0.004 * (ps - olr - ds - 14) ** 2;
  const pre = pr + 10 * Math.log10(1 + 10 ** ((10 - lstr) / 10));
  const nor = rlr - 121 + pre + 0.008 * (pre - 35) ** 2;
  const no = 10 * Math.log10(10 ** (nc / 10) + 10 ** (nos / 10) + 10 ** (nor / 10) + 10 ** (nfo / 10));
  return { nos, nor, nfo, pre, no, ro: 15 - 1.5 * (slr + no) };
}

type Simultaneous = {
  readonly iolr: number;
  readonly ist: number;
  readonly iq: number;
  readonly is: number;
};

function simultaneousOf({ slr, rlr, stmr, telr, t, qdu }: Narrowband, { no, ro }: Noise): Simultaneous {
  const xolr = slr + rlr + 0.2 * (64 + no - rlr);
  const iolr = 20 * ((1 + (xolr / 8) ** 8) ** (1 / 8) - xolr / 8);
  const stmro = -10 * Math.log10(10 ** (-stmr / 10) + Math.exp(-t / 4) * 10 ** (-telr / 10));
  const ist =
    12 * (1 + ((stmro - 13) / 6) ** 8) ** (1 / 8) -
    28 * (1 + ((stmro + 1) / 19.4) ** 35) ** (1 / 35) -
    13 * (1 + ((stmro - 3) / 33) ** 13) ** (1 / 13) +
    29;
  const q = 37 - 15 * Math.log10(qdu);
  const g = 1.07 + 0.258 * q + 0.0602 * q ** 2;
  const y = (ro - 100) / 15 + 46 / 8.4 - g / 9;
  const z = 46 / 30 - g / 40;
  const iq = 15 * Math.log10(1 + 10 ** y + 10 ** z);
  return { iolr, ist, iq, is: iolr + ist + iq };
}

function talkerEcho({ rlr, stmr, telr, t }: Narrowband, no: number, ist: number): number {
  const terv = echoLoudness(telr, t) + (stmr < 9 ? ist / 2 : 0);
  const re = 80 + 2.5 * (terv - 14);
  const idte = echoImpairment(-1.5 * (no - rlr), re, t);
  return stmr > 20 ? Math.sqrt(idte ** 2 + ist ** 2) : idte;
}

/** TERV: how loud the talker hears itself come back after `t` ms. */
export const echoLoudness = (telr: number, t: number): number =>
  telr - 40 * Math.log10((1 + t / 10) / (1 + t / 150)) + 6 * Math.exp(-0.3 * t ** 2);

/** Idte: an echo within a millisecond is sidetone, and harms nobody. */
export function echoImpairment(roe: number, re: number, t: number): number {
  if (t < 1) return 0;
  return ((roe - re) / 2 + Math.sqrt((roe - re) ** 2 / 4 + 100) - 1) * (1 - Math.exp(-t));
}

/** Idle: the listener hears the far room twice. `ro` is what the scale starts from. */
export function listenerEcho(ro: number, wepl: number, tr: number): number {
  const rle = 10.5 * (wepl + 7) * (tr + 1) ** -0.25;
  return (ro - rle) / 2 + Math.sqrt((ro - rle) ** 2 / 4 + 169);
}

/** Idd: what delay itself costs a conversation. `ta` in ms, nothing up to `mT`. */
export function delayImpairment(ta: number, sT: number, mT: number): number {
  assert(ta >= 0, `a delay of ${ta} ms`);
  if (ta <= mT) return 0;
  const x = Math.log2(ta / mT);
  const steep = 6 * sT;
  return 25 * ((1 + x ** steep) ** (1 / steep) - 3 * (1 + (x / 3) ** steep) ** (1 / steep) + 2);
}
