// Whether calls can be held at all: before any latency means something, a conversation must come to its
// end and its questions must find answers. Judged from the runs of one cell; a cell without a single
// answer is never called fast, and never a draw.
import type { Cell, CompareResult, GridCell } from './compare-result.ts';
import { ANSWER, cellOf, statisticOf } from './lookup.ts';
import { counted } from './name.ts';

export const UNANSWERED = 'unanswered_turns';

/** More than this share of calls broken off, or of questions unanswered, is no conversation. */
const BROKEN_MAX = 0.5;

/** Something was answered, and most calls ended by themselves with most questions answered. */
export function isHeld(cell: Cell | GridCell): boolean {
  const answers = cell.figures[ANSWER]?.n ?? 0;
  if (answers === 0) return false;
  if (cell.unfinished > BROKEN_MAX * cell.runs) return false;
  const unanswered = (statisticOf(cell.figures[UNANSWERED], 'value') ?? 0) * cell.runs;
  return unanswered <= BROKEN_MAX * (unanswered + answers);
}

/** Networks on which no transport that was played holds calls. */
export const deadNetworks = (result: CompareResult): readonly string[] =>
  result.networks
    .map(({ name }) => name)
    .filter((network) => {
      const cells = result.transports.flatMap((transport) => cellOf(result, transport, network) ?? []);
      return cells.length > 0 && !cells.some(isHeld);
    });

/** What came of the calls: `3 of 3 calls did not end by themselves, 0 answers`. */
export const outcomeOf = (cell: Cell | GridCell): string =>
  `${brokenOff(cell)}, ${counted(cell.figures[ANSWER]?.n ?? 0, 'answer')}`;

export const brokenOff = (cell: Cell | GridCell): string =>
  `${partOf(cell)} did not end by ${cell.runs === 1 ? 'itself' : 'themselves'}`;

/** `2 of 20 calls`, of those that broke off. */
export function partOf({ runs, unfinished }: Cell | GridCell): string {
  if (runs === 1) return unfinished === 1 ? 'the only call' : 'no call';
  return `${unfinished} of ${counted(runs, 'call')}`;
}
