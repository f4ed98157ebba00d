// Chance without a source of chance: a number in [0, 1) that depends on what it is for and on nothing
// else. Many calls that lose the same vendor at the same moment come back at different ones.

/** Equal arguments give equal numbers; any other argument gives an unrelated one. */
export function spreadOf(salt: number, attempt: number): number {
  let state = (Math.imul(salt | 0, 0x9e3779b1) ^ Math.imul(attempt + 1, 0x85ebca6b)) >>> 0;
  state = Math.imul(state ^ (state >>> 16), 0x7feb352d);
  state = Math.imul(state ^ (state >>> 15), 0x846ca68b);
  return ((state ^ (state >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** A delay between half of `delay` and all of it. */
export const jittered = (delay: number, salt: number, attempt: number): number =>
  Math.round(delay * (1 - spreadOf(salt, attempt) / 2));
