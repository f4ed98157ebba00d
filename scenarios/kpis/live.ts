// What the world of real vendors cannot tell, and why: their models do not say scripted lines, no word of
// their voices is known at the ear, and nobody makes their servers fail. Everything else is measured there
// as everywhere.
import type { TargetOverride } from '../script/scenario.ts';

const NO_WORDS = 'which words of a real voice were heard is not known';
const NO_SCRIPT = 'a real model says and calls what it will';
const NO_FAULTS = 'no fault is made at a real vendor';

/** KPIs that are not measured in the live world, each with the reason. */
export const UNMEASURED_LIVE: Readonly<Record<string, string>> = {
  heard_truncation_words: NO_WORDS,
  'heard_truncation_words.unheard': NO_WORDS,
  'heard_truncation_words.unbelieved': NO_WORDS,
  'heard_truncation_words.uninterrupted': NO_WORDS,
  barge_residual_words: NO_WORDS,
  audio_lost_on_reconnect_ms: NO_WORDS,
  farewell_heard_rate: NO_WORDS,
  tool_correctness: NO_SCRIPT,
  recovery_rate: NO_FAULTS,
  failover_ms: NO_FAULTS,
  overhead_ms: 'the moments inside a real vendor are not known',
};

/** A target for what cannot be measured holds nobody to anything. */
export const liveTargets = (targets: readonly TargetOverride[]): readonly TargetOverride[] =>
  targets.filter(({ kpi }) => !(kpi in UNMEASURED_LIVE));
