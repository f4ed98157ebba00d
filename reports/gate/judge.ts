// The figures of one cell on both sides, and the verdict on each: worse when it moved by its tolerance or
// more, the seeds cannot explain how far, and its conversations agree that it did; better likewise; the same
// otherwise. A figure with too few samples or conversations for that is not judged at all, and says so.
import { type Agreement, agreementOf, leastTail } from './agreement.ts';
import { attribute } from './attribution.ts';
import { cellName, GATE_STAGES, type GateCell, type GateRun, type GateSet } from './baseline.ts';
import type { GateCount, GateFigure, StageShares } from './gate-result.ts';
import { ANSWER, COUNTS, STAGE_KPIS, spanKind, type Tolerance, toleranceOf } from './rule.ts';
import { type Shift, shiftsOf } from './shift.ts';
import { SHARES } from './spread.ts';
import { type CountRule, type Tally, tally, tallyVerdict } from './tally.ts';

/** What is compared, and what of it. */
export type Comparing = {
  /** Names that both sides have. */
  readonly spans: readonly string[];
  readonly counts: readonly string[];
  /** The sets, for the order of their spans and counts. */
  readonly base: GateSet;
  readonly head: GateSet;
};

export type Judging = Comparing & {
  /** Probability with which the bound of a figure may be above 0 by chance. */
  readonly tail: number;
  /** How improbable the agreement of conversations must be. */
  readonly level: number;
  readonly tolerance: Tolerance;
};

/** Of every exact test that judges these cells, the least probability that it could have come to. */
export function leastsOf(
  before: readonly GateCell[],
  after: readonly GateCell[],
  comparing: Comparing,
): readonly number[] {
  const { spans, base, head } = comparing;
  const counts = (one: readonly GateCell[], other: readonly GateCell[]): readonly number[] =>
    talliesOf(one, other, comparing).map(({ least }) => least);
  const cells = before.flatMap((cell, at): readonly number[] => {
    const other = after[at] ?? cell;
    const latencies = [ANSWER, ...STAGE_KPIS, ...spans].map((kpi) => {
      const [one, two] = [callsOf(kpi, cell, base), callsOf(kpi, other, head)];
      return agreementOf(one, two).least;
    });
    return [...latencies, ...counts([cell], [other])];
  });
  return [...cells, ...counts(before, after)];
}

/** Voice to voice first, then its stages, then the other latencies. */
export function judgedFigures(before: GateCell, after: GateCell, judging: Judging): readonly GateFigure[] {
  const of = (kpi: string): readonly GateFigure[] => figuresOf(kpi, before, after, judging);
  const answer = of(ANSWER).map((figure) => ({ ...figure, stages: sharesOf(before, after, figure) }));
  const stages = STAGE_KPIS.flatMap(of).map((figure) => excused(figure, answer));
  return [...answer, ...stages, ...judging.spans.flatMap(of)];
}

/** Counts of these cells together. */
export const judgedCounts = (
  before: readonly GateCell[],
  after: readonly GateCell[],
  judging: Judging,
): readonly GateCount[] =>
  talliesOf(before, after, judging).map(({ least: _, rule, ...found }) => ({
    ...found,
    verdict: tallyVerdict(found, rule, judging.level),
  }));

type NamedTally = Tally & { readonly count: string; readonly about: string; readonly rule: CountRule };

/**
 * Conversations of one seed share draws, of the caller, the vendors and the network, whatever is said in
 * them and wherever: over several cells they count as one. As 72 of three scenarios instead of 24, equals
 * that met with two rough networks raised two false alarms in 400 comparisons (`rebuffers`).
 */
function talliesOf(
  before: readonly GateCell[],
  after: readonly GateCell[],
  { counts, base, head }: Comparing,
): readonly NamedTally[] {
  return counts.flatMap((count): readonly NamedTally[] => {
    const definition = COUNTS[count];
    if (definition === undefined) return [];
    const { about, rule } = definition;
    const one = bySeed(before, base.counts.indexOf(count));
    const other = bySeed(after, head.counts.indexOf(count));
    const keys = [...one.keys()];
    const totals = (side: ReadonlyMap<number, number>) => keys.map((key) => side.get(key) ?? 0);
    return [{ count, about, rule, ...tally(totals(one), totals(other), rule) }];
  });
}

function bySeed(cells: readonly GateCell[], at: number): ReadonlyMap<number, number> {
  const totals = new Map<number, number>();
  for (const { seed, counts } of cells.flatMap(({ runs }) => runs))
    totals.set(seed, (totals.get(seed) ?? 0) + (counts[at] ?? 0));
  return totals;
}

/** Samples of `kpi` in one conversation, µs. */
export function samplesOf(kpi: string, { turns, spans }: GateRun, set: GateSet): readonly number[] {
  if (kpi === ANSWER) return turns.map((row) => row[1] ?? 0);
  const stage = STAGE_KPIS.indexOf(kpi);
  if (stage < 0) return spans[set.spans.indexOf(kpi)] ?? [];
  return turns.flatMap((row) => (row.length > 2 ? [row[2 + stage] ?? 0] : []));
}

const callsOf = (kpi: string, { runs }: GateCell, set: GateSet): readonly (readonly number[])[] =>
  runs.map((run) => samplesOf(kpi, run, set));

function figuresOf(kpi: string, before: GateCell, after: GateCell, judging: Judging): readonly GateFigure[] {
  const base = callsOf(kpi, before, judging.base);
  const head = callsOf(kpi, after, judging.head);
  const key = `${cellName(before)} ${kpi}`;
  const agreement = agreementOf(base, head);
  return shiftsOf(base, head, { key, tail: judging.tail }).map((shift) =>
    judged(kpi, shift, agreement, judging),
  );
}

function judged(kpi: string, shift: Shift, agreement: Agreement, judging: Judging): GateFigure {
  const { statistic, base, head, delta, lower, upper } = shift;
  const { ms, share } = toleranceOf(spanKind(kpi), judging.tolerance);
  const tolerance = Math.max(ms * 1_000, share * Math.abs(base));
  const chance = delta > 0 ? agreement.slower : delta < 0 ? agreement.faster : 1;
  const few = shift.few || leastTail(agreement.pairs) > judging.level;
  const beyond = !few && Math.abs(delta) >= tolerance && chance <= judging.level;
  const worse = beyond && lower !== null && lower > 0;
  const better = beyond && upper !== null && upper < 0;
  return {
    kpi,
    statistic,
    base: base / 1_000,
    head: head / 1_000,
    delta: delta / 1_000,
    tolerance: tolerance / 1_000,
    lower: lower === null ? null : lower / 1_000,
    upper: upper === null ? null : upper / 1_000,
    chance,
    verdict: few ? 'few' : worse ? 'worse' : better ? 'better' : 'same',
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
