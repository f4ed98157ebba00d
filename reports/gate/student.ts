// Tails of two distributions, far out: Student's, where a bound must hold for hundreds of figures at once,
// and the fair coin's, which asks nothing of the figures but that worse and better were equally likely.

/** The value that Student's distribution with `degrees` of freedom exceeds with probability `tail`. */
export function studentBound(degrees: number, tail: number): number {
  if (degrees < 1) return Number.POSITIVE_INFINITY;
  let low = 0;
  let high = 1;
  while (studentTail(high, degrees) > tail && high < 1e12) high *= 2;
  for (let step = 0; step < 80; step += 1) {
    const middle = (low + high) / 2;
    if (studentTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** Probability that a fair coin, thrown `throws` times, shows heads `heads` times or more often. */
export function coinTail(heads: number, throws: number): number {
  let sum = 0;
  let logChoose = 0;
  for (let count = throws; count >= heads; count -= 1) {
    sum += Math.exp(logChoose - throws * Math.LN2);
    logChoose += Math.log(count) - Math.log(throws - count + 1);
  }
  return Math.min(1, sum);
}

/** P(T > t) for t ≥ 0. */
const studentTail = (t: number, degrees: number): number =>
  incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;

/** Regularised incomplete beta function by its continued fraction (Lentz), about 1e-12 exact. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const log = a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b);
  let c = 1;
  let d = 1 / apart(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 300; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const part of [even, odd]) {
      d = 1 / apart(1 + part * d);
      c = apart(1 + part / c);
      fraction *= d * c;
      step = d * c;
    }
    if (Math.abs(step - 1) < 1e-13) break;
  }
  return (Math.exp(log) * fraction) / a;
}

/** Keeps a denominator from vanishing. */
const apart = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);

/** Stirling's series, shifted to where it is exact. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 12; at += 1) shift -= Math.log(at);
  const series = 1 / (12 * at) - 1 / (360 * at ** 3) + 1 / (1260 * at ** 5);
  return shift + (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series;
}
