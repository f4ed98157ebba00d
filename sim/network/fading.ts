// A cellular link's capacity while its user moves, made by a process of our own and not recorded: the
// logarithm of the rate wanders (structure after the Sprout paper, NSDI 2013; figures are presets) and
// each 1,500 bytes of it become one delivery opportunity. Equal figures give an equal trace, always.
import { Drift } from './drift.ts';

export type Fading = {
  readonly seed: number;
  /** Length of the trace, which then repeats. */
  readonly seconds: number;
  readonly meanKbps: number;
  /** Deviation of the logarithm of the rate: 1 means that a third of the time it is off by ×2.7. */
  readonly spread: number;
  readonly tauMs: number;
};

const OPPORTUNITY_BITS = 12_000;

/** Milliseconds of the opportunities, in mahimahi's sense. */
export function fadingTrace(fading: Fading): number[] {
  const drift = new Drift(fading.tauMs * 1_000, { seed: fading.seed, name: 'fading' });
  const opportunitiesMs: number[] = [];
  const lastMs = fading.seconds * 1_000;
  let bits = 0;
  for (let at = 1; at <= lastMs; at += 1) {
    // The mean of a log-normal lies half the variance above its median.
    bits += fading.meanKbps * Math.exp(fading.spread * drift.at(at * 1_000) - fading.spread ** 2 / 2);
    for (; bits >= OPPORTUNITY_BITS; bits -= OPPORTUNITY_BITS) opportunitiesMs.push(at);
  }
  // The last entry says how long the trace is.
  if (opportunitiesMs.at(-1) !== lastMs) opportunitiesMs.push(lastMs);
  return opportunitiesMs;
}
