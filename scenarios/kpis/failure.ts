// Why a result is not good enough: for each target that was missed, the figures, the samples furthest
// off, and the command that plays the worst of them again.
import { type Failure, figureOf, type KpiResult, writeTarget } from '#reports/result.ts';
import { replayOf, type Setup } from '../runner/replay.ts';
import type { FoldedRun, SeededSample } from './fold.ts';

const EVIDENCE_MAX = 5;

export type Findings = {
  readonly runs: readonly FoldedRun[];
  readonly setup: Setup;
  readonly kpis: Readonly<Record<string, KpiResult>>;
  readonly samples: ReadonlyMap<string, readonly SeededSample[]>;
};

/** Runs that did not end by themselves first, then missed targets in the order of the KPIs. */
export function failuresOf(findings: Findings): readonly Failure[] {
  const { runs, kpis } = findings;
  const ends = runs
    .filter(({ end }) => end !== 'finished')
    .slice(0, EVIDENCE_MAX)
    .map((run) => endFailure(run, findings));
  const missed = Object.entries(kpis).filter(([, kpi]) => kpi.verdict === 'fail');
  return [...ends, ...missed.map(([id, kpi]) => kpiFailure(id, kpi, findings))];
}

function endFailure({ seed, end, detail }: FoldedRun, findings: Findings): Failure {
  // A stack belongs into the result's `played`; one line of it says what happened.
  const [reason = ''] = detail.split('\n');
  return {
    kpi: null,
    why: `the run with seed ${seed} did not finish: ${end}${reason === '' ? '' : ` (${reason})`}`,
    evidence: [{ seed, act: null, value: null }],
    replay: replayOf(seed, findings.setup),
  };
}

function kpiFailure(id: string, kpi: KpiResult, findings: Findings): Failure {
  const missed = kpi.required.filter(({ held }) => held === false);
  const parts = missed.map((target) => {
    const value = figureOf(kpi, target.statistic);
    const name = target.statistic === 'value' ? '' : `${target.statistic} `;
    const figure = value === null ? 'was not measured' : `is ${round(value)}`;
    return `${name}${figure}, required ${writeTarget(target)} (${target.origin})`;
  });
  const worst = furthest(findings.samples.get(id) ?? [], kpi.better);
  return {
    kpi: id,
    why: `${id} ${parts.join('; ')} [${kpi.unit}, n=${kpi.n}]`,
    evidence: worst.map(({ seed, act, value }) => ({ seed, act: act ?? null, value })),
    replay: replayOf(worst[0]?.seed ?? findings.runs[0]?.seed ?? 0, findings.setup),
  };
}

const furthest = (samples: readonly SeededSample[], better: KpiResult['better']): readonly SeededSample[] =>
  [...samples]
    .sort((one, other) => (better === 'higher' ? one.value - other.value : other.value - one.value))
    .slice(0, EVIDENCE_MAX);

const round = (value: number): number => Number(value.toPrecision(6));
