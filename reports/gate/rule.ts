// What the gate judges, and how: which latencies and counts are kept of a conversation, what each may lose
// before it counts, and how sure the gate must be. The one table that measuring and judging share.
import { GATE_STAGES } from './baseline.ts';
import type { CountRule } from './tally.ts';

/** A figure may be worse by the larger of both. */
export type Tolerance = { readonly ms: number; readonly share: number };

/** Of what a caller hears. */
export const TOLERANCE: Tolerance = { ms: 5, share: 0.01 };
/**
 * Of a part of the path. 1 % of a whole answer is more than 5 ms, so that 5 ms lost in one stage would never
 * show in the whole: the parts, which vary less, are held more tightly.
 */
const PART_MS = 0.5;

export const toleranceOf = (kind: SpanKind, { ms, share }: Tolerance): Tolerance =>
  kind === 'whole' ? { ms, share } : { ms: ms * PART_MS, share };

/** A whole gate run on equal versions, played on other seeds, alarms with at most this probability. */
export const FALSE_ALARM = 0.001;

/**
 * `whole`: what a caller or the agent's socket notices. `part`: one wait of the path. A `stage` is a part
 * that may grow where others shrink: it counts only where the whole answer became slower.
 */
export type SpanKind = 'whole' | 'part' | 'stage';

/** Latencies kept besides voice to voice and its stages, by KPI. */
export const SPANS: Readonly<Record<string, SpanKind>> = {
  agent_response_ms: 'whole',
  endpoint_delay_ms: 'whole',
  barge_stop_ear_ms: 'whole',
  barge_stop_agent_ms: 'whole',
  resume_gap_ms: 'whole',
  stt_final_ms: 'part',
  llm_first_token_ms: 'part',
  tts_first_audio_ms: 'part',
};

export const ANSWER = 'voice_to_voice_ms';

export const spanKind = (kpi: string): SpanKind =>
  kpi === ANSWER ? 'whole' : (SPANS[kpi] ?? (kpi.startsWith('stage.') ? 'stage' : 'whole'));

export const STAGE_KPIS: readonly string[] = GATE_STAGES.map((name) => `stage.${name}_ms`);

/**
 * How a count is made. `sum`: of the KPI's samples. `misses`: events of the KPI that did not hit.
 * `own`: by the gate itself, from the trace.
 */
export type CountSource = 'sum' | 'misses' | 'own';

export type CountDefinition = {
  readonly rule: CountRule;
  readonly from: CountSource;
  readonly about: string;
};

const count = (rule: CountRule, from: CountSource, about: string): CountDefinition => ({ rule, from, about });

export const COUNTS: Readonly<Record<string, CountDefinition>> = {
  not_finished: count('never', 'own', 'conversations that did not end by themselves'),
  retries: count('never', 'own', 'requests to a vendor that were made again'),
  error_rate: count('never', 'sum', 'conversations with an error'),
  disconnect_rate: count('never', 'sum', 'conversations cut off'),
  stuck_turns: count('never', 'sum', 'turns without any end'),
  unanswered_turns: count('never', 'sum', 'utterances without an answer'),
  duplicate_finals: count('never', 'sum', 'transcripts that came twice'),
  completion_rate: count('fewer', 'misses', 'conversations not played to their end'),
  context_retention: count('fewer', 'misses', 'facts forgotten'),
  heard_truncation_words: count('fewer', 'sum', 'words wrong in the memory of interrupted replies'),
  'heard_truncation_words.uninterrupted': count('fewer', 'sum', 'words wrong in that of whole replies'),
  wer: count('fewer', 'sum', 'words misunderstood'),
  lost_finals: count('fewer', 'sum', 'utterances without a transcript'),
  premature_endpoint_rate: count('fewer', 'sum', 'turns committed too early'),
  awkward_silence_rate: count('fewer', 'sum', 'silences over 3 s'),
  'yield_rate.1000ms': count('fewer', 'misses', 'interruptions not yielded to within 1 s'),
  'yield_rate.500ms': count('fewer', 'misses', 'interruptions not yielded to within 0.5 s'),
  barge_residual_words: count('fewer', 'sum', 'words begun after an interruption'),
  false_interruptions: count('fewer', 'own', 'replies stopped by what was no interruption'),
  rebuffers: count('fewer', 'sum', 'times the player ran dry'),
  concealed_frames: count('fewer', 'own', 'frames of sound that were made up or missing'),
  cost_usd: count('fewer', 'sum', 'spent at list prices'),
  wasted_tokens: count('fewer', 'sum', 'tokens for nothing'),
  wasted_chars: count('fewer', 'sum', 'characters spoken for nothing'),
  stt_requests: count('fewer', 'own', 'transcripts asked of the recogniser'),
  llm_requests: count('fewer', 'own', 'answers asked of the model'),
  tts_requests: count('fewer', 'own', 'replies asked of the voice'),
  abandoned_requests: count('fewer', 'own', 'requests that a vendor neither finished nor was told to stop'),
  llm_sent_chars: count('fewer', 'own', 'characters that the model sent'),
  llm_prompt_tokens: count('same', 'own', 'tokens that the model was given'),
  answers: count('same', 'own', 'answers that were heard'),
  words_heard: count('same', 'own', 'words of the agent that were heard'),
};
