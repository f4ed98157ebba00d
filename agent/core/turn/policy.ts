// Ways of taking turns, as data: ours, and the defaults of two open frameworks, so that the same seeds can
// say what ours is worth. Of the others only the constants and the order of decisions are reproduced; a
// turn model that listens to the sound is stood in for by the shape of the words.
import type { PlayoutSettings, TurnSettings, VadSettings, VoiceSettings } from '../setting.ts';

/** Everything that differs between one way of taking turns and another. */
export type Policy = {
  readonly vad: VadSettings;
  readonly turn: TurnSettings;
  readonly playout: PlayoutSettings;
  readonly voice: VoiceSettings;
  /** Silence after which the agent speaks up by itself; 0: never. */
  readonly nudgeAfterMs: number;
};

export const POLICY_NAMES = ['parley', 'pipecat-default', 'livekit-default'] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/** What never happens: longer than any speech or silence of a call. */
const NEVER_MS = 3_600_000;
/** Louder than any difference between two callers: nobody is too quiet. */
const ANY_DB = 200;

/** Answers while the caller may still go on, and takes back; pauses for everybody, and stops for some. */
const PARLEY: Policy = {
  // 0.5 to leave: 0.35 finds the end of speech 32 ms later at p95, and 0.75 costs words (WER 0.8 to 1.5 %).
  // One window to begin: whoever is heard over the agent silences it 36 ms sooner than with two, and false
  // alarms only pause it.
  vad: { threshold: 0.55, exitThreshold: 0.5, minSpeechMs: 32, minSilenceMs: 32, prePaddingMs: 300 },
  turn: {
    endpoint: {
      demand: [
        [260, 1_000],
        [360, 900],
        [800, 600],
        [1_600, 350],
        [2_200, 80],
        [3_000, 0],
      ],
    },
    speculation: { upTo: 'voice', from: 'interim', score: 300, draftsMax: 4, turnMaxMs: NEVER_MS },
    overlap: {
      answer: 'judge',
      duckMs: 0,
      // The agent is silent meanwhile: only what follows the interruption waits for its confirmation.
      confirmMs: 800,
      words: 'mean',
      quietDb: 9,
      resumeMs: 0,
      spareFirstMs: 0,
    },
    transcriptTimeoutMs: 3_000,
    transcriptWait: 'learnt',
  },
  playout: { leadMs: 100, lead: 'adaptive' },
  voice: { first: 'clause', clauseWordsMin: 4, sentenceCharsMin: 0, capMs: 120 },
  nudgeAfterMs: 8_000,
};

/** Pipecat 1.8, August 2026. The loudness gate (400 ms, smoothed) is in the 256 ms of its speech start. */
const PIPECAT: Policy = {
  vad: { threshold: 0.7, exitThreshold: 0.7, minSpeechMs: 256, minSilenceMs: 192, prePaddingMs: 300 },
  turn: {
    // The turn model decides once: over when the voice detector says so, or after three seconds.
    endpoint: {
      demand: [
        [192, 600],
        [3_000, 599],
      ],
    },
    speculation: { upTo: 'none', from: 'final', score: 1_000, draftsMax: 0, turnMaxMs: 0 },
    overlap: {
      answer: 'stop',
      duckMs: 0,
      confirmMs: 0,
      words: 'any',
      quietDb: ANY_DB,
      resumeMs: 0,
      spareFirstMs: 0,
    },
    // Its p99 deadline for Cartesia.
    transcriptTimeoutMs: 810,
    transcriptWait: 'fixed',
  },
  playout: { leadMs: 40, lead: 'fixed' },
  voice: { first: 'sentence', clauseWordsMin: 4, sentenceCharsMin: 0, capMs: 0 },
  nudgeAfterMs: 0,
};

/** LiveKit Agents for Node 1.9.0, without its audio turn detector. */
const LIVEKIT: Policy = {
  vad: { threshold: 0.5, exitThreshold: 0.35, minSpeechMs: 50, minSilenceMs: 250, prePaddingMs: 300 },
  turn: {
    endpoint: { demand: [[500, 0]] },
    speculation: { upTo: 'text', from: 'final', score: 0, draftsMax: 3, turnMaxMs: 10_000 },
    overlap: {
      answer: 'judge',
      duckMs: 500,
      confirmMs: NEVER_MS,
      words: 'any',
      quietDb: ANY_DB,
      resumeMs: 2_000,
      spareFirstMs: 3_000,
    },
    transcriptTimeoutMs: 3_000,
    transcriptWait: 'fixed',
  },
  playout: { leadMs: 200, lead: 'fixed' },
  voice: { first: 'sentence', clauseWordsMin: 4, sentenceCharsMin: 20, capMs: 0 },
  // After 15 s it takes the caller for away, and leaves it to the app to say something.
  nudgeAfterMs: 0,
};

export const POLICIES: Readonly<Record<PolicyName, Policy>> = {
  parley: PARLEY,
  'pipecat-default': PIPECAT,
  'livekit-default': LIVEKIT,
};
