// One metric of a cell from its runs. The table and the trials of options make their figures here, so that
// the same runs can only give the same number.
import type { Figure } from '#reports/compare/compare-result.ts';
import { estimate } from './estimate.ts';
import type { FoldedRun } from './fold.ts';
import type { Compared } from './metric.ts';

/** Counts come by utterance; what is shown is how many there are in a call. */
export function figureOf({ kpi: { id, summary } }: Compared, runs: readonly FoldedRun[]): Figure {
  if (summary !== 'sum') {
    return estimate(
      summary,
      runs.flatMap(({ samples }) => samples[id] ?? []),
    );
  }
  const sums = runs.flatMap((run) => sumOf(run, id) ?? []);
  return estimate(
    'sum',
    sums.map((sum) => [sum, 1, -1] as const),
  );
}

/** Undefined where nothing was measured: no count is not a count of zero. */
export const sumOf = ({ samples }: FoldedRun, kpi: string): number | undefined =>
  samples[kpi]?.reduce((sum, [value]) => sum + value, 0);
