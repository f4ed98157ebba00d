// How soon people answer. The gap between turns in conversation has a mode near 200 ms with a long
// right tail (Stivers et al., PNAS 2009, ten languages); a listener here cannot foresee the end of
// a sentence, so nothing shorter than the silence it needs to be sure is ever seen.
import { type Micros, ms } from '#agent/core/time.ts';

/** Quantiles of the gap, ms: median 250, the slow tenth above 600. */
const KNOTS: readonly (readonly [number, number])[] = [
  [0, 80],
  [0.25, 180],
  [0.5, 250],
  [0.75, 400],
  [0.9, 600],
  [1, 1_200],
];

/** The gap before speaking, from a uniform draw in [0, 1). */
export function humanGapUs(uniform: number): Micros {
  for (let index = 1; index < KNOTS.length; index += 1) {
    const [p0, v0] = KNOTS[index - 1] ?? [0, 0];
    const [p1, v1] = KNOTS[index] ?? [1, 0];
    if (uniform <= p1) return ms(v0 + ((uniform - p0) / (p1 - p0)) * (v1 - v0));
  }
  return ms(KNOTS.at(-1)?.[1] ?? 0);
}
