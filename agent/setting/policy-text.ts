// A way of taking turns as the text of its variables: what they default to once TURN_POLICY names it. What
// has no variable of its own is part of the policy and cannot be changed apart from it.
import type { EndpointSettings } from '../core/setting.ts';
import type { Policy } from '../core/turn/policy.ts';

/** Text of each variable under `policy`, by its key in the table. */
export const policyText = ({ vad, turn, playout, voice, nudgeAfterMs }: Policy) =>
  ({
    vadThreshold: String(vad.threshold),
    vadExitThreshold: String(vad.exitThreshold),
    vadMinSpeechMs: String(vad.minSpeechMs),
    vadMinSilenceMs: String(vad.minSilenceMs),
    vadPrePaddingMs: String(vad.prePaddingMs),
    endpointCurve: curveText(turn.endpoint),
    speculation: turn.speculation.upTo,
    speculationScore: String(turn.speculation.score / SCORE_ONE),
    speculationDraftsMax: String(turn.speculation.draftsMax),
    bargeIn: turn.overlap.answer,
    bargeInPauseMs: String(turn.overlap.duckMs),
    bargeInConfirmMs: String(turn.overlap.confirmMs),
    transcriptTimeoutMs: String(turn.transcriptTimeoutMs),
    firstText: voice.first,
    playoutLead: playout.lead,
    playoutLeadMs: String(playout.leadMs),
    nudgeAfterMs: String(nudgeAfterMs),
  }) as const;

/** Scores are shares of one in writing and whole per mille inside. */
export const SCORE_ONE = 1_000;

const curveText = ({ demand }: EndpointSettings): string =>
  demand.map(([silenceMs, score]) => `${silenceMs}:${score / SCORE_ONE}`).join(' ');
