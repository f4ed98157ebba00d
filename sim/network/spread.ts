// The shapes that jitter takes, as functions of a share in [0, 1): the closed forms that both the
// independent and the correlated draws use, and that the tests check them against.

/** Beyond so many standard deviations the Pareto tail is cut (netem's table ends there too). */
export const PARETO_CLIP = 8;

/** Mean and standard deviation of a Pareto of shape 3 and minimum 1. */
const PARETO_MEAN = 1.5;
const PARETO_DEVIATION = Math.sqrt(0.75);

/** Pareto of shape 3, centred and scaled to deviation 1, not yet clipped. */
export function paretoScore(share: number): number {
  return (1 / Math.cbrt(1 - share) - PARETO_MEAN) / PARETO_DEVIATION;
}

/**
 * Gamma of shape 2 and scale 1: where 1 - (1 + y)·exp(-y) reaches `share`. Newton on the logarithm of
 * the survival function, which is concave, from a point proven to lie beyond the root.
 */
export function gammaQuantile(share: number): number {
  const target = -Math.log(1 - share);
  let y = target + Math.sqrt(target * target + 2 * target);
  if (y < 1e-6) return y;
  for (let step = 0; step < 8; step += 1) y -= ((y - Math.log1p(y) - target) * (1 + y)) / y;
  return y;
}

/** Share of a standard normal below `score` (Abramowitz and Stegun 7.1.26, error < 1.5e-7). */
export function normalShare(score: number): number {
  const x = Math.abs(score) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-x * x)) / 2;
  return score < 0 ? tail : Math.min(1 - tail, LAST_BELOW_ONE);
}

const LAST_BELOW_ONE = 1 - 2 ** -32;
