// Base against head: every cell judged by itself and the counts of all together, with as much certainty as
// the number of figures demands. Pure: equal sets give an equal comparison.
import type { GateCell, GateSet } from './baseline.ts';
import { countFailure, figureFailure } from './failure.ts';
import { levelOf } from './family.ts';
import type { GateCellResult, GateCount, GateFailure } from './gate-result.ts';
import { type Comparing, judgedCounts, judgedFigures, leastsOf } from './judge.ts';
import { ANSWER, COUNTS, FALSE_ALARM, STAGE_KPIS, TOLERANCE, type Tolerance } from './rule.ts';
import { STATISTICS } from './spread.ts';

export type Comparison = {
  readonly cells: readonly GateCellResult[];
  readonly counts: readonly GateCount[];
  readonly failures: readonly GateFailure[];
  /** Figures judged, and those with too few samples or conversations for it. */
  readonly judged: number;
  readonly few: number;
  /** How improbable the agreement of conversations must be. */
  readonly level: number;
  readonly unjudged: readonly string[];
};

export type CompareOptions = {
  readonly tolerance?: Tolerance;
  /** Cells of the whole that these are a part of, and that must not alarm by chance; these when absent. */
  readonly cells?: number;
};

/** Both of the same cells and seeds, in the same order; `mismatchOf` tells. */
export function compareSets(base: GateSet, head: GateSet, options: CompareOptions = {}): Comparison {
  const { unjudged, ...comparing } = shared(base, head);
  const level = certaintyOf(comparing, options);
  const tail = FALSE_ALARM / familyOf(comparing, options);
  const judging = { ...comparing, tail, level, tolerance: options.tolerance ?? TOLERANCE };
  const failures: GateFailure[] = [];
  const cells = base.cells.map((before, at): GateCellResult => {
    const after = head.cells[at] ?? before;
    const figures = judgedFigures(before, after, judging);
    const tallies = judgedCounts([before], [after], judging);
    for (const figure of figures)
      if (figure.verdict === 'worse') failures.push(figureFailure(figure, before, after, judging));
    for (const count of tallies)
      if (count.verdict === 'worse') failures.push(countFailure(count, [before], [after], judging));
    const { scenario, transport, network } = before;
    const place = { scenario, transport, network, conversations: before.runs.length };
    return {
      ...place,
      changed: changesOf(before, after),
      turns: turnsOf(before, after),
      figures: [...figures],
      counts: [...tallies],
    };
  });
  const all = judgedCounts(base.cells, head.cells, judging);
  const told = new Set(failures.map(({ figure }) => figure));
  for (const count of all)
    if (count.verdict === 'worse' && !told.has(count.count))
      failures.push(countFailure(count, base.cells, head.cells, judging));
  const figures = cells.flatMap((cell) => cell.figures);
  const few = figures.filter(({ verdict }) => verdict === 'few').length;
  const judged = figures.length - few + (cells.length + 1) * comparing.counts.length;
  return { cells, counts: all, failures, judged, few, level, unjudged };
}

const latenciesOf = ({ spans }: Comparing): number => 1 + STAGE_KPIS.length + spans.length;

/** Figures among which a bound above 0 must not come about by chance. */
function familyOf(comparing: Comparing, { cells = comparing.base.cells.length }: CompareOptions): number {
  return cells * latenciesOf(comparing) * STATISTICS.length + (cells + 1) * comparing.counts.length;
}

/** One exact test for each latency and count of a cell; of cells not seen, any could have alarmed. */
function certaintyOf(comparing: Comparing, { cells }: CompareOptions): number {
  const { base, head, counts } = comparing;
  const unseen = Math.max(0, (cells ?? 0) - base.cells.length);
  const others = new Array<number>(unseen * (latenciesOf(comparing) + counts.length)).fill(0);
  return levelOf([...leastsOf(base.cells, head.cells, comparing), ...others], FALSE_ALARM);
}

/** Names that both sides know and the rules do, and those that are left out. */
function shared(base: GateSet, head: GateSet): Comparing & Pick<Comparison, 'unjudged'> {
  const both = (one: readonly string[], other: readonly string[]) =>
    one.filter((name) => other.includes(name));
  const spans = both(base.spans, head.spans).filter((name) => name !== ANSWER);
  const counts = both(base.counts, head.counts).filter((name) => name in COUNTS);
  const names = [...base.spans, ...base.counts, ...head.spans, ...head.counts];
  const unjudged = [...new Set(names)].filter((name) => !spans.includes(name) && !counts.includes(name));
  return { spans, counts, unjudged, base, head };
}

const changesOf = (before: GateCell, after: GateCell): number =>
  before.runs.filter(({ hash }, at) => hash !== after.runs[at]?.hash).length;

function turnsOf(before: GateCell, after: GateCell): GateCellResult['turns'] {
  const keys = (cell: GateCell) =>
    cell.runs.flatMap(({ seed, turns }) => turns.map(([act]) => `${seed}/${act}`));
  const [one, other] = [keys(before), keys(after)];
  const [old, now] = [new Set(one), new Set(other)];
  const lost = one.filter((key) => !now.has(key)).length;
  const gained = other.filter((key) => !old.has(key)).length;
  return { base: one.length, head: other.length, lost, gained };
}
