// Which stage moved a percentile. The turns of base become those of head one stage at a time, along the
// path and against it, and each stage is given what the percentile moved when it changed; the steps lead
// from base to head, so the shares add up to the delta exactly, whatever the stages do to one another.
import { GATE_STAGES, type GateRun, type GateStage } from './baseline.ts';
import { quantileOf } from './spread.ts';

/** µs by stage, halves allowed. `unpaired`: turns that only one side has, or has no stages of. */
export type Attribution = Readonly<Record<GateStage | 'unpaired', number>>;

/** Of the quantile at `share`; undefined when either side has no answer. */
export function attribute(
  base: readonly GateRun[],
  head: readonly GateRun[],
  share: number,
): Attribution | undefined {
  const from = quantileOf(totalsOf(base), share);
  const to = quantileOf(totalsOf(head), share);
  if (from === null || to === null) return undefined;
  const pairs = pairsOf(base, head);
  const shares = Object.fromEntries(GATE_STAGES.map((name) => [name, 0])) as Record<GateStage, number>;
  if (pairs.length === 0) return { ...shares, unpaired: to - from };
  const order = GATE_STAGES.map((_, at) => at);
  for (const way of [order, order.toReversed()]) {
    const totals = pairs.map(([one]) => one[1] ?? 0);
    let last = quantileOf(totals, share) ?? 0;
    for (const stage of way) {
      for (const [at, [one, other]] of pairs.entries())
        totals[at] = (totals[at] ?? 0) + (other[2 + stage] ?? 0) - (one[2 + stage] ?? 0);
      const next = quantileOf(totals, share) ?? 0;
      const name = GATE_STAGES[stage] ?? 'uplink';
      shares[name] += (next - last) / 2;
      last = next;
    }
  }
  const attributed = Object.values(shares).reduce((sum, part) => sum + part, 0);
  return { ...shares, unpaired: to - from - attributed };
}

/** Turns of both sides by their seed and act. */
export type TurnPair = readonly [base: readonly number[], head: readonly number[]];

/** The turns that both sides answered, with all their stages. */
function pairsOf(base: readonly GateRun[], head: readonly GateRun[]): readonly TurnPair[] {
  const whole = 2 + GATE_STAGES.length;
  return base.flatMap((run, at) => {
    const others = new Map(head[at]?.turns.map((row) => [row[0], row]));
    return run.turns.flatMap((row): readonly TurnPair[] => {
      const other = others.get(row[0]);
      return row.length === whole && other?.length === whole ? [[row, other]] : [];
    });
  });
}

const totalsOf = (runs: readonly GateRun[]): readonly number[] =>
  runs.flatMap(({ turns }) => turns.map((row) => row[1] ?? 0));
