// The result of a gate run: what was compared, with what, and whether it passes.
import { commandLine } from '../invocation.ts';
import type { Baseline, GateSet } from './baseline.ts';
import type { Comparison } from './compare.ts';
import type { GateResult } from './gate-result.ts';
import { FALSE_ALARM, TOLERANCE, type Tolerance } from './rule.ts';

export type Compared = {
  readonly base: Baseline;
  readonly head: GateSet;
  /** Of the baseline, as the user may open it. */
  readonly file: string;
  readonly tolerance?: Tolerance;
  readonly wallSeconds: number;
  /** The command that would accept; that of the default set when absent. */
  readonly accept?: string;
};

export function gateResult(comparison: Comparison, compared: Compared): GateResult {
  const { base, head, file, wallSeconds } = compared;
  const { cells, counts, failures, judged, few, level, unjudged } = comparison;
  const accepted = base.history.at(-1);
  const seeds = base.cells[0]?.runs ?? [];
  return {
    schema: 'parley-gate-result/1',
    verdict: failures.length === 0 ? 'pass' : 'fail',
    baseline: { file, date: accepted?.date ?? '', reason: accepted?.reason ?? '' },
    providers: head.providers,
    policy: head.policy,
    seeds: { first: seeds[0]?.seed ?? 0, count: seeds.length },
    conversations: head.cells.reduce((sum, { runs }) => sum + runs.length, 0),
    changed: cells.reduce((sum, { changed }) => sum + changed, 0),
    tolerance: compared.tolerance ?? TOLERANCE,
    judged,
    few,
    falseAlarm: FALSE_ALARM,
    level,
    cells: [...cells],
    counts: [...counts],
    failures: [...failures],
    accept: compared.accept ?? commandLine('gate', ['--accept', '"reason"']),
    unjudged: [...unjudged],
    wallSeconds,
  };
}
