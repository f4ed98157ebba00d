// A new baseline from what was played: with the reason it is right and what it changes, behind the history
// of those before it.
import { type Baseline, cellName, GATE_SCHEMA, type GateSet } from '#reports/gate/baseline.ts';
import { replayOf } from '#reports/gate/failure.ts';
import type { GateResult } from '#reports/gate/gate-result.ts';
import { changeLines } from '#reports/gate/sentence.ts';
import type { UserError } from '../error.ts';

export type Acceptance = {
  /** The baseline before it, if there is one. */
  readonly known: Baseline | undefined;
  readonly head: GateSet;
  /** Against the one before, where the two can be compared. */
  readonly result: GateResult | undefined;
  readonly reason: string;
  /** Day of the acceptance. */
  readonly date: string;
};

/** Older reasons are in version control. */
const HISTORY_MAX = 30;

export function accepted({ known, head, result, reason, date }: Acceptance): Baseline {
  const changes = result === undefined ? [] : changeLines(result);
  const history = [...(known?.history ?? []), { date, reason, changes: [...changes] }];
  return { schema: GATE_SCHEMA, ...head, history: history.slice(-HISTORY_MAX) };
}

/** A conversation that did not end by itself measures nothing to hold others against. */
export function unfinished(head: GateSet): UserError | undefined {
  for (const cell of head.cells) {
    const odd = cell.runs.find(({ end }) => end !== 'finished');
    if (odd === undefined) continue;
    const what = `what was played is no baseline: a conversation did not end by itself (${odd.end})`;
    const todo = `see why: ${replayOf(cell, odd.seed, head)}`;
    return { what, where: `${cellName(cell)}, seed ${odd.seed}`, todo, exit: 2 };
  }
  return undefined;
}
