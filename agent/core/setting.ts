// The settings of a conversation, as the core needs them: plain values with units in their names.
// Where they come from (environment, file, scenario) is the business of `agent/settings.ts`.
import { DEFAULT_PRESENCE, type PresenceSettings } from './presence/setting.ts';
import { POLICIES } from './turn/policy.ts';

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
  /** The words that are answered: settled ones alone, or the recogniser's latest guess as well. */
  readonly from: 'final' | 'interim';
  /** Score from which a pause is worth an answer, per mille. */
  readonly score: number;
  /** Answers begun in one turn; after that the turn is waited for. */
  readonly draftsMax: number;
  /** After a turn so long nothing is begun before its end. */
  readonly turnMaxMs: number;
};

/** What is done about a caller who is heard while the agent speaks. */
export type OverlapSettings = {
  /** `stop`: every speech is an interruption. `judge`: the agent pauses until it knows. */
  readonly answer: 'stop' | 'judge';
  /** Speech so long makes the agent pause; 0: as soon as it is noticed. */
  readonly duckMs: number;
  /** Speech so long is an interruption, whatever the words. */
  readonly confirmMs: number;
  /** Which words are an interruption: `any`, or those that `mean` one. */
  readonly words: 'any' | 'mean';
  /** So much quieter than this caller's usual is somebody else, dB. */
  readonly quietDb: number;
  /** How long after the last sound a pause for nothing ends. */
  readonly resumeMs: number;
  /** So much of the call's first reply is not paused for anybody. */
  readonly spareFirstMs: number;
};

export type TurnSettings = {
  readonly endpoint: EndpointSettings;
  readonly speculation: SpeculationSettings;
  readonly overlap: OverlapSettings;
  /** A turn without its final transcript after this long is answered with what is there. */
  readonly transcriptTimeoutMs: number;
  /** That long in any case, or as long as this recogniser has shown to need if that is less. */
  readonly transcriptWait: 'fixed' | 'learnt';
};

/** What of a reply goes to the voice at once. */
export type VoiceSettings = {
  /** The first text: a clause as soon as there is one, or a whole sentence. */
  readonly first: 'clause' | 'sentence';
  /** Words of a first clause; characters below which a sentence waits for the next. */
  readonly clauseWordsMin: number;
  readonly sentenceCharsMin: number;
  /** After so long the words there are become the first clause; 0: never. */
  readonly capMs: number;
};

export type ContextSettings = {
  readonly systemPrompt: string;
  /** Tokens of the messages sent to the model, the system prompt included. */
  readonly windowTokens: number;
};

export type PlayoutSettings = {
  /** Audio sent ahead of real time, so that network jitter does not leave the ear empty. */
  readonly leadMs: number;
  /** `adaptive`: a transport that knows its network chooses a lead of its own. */
  readonly lead: 'adaptive' | 'fixed';
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
  readonly voice: VoiceSettings;
  readonly presence: PresenceSettings;
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
  vad: POLICIES.parley.vad,
  turn: POLICIES.parley.turn,
  playout: POLICIES.parley.playout,
  voice: POLICIES.parley.voice,
  context: { systemPrompt: DEFAULT_SYSTEM_PROMPT, windowTokens: 4_000 },
  reply: { tokensMax: 150, apology: 'Sorry, I could not get an answer just now. Could you say that again?' },
  presence: DEFAULT_PRESENCE,
};
