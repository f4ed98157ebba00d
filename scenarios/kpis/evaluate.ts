// Runs in, result out: the one place where traces become figures and a verdict, the same for every
// world. Pure: equal outcomes give an equal result.
import { assert } from '#agent/core/assert.ts';
import type { KpiResult, ScenarioResult } from '#reports/result.ts';
import { hashText } from '#sim/kernel/random.ts';
import type { RunOutcome } from '../runner/run.ts';
import type { Scenario } from '../script/scenario.ts';
import { type Conversation, conversationOf, type Prices } from './conversation.ts';
import type { Sample } from './definition.ts';
import { failuresOf, type SeededSample, type Setup } from './failure.ts';
import { figure } from './figure.ts';
import { KPIS, samplesOf } from './registry.ts';

/** The result of all `outcomes` (runs of `scenario` with different seeds) together. */
export function evaluate(
  outcomes: readonly RunOutcome[],
  scenario: Scenario,
  prices: Prices,
  setup: Setup,
): ScenarioResult {
  const conversations = outcomes.map((outcome) => conversationOf(outcome, scenario, prices));
  const samples = gather(conversations);
  const kpis: Record<string, KpiResult> = {};
  for (const kpi of KPIS) {
    kpis[kpi.id] = figure(kpi, samples.get(kpi.id) ?? [], setup.transport, scenario.targets);
  }
  for (const { kpi } of scenario.targets)
    assert(kpi in kpis, `scenario ${scenario.name} targets no KPI: ${kpi}`);
  const failures = failuresOf({ outcomes, scenario, setup, kpis, samples });
  return {
    schema: 'parley-result/1',
    scenario: scenario.name,
    about: scenario.about,
    world: setup.world,
    transport: setup.transport,
    network: setup.network,
    providers: setup.providers,
    policy: setup.policy,
    seed: outcomes[0]?.seed ?? 0,
    runs: outcomes.length,
    turns: conversations.reduce((sum, { exchanges }) => sum + exchanges.length, 0),
    traceHash: hashOf(outcomes),
    kpis,
    verdict: failures.length === 0 && outcomes.length > 0 ? 'pass' : 'fail',
    cost: costOf(samples, outcomes.length),
    simulatedSeconds: outcomes.reduce((sum, { simulatedSeconds }) => sum + simulatedSeconds, 0),
    wallSeconds: outcomes.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0),
    failures: [...failures],
    played: outcomes.map(({ seed, end, detail, traceHash }) => ({ seed, end, detail, traceHash })),
  };
}

/** The run worth looking at: not finished, or else the slowest to answer; its index. */
export function worstOf(outcomes: readonly RunOutcome[], scenario: Scenario, prices: Prices): number {
  let worst = 0;
  let worstValue = Number.NEGATIVE_INFINITY;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.end !== 'finished') return index;
    for (const { kpi, value } of samplesOf(conversationOf(outcome, scenario, prices))) {
      if (kpi !== 'voice_to_voice_ms' || value <= worstValue) continue;
      worst = index;
      worstValue = value;
    }
  }
  return worst;
}

function gather(conversations: readonly Conversation[]): ReadonlyMap<string, readonly SeededSample[]> {
  const samples = new Map<string, SeededSample[]>(KPIS.map(({ id }) => [id, []]));
  for (const conversation of conversations) {
    const { seed } = conversation.outcome;
    for (const sample of samplesOf(conversation)) {
      const known = samples.get(sample.kpi);
      assert(known !== undefined, `a sample of no KPI: ${sample.kpi}`);
      known.push({ ...sample, seed });
    }
  }
  return samples;
}

/** One run's own hash; of several, 16 hexadecimal digits over theirs in order. */
function hashOf(outcomes: readonly RunOutcome[]): string {
  const [first] = outcomes;
  if (first === undefined) return '';
  if (outcomes.length === 1) return first.traceHash;
  const all = outcomes.map(({ traceHash }) => traceHash).join(' ');
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
