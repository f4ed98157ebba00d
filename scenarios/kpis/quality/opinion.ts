// From a rating R to what people would say: the mean opinion score and the shares of listeners who
// call a connection good or poor, ITU-T G.107 Annex B. All take R on the scale of 100.

const R_MAX = 100;
/** Highest score the E-model gives. */
const MOS_MAX = 4.5;

/** 1…4.5. Below R 6.52 the standard's polynomial dips under 1, and the score is 1. */
export function mosOfR(r: number): number {
  if (r <= 0) return 1;
  if (r >= R_MAX) return MOS_MAX;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (R_MAX - r) * 7e-6);
}

/** The inverse, for scores from 1 to 4.5: R from 6.5 to 100. */
export function rOfMos(mos: number): number {
  const h = Math.atan2(15 * Math.sqrt(-903522 + 1113960 * mos - 202500 * mos ** 2), 18566 - 6750 * mos) / 3;
  return (20 / 3) * (8 - Math.sqrt(226) * Math.cos(h + Math.PI / 3));
}

/** Share (0…1) of listeners who find the connection good or better, and poor or worse. */
export const goodOrBetter = (r: number): number => normal((r - 60) / 16);
export const poorOrWorse = (r: number): number => normal((45 - r) / 16);

/** Standard normal distribution, by the series of its integral; exact to 1e-12 for |x| ≤ 6. */
function normal(x: number): number {
  if (Math.abs(x) > 6) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let k = 1; k < 200; k += 1) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
