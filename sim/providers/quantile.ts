// A distribution given by what was published about it: a few quantiles. Interpolation is monotone and
// linear in the logarithm of the value, so that medians and tails come out exactly as they were read.
// Fitting a curve is refused on purpose: measured latencies are often bimodal and no curve says so.

/** Probability and value; both never fall from one knot to the next. */
export type Knot = readonly [probability: number, value: number];

export class Quantile {
  readonly #knots: readonly Knot[];

  /** `knots` must satisfy `knotFault`; anything else is a bug of the caller. */
  constructor(knots: readonly Knot[]) {
    const fault = knotFault(knots);
    if (fault !== undefined) throw new RangeError(fault);
    this.#knots = knots;
  }

  /** The value below which a share `u` of [0, 1] of all values lies. Same unit as the knots. */
  sample(u: number): number {
    const at = Math.min(1, Math.max(0, u));
    let [lowP, lowValue] = this.#knots[0] ?? [0, 0];
    for (const [p, value] of this.#knots) {
      if (p >= at) return between(lowP, lowValue, p, value, at);
      lowP = p;
      lowValue = value;
    }
    return lowValue;
  }
}

/** Why `knots` are not a distribution, or undefined when they are one. */
export function knotFault(knots: readonly Knot[]): string | undefined {
  if (knots.length < 2) return 'needs at least two knots';
  if (knots[0]?.[0] !== 0) return 'the first knot must have probability 0';
  if (knots.at(-1)?.[0] !== 1) return 'the last knot must have probability 1';
  let [lastP, lastValue] = [-1, 0];
  for (const [p, value] of knots) {
    if (!Number.isFinite(p) || !Number.isFinite(value)) return 'knots must be finite numbers';
    if (value < 0) return `value ${value} at probability ${p} is negative`;
    if (p <= lastP) return `probability ${p} does not rise`;
    if (value < lastValue) return `value ${value} at probability ${p} falls`;
    [lastP, lastValue] = [p, value];
  }
  return undefined;
}

function between(lowP: number, low: number, highP: number, high: number, at: number): number {
  if (highP <= lowP || high === low) return high;
  const share = (at - lowP) / (highP - lowP);
  // The logarithm of 0 is of no use: from 0 the value rises in a straight line.
  return low <= 0 ? high * share : Math.min(high, low * (high / low) ** share);
}
