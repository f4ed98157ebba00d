// How sure each of many exact tests must be so that any of them alarms by chance with a given probability
// at most, however they hang together (Bonferroni). A test that could not alarm even if all its
// conversations agreed cannot raise a false alarm either, and is not counted (Tarone, Biometrics 1990): a
// count that is the same on both sides takes nothing from those that are not.

/** `leasts`: the smallest probability that each test could have come to. `chance`: of any false alarm. */
export function levelOf(leasts: readonly number[], chance: number): number {
  const sorted = leasts.toSorted((one, other) => one - other);
  for (let size = 1; size < sorted.length; size += 1) {
    const next = sorted[size] ?? 1;
    if (next > chance / size) return chance / size;
  }
  return chance / Math.max(1, sorted.length);
}
