// The settings of a conversation, as the core needs them: plain values with units in their names.
// Where they come from (environment, file, scenario) is the business of `agent/settings.ts`.

export type VadSettings = {
  /** Score at or above which a window begins speech, 0…1. */
  readonly threshold: number;
  /** Score below which a window is silence while speaking; lower than `threshold` (hysteresis). */
  readonly exitThreshold: number;
  /** Speech this long starts a segment. Rounded up to whole 32 ms windows. */
  readonly minSpeechMs: number;
  /** Silence this long ends it. Rounded up to whole 32 ms windows. */
  readonly minSilenceMs: number;
  /** Audio before the start that the recogniser gets as well. */
  readonly prePaddingMs: number;
};

/** How long a pause must last to be the end of a turn. */
export type EndpointSettings = {
  /**
   * Points (silence in ms, score demanded per mille) of a curve that falls: silence rising, score falling.
   * Between two points it is a straight line; what is below the last waits for the last.
   */
  readonly demand: readonly (readonly [silenceMs: number, score: number])[];
};

/** Answers begun before the turn is over: none, the model's text, or its voice as well. */
export type Speculation = 'none' | 'text' | 'voice';

export type SpeculationSettings = {
  readonly upTo: Speculation;
  /** Score from which a pause is worth an answer, per mille. */
  readonly score: number;
  /** Answers begun in one turn; after that the turn is waited for. */
  readonly draftsMax: number;
};

/** What is done about a caller who is heard while the agent speaks. */
export type OverlapSettings = {
  /** `stop`: every speech is an interruption. `judge`: the agent pauses until it knows. */
  readonly answer: 'stop' | 'judge';
  /** Speech so long is an interruption, whatever the words. */
  readonly confirmMs: number;
  /** So much quieter than this caller's usual is somebody else, dB. */
  readonly quietDb: number;
};

export type TurnSettings = {
  readonly endpoint: EndpointSettings;
  readonly speculation: SpeculationSettings;
  readonly overlap: OverlapSettings;
  /** A turn without its final transcript after this long is answered with what is there. */
  readonly transcriptTimeoutMs: number;
};

export type ContextSettings = {
  readonly systemPrompt: string;
  /** Tokens of the messages sent to the model, the system prompt included. */
  readonly windowTokens: number;
};

export type PlayoutSettings = {
  /** Audio sent ahead of real time, so that network jitter does not leave the ear empty. */
  readonly leadMs: number;
};

export type ReplySettings = {
  /** Longest reply in tokens; cut at the last finished sentence. */
  readonly tokensMax: number;
  /** Spoken when no answer can be had. */
  readonly apology: string;
};

export type CoreSettings = {
  readonly vad: VadSettings;
  readonly turn: TurnSettings;
  readonly context: ContextSettings;
  readonly playout: PlayoutSettings;
  readonly reply: ReplySettings;
};

/** Optimised for the ear: short, spoken language, nothing that cannot be read aloud. */
export const DEFAULT_SYSTEM_PROMPT = [
  'You are a personal assistant on a voice call.',
  'Answer in one to three short spoken sentences, the answer first.',
  'Use words a person would say aloud: no lists, no markdown, no emoji, no web addresses.',
  'Say numbers, dates and times the way they are spoken.',
  'If something is unclear or unknown to you, say so briefly or ask one short question.',
  'The caller may interrupt you; what they did not hear is not in this conversation.',
].join(' ');

export const DEFAULT_CORE_SETTINGS: CoreSettings = {
  vad: { threshold: 0.5, exitThreshold: 0.35, minSpeechMs: 64, minSilenceMs: 32, prePaddingMs: 300 },
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
    speculation: { upTo: 'voice', score: 300, draftsMax: 4 },
    overlap: { answer: 'judge', confirmMs: 640, quietDb: 9 },
    transcriptTimeoutMs: 3_000,
  },
  context: { systemPrompt: DEFAULT_SYSTEM_PROMPT, windowTokens: 4_000 },
  playout: { leadMs: 100 },
  reply: { tokensMax: 150, apology: 'Sorry, I could not get an answer just now. Could you say that again?' },
};
