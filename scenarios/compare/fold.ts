// One run folded to the numbers that a comparison keeps, so that workers return some hundred bytes
// instead of a trace.
import { type Conversation, conversationOf } from '../kpis/conversation.ts';
import { vendorPrices } from '../kpis/price.ts';
import { samplesOf } from '../kpis/registry.ts';
import { STAGES, type StageName } from '../kpis/stage.ts';
import type { RunEnd, RunOutcome } from '../runner/run.ts';
import type { Scenario } from '../script/scenario.ts';
import { COMPARED_KPIS } from './metric.ts';

/** A sample: its value, what it is of (1 where it is of nothing), and its act (−1 for the whole call). */
export type FoldedSample = readonly [value: number, of: number, act: number];

/** An answer whose every stage is known, ms. */
export type FoldedAnswer = { readonly totalMs: number; readonly stages: Readonly<Record<StageName, number>> };

export type FoldedRun = {
  readonly seed: number;
  readonly end: RunEnd;
  /** Why it did not finish. */
  readonly detail: string;
  readonly traceHash: string;
  readonly simulatedSeconds: number;
  /** By KPI id. */
  readonly samples: Readonly<Record<string, readonly FoldedSample[]>>;
  readonly answers: readonly FoldedAnswer[];
};

const UNANSWERED = 'unanswered_turns';
const WANTED = new Set(COMPARED_KPIS.map(({ kpi }) => kpi.id));

export function foldRun(outcome: RunOutcome, scenario: Scenario): FoldedRun {
  const { seed, end, detail, traceHash, simulatedSeconds } = outcome;
  const conversation = conversationOf(outcome, scenario, vendorPrices());
  const samples: Record<string, FoldedSample[]> = {};
  const stages = new Map<number, Map<string, number>>();
  for (const { kpi, value, of, act } of samplesOf(conversation)) {
    if (WANTED.has(kpi)) {
      samples[kpi] ??= [];
      samples[kpi].push([value, of ?? 1, act ?? -1]);
    }
    const stage = /^stage\.(\w+)_ms$/.exec(kpi)?.[1];
    if (stage === undefined || act === undefined) continue;
    stages.set(act, (stages.get(act) ?? new Map<string, number>()).set(stage, value));
  }
  if (end !== 'finished') neverAnswered(samples, scenario);
  // Where nothing was to be heard there was nothing to break off either: that is no count of zero.
  if (!samples['concealed_ms_ratio']?.some(([, of]) => of > 0)) delete samples['rebuffers'];
  return {
    seed,
    end,
    detail: end === 'finished' ? '' : detail,
    traceHash,
    simulatedSeconds,
    samples,
    answers: answersOf(conversation, stages),
  };
}

/** What a call that broke off never came to say found no answer: else the worst calls would count least. */
function neverAnswered(samples: Record<string, FoldedSample[]>, { caller }: Scenario): void {
  const known = samples[UNANSWERED] ?? [];
  const missing = caller.acts.flatMap((act, index): readonly FoldedSample[] =>
    'parts' in act && !known.some(([, , of]) => of === index) ? [[1, 1, index]] : [],
  );
  samples[UNANSWERED] = [...known, ...missing];
}

function answersOf(
  { exchanges }: Conversation,
  stages: ReadonlyMap<number, ReadonlyMap<string, number>>,
): readonly FoldedAnswer[] {
  return exchanges.flatMap(({ act }): readonly FoldedAnswer[] => {
    const known = stages.get(act);
    if (known === undefined || STAGES.some((name) => !known.has(name))) return [];
    const entries = STAGES.map((name) => [name, known.get(name) ?? 0] as const);
    const totalMs = entries.reduce((sum, [, ms]) => sum + ms, 0);
    return [{ totalMs, stages: Object.fromEntries(entries) as Record<StageName, number> }];
  });
}
