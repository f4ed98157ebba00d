// A vendor whose connection breaks in the middle of an answer, twice in a call: what the caller has heard of
// it is gone on with, not begun anew.
import { eachVendor, tripCall } from './trip-call.ts';

/** Model and voice have begun before they are cut off; a transcript is as late as its last word, ms. */
const WITHIN = { stt: { stt_final_ms: 450 }, llm: {}, tts: {} } as const;

export const {
  stt: midStreamCutStt,
  llm: midStreamCutLlm,
  tts: midStreamCutTts,
} = eachVendor(({ vendor, who }) =>
  tripCall({
    name: `mid-stream-cut-${vendor}`,
    about: `${who} is cut off in the middle of an answer, and another one goes on.`,
    faults: [{ vendor, kind: 'cut', turns: [1, 2] }],
    hedge: 'hedge',
    within: WITHIN[vendor],
  }),
);
