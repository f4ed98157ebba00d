// Folded runs in, result out: the one place where samples become figures and a verdict, the same for
// every world. Pure: equal runs give an equal result.
import { assert } from '#agent/core/assert.ts';
import type { KpiResult, ScenarioResult } from '#reports/result.ts';
import { hashText } from '#sim/kernel/hash.ts';
import type { Setup } from '../runner/replay.ts';
import type { Scenario } from '../script/scenario.ts';
import type { Sample } from './definition.ts';
import { failuresOf } from './failure.ts';
import { figure } from './figure.ts';
import type { FoldedRun, SeededSample } from './fold.ts';
import { liveTargets, UNMEASURED_LIVE } from './live.ts';
import { KPIS } from './registry.ts';

/** The result of all `runs` of `scenario` together, which took `wallSeconds` to play. */
export function evaluate(
  runs: readonly FoldedRun[],
  scenario: Scenario,
  setup: Setup,
  wallSeconds: number,
): ScenarioResult {
  const samples = gather(runs);
  const isLive = setup.world === 'live';
  const targets = isLive ? liveTargets(scenario.targets) : scenario.targets;
  const kpis: Record<string, KpiResult> = {};
  for (const kpi of KPIS) {
    kpis[kpi.id] = figure(kpi, samples.get(kpi.id) ?? [], setup, targets);
  }
  for (const { kpi } of scenario.targets)
    assert(kpi in kpis, `scenario ${scenario.name} targets no KPI: ${kpi}`);
  const failures = failuresOf({ runs, setup, kpis, samples });
  return {
    schema: 'parley-result/1',
    scenario: scenario.name,
    about: scenario.about,
    ...setup,
    seed: runs[0]?.seed ?? 0,
    runs: runs.length,
    turns: runs.reduce((sum, { turns }) => sum + turns, 0),
    traceHash: hashOf(runs),
    kpis,
    ...(isLive ? { unmeasured: UNMEASURED_LIVE } : {}),
    verdict: failures.length === 0 && runs.length > 0 ? 'pass' : 'fail',
    cost: costOf(samples, runs.length),
    simulatedSeconds: runs.reduce((sum, { simulatedSeconds }) => sum + simulatedSeconds, 0),
    wallSeconds,
    failures: [...failures],
    played: runs.map(({ seed, end, detail, traceHash }) => ({ seed, end, detail, traceHash })),
  };
}

/** The samples of every KPI, in the order of the runs. */
function gather(runs: readonly FoldedRun[]): ReadonlyMap<string, readonly SeededSample[]> {
  const samples = new Map<string, SeededSample[]>(KPIS.map(({ id }) => [id, []]));
  for (const run of runs) {
    for (const sample of run.samples) {
      const known = samples.get(sample.kpi);
      assert(known !== undefined, `a sample of no KPI: ${sample.kpi}`);
      known.push(sample);
    }
  }
  return samples;
}

/** One run's own hash; of several, 16 hexadecimal digits over theirs in order. */
function hashOf(runs: readonly FoldedRun[]): string {
  const [first] = runs;
  if (first === undefined) return '';
  if (runs.length === 1) return first.traceHash;
  const all = runs.map(({ traceHash }) => traceHash).join(' ');
  return [hashText(1, all), hashText(2, all)]
    .map((half) => (half >>> 0).toString(16).padStart(8, '0'))
    .join('');
}

/** Totals, known only when they are known of every run. */
function costOf(samples: ReadonlyMap<string, readonly Sample[]>, runs: number): ScenarioResult['cost'] {
  const total = (id: string): number | null => {
    const own = samples.get(id) ?? [];
    return own.length === runs && runs > 0 ? own.reduce((sum, { value }) => sum + value, 0) : null;
  };
  return {
    usd: total('cost_usd'),
    stt: total('cost_usd.stt'),
    llm: total('cost_usd.llm'),
    tts: total('cost_usd.tts'),
  };
}
