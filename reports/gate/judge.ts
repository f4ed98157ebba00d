// The figures of one cell on both sides, and the verdict on each: worse when it moved by its tolerance or
// more and the seeds cannot explain it, better likewise, otherwise the same.
import { attribute } from './attribution.ts';
import { cellName, GATE_STAGES, type GateCell, type GateRun, type GateSet } from './baseline.ts';
import type { GateCount, GateFigure, StageShares } from './gate-result.ts';
import { ANSWER, COUNTS, STAGE_KPIS, spanKind, type Tolerance, toleranceOf } from './rule.ts';
import { type Shift, shiftsOf } from './shift.ts';
import { SHARES } from './spread.ts';
import { tally } from './tally.ts';

export type Judging = {
  readonly tail: number;
  readonly tolerance: Tolerance;
  /** Names that both sides have. */
  readonly spans: readonly string[];
  readonly counts: readonly string[];
  /** The sets, for the order of their spans and counts. */
  readonly base: GateSet;
  readonly head: GateSet;
};

/** Voice to voice first, then its stages, then the other latencies. */
export function judgedFigures(before: GateCell, after: GateCell, judging: Judging): readonly GateFigure[] {
  const of = (kpi: string): readonly GateFigure[] => figuresOf(kpi, before, after, judging);
  const answer = of(ANSWER).map((figure) => ({ ...figure, stages: sharesOf(before, after, figure) }));
  const stages = STAGE_KPIS.flatMap(of).map((figure) => excused(figure, answer));
  return [...answer, ...stages, ...judging.spans.flatMap(of)];
}

/** Conversations of one scenario and seed share their draws: over several cells they count as one. */
export function judgedCounts(
  before: readonly GateCell[],
  after: readonly GateCell[],
  { counts, tail, base, head }: Judging,
): readonly GateCount[] {
  return counts.flatMap((count): readonly GateCount[] => {
    const definition = COUNTS[count];
    if (definition === undefined) return [];
    const one = bySeed(before, base.counts.indexOf(count));
    const other = bySeed(after, head.counts.indexOf(count));
    const keys = [...one.keys()];
    const totals = (side: ReadonlyMap<string, number>) => keys.map((key) => side.get(key) ?? 0);
    const found = tally(totals(one), totals(other), definition.rule, tail);
    return [{ count, about: definition.about, ...found }];
  });
}

function bySeed(cells: readonly GateCell[], at: number): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const { scenario, runs } of cells) {
    for (const { seed, counts } of runs) {
      const key = `${scenario}/${seed}`;
      totals.set(key, (totals.get(key) ?? 0) + (counts[at] ?? 0));
    }
  }
  return totals;
}

/** Samples of `kpi` in one conversation, µs. */
export function samplesOf(kpi: string, { turns, spans }: GateRun, set: GateSet): readonly number[] {
  if (kpi === ANSWER) return turns.map((row) => row[1] ?? 0);
  const stage = STAGE_KPIS.indexOf(kpi);
  if (stage < 0) return spans[set.spans.indexOf(kpi)] ?? [];
  return turns.flatMap((row) => (row.length > 2 ? [row[2 + stage] ?? 0] : []));
}

function figuresOf(kpi: string, before: GateCell, after: GateCell, judging: Judging): readonly GateFigure[] {
  const base = before.runs.map((run) => samplesOf(kpi, run, judging.base));
  const head = after.runs.map((run) => samplesOf(kpi, run, judging.head));
  const key = `${cellName(before)} ${kpi}`;
  return shiftsOf(base, head, { key, tail: judging.tail }).map((shift) =>
    judged(kpi, shift, judging.tolerance),
  );
}

/** Of a percentile with few samples beyond it, at which conversations must agree besides. */
const DOUBT_MAX = 0.001;

function judged(kpi: string, shift: Shift, general: Tolerance): GateFigure {
  const { statistic, base, head, delta, lower, upper, doubt } = shift;
  const { ms, share } = toleranceOf(spanKind(kpi), general);
  const tolerance = Math.max(ms * 1_000, share * Math.abs(base));
  const agreed = doubt <= DOUBT_MAX;
  const worse = agreed && delta >= tolerance && lower !== null && lower > 0;
  const better = agreed && -delta >= tolerance && upper !== null && upper < 0;
  return {
    kpi,
    statistic,
    base: base / 1_000,
    head: head / 1_000,
    delta: delta / 1_000,
    tolerance: tolerance / 1_000,
    lower: lower === null ? null : lower / 1_000,
    upper: upper === null ? null : upper / 1_000,
    verdict: worse ? 'worse' : better ? 'better' : 'same',
    stages: null,
  };
}

/** A stage that grew while the whole answer did not has only taken over what another stage did. */
function excused(stage: GateFigure, answer: readonly GateFigure[]): GateFigure {
  const whole = answer.find(({ statistic }) => statistic === stage.statistic);
  const slower = whole !== undefined && whole.delta > 0;
  return stage.verdict === 'worse' && !slower ? { ...stage, verdict: 'excused' } : stage;
}

function sharesOf(before: GateCell, after: GateCell, { statistic }: GateFigure): StageShares | null {
  const found = attribute(before.runs, after.runs, SHARES[statistic]);
  if (found === undefined) return null;
  const ms = Object.fromEntries(
    [...GATE_STAGES, 'unpaired' as const].map((name) => [name, found[name] / 1_000]),
  );
  return ms as StageShares;
}
