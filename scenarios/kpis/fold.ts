// A run without its trace: how it ended and what was measured in it. Folding is done where the run was
// played, so that a campaign keeps some kilobytes per run instead of every fact of every call.
import type { RunEnd, RunOutcome } from '../runner/run.ts';
import type { Scenario } from '../script/scenario.ts';
import { conversationOf, type Prices } from './conversation.ts';
import type { Sample } from './definition.ts';
import { samplesOf } from './registry.ts';

export type FoldedRun = {
  readonly seed: number;
  readonly end: RunEnd;
  /** What was still awaited, or the error, when `end` is not `finished`. */
  readonly detail: string;
  readonly traceHash: string;
  readonly simulatedSeconds: number;
  readonly events: number;
  /** Utterances of the caller. */
  readonly turns: number;
  readonly samples: readonly SeededSample[];
};

export type SeededSample = Sample & { readonly seed: number };

/** Pure: equal outcomes give equal samples in equal order. */
export function fold(outcome: RunOutcome, scenario: Scenario, prices: Prices): FoldedRun {
  const { seed, end, detail, traceHash, simulatedSeconds, events } = outcome;
  const conversation = conversationOf(outcome, scenario, prices);
  const samples = Array.from(samplesOf(conversation), (sample) => ({ ...sample, seed }));
  const turns = conversation.exchanges.length;
  return { seed, end, detail, traceHash, simulatedSeconds, events, turns, samples };
}

/** How much a run is worth looking at: not finished first, then by the slowest answer, in ms. */
export function badness({ end, samples }: FoldedRun): number {
  if (end !== 'finished') return Number.POSITIVE_INFINITY;
  return samples.reduce(
    (worst, { kpi, value }) => (kpi === 'voice_to_voice_ms' && value > worst ? value : worst),
    Number.NEGATIVE_INFINITY,
  );
}
