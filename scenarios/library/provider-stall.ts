// A vendor that takes a question and never answers, twice in a call: the other one is asked as soon as the
// answer is later than usual.
import { eachVendor, tripCall } from './trip-call.ts';

/** What a stage may take when the first of two vendors never answers, ms. */
const WITHIN = {
  stt: { stt_final_ms: 450 },
  llm: { llm_first_token_ms: 600 },
  tts: { tts_first_audio_ms: 450 },
} as const;

export const {
  stt: providerStallStt,
  llm: providerStallLlm,
  tts: providerStallTts,
} = eachVendor(({ vendor, who }) =>
  tripCall({
    name: `provider-stall-${vendor}`,
    about: `${who} falls silent in two turns, and another one answers before the caller wonders.`,
    faults: [{ vendor, kind: 'stall_before', turns: [1, 2] }],
    hedge: 'hedge',
    within: WITHIN[vendor],
  }),
);
