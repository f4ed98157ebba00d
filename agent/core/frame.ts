// Frames are what flows through the pipeline: facts and orders in the field's own words. Data frames
// keep their order. That system frames overtake them needs no mark: every dispatch is a synchronous
// call through the whole row, so there is no queue in which one could wait, and whoever holds data back
// gives it up while the system frame passes.
import type { Failure } from './failure.ts';
import type { ChatMessage, LlmUsage, Word } from './provider.ts';
import type { Micros } from './time.ts';

export type Frame = SystemFrame | DataFrame;

/** Frames that overtake: life cycle, speech boundaries, interruption, errors, metrics. */
export type SystemFrame =
  | { readonly kind: 'Start' }
  | { readonly kind: 'End'; readonly reason: string }
  | { readonly kind: 'Error'; readonly stage: Stage; readonly failure: Failure; readonly fatal: boolean }
  /** VAD decisions. `atUs`: arrival of the last audio that held speech (stopped) or began it (started). */
  | { readonly kind: 'VadUserStartedSpeaking'; readonly atUs: Micros; readonly levelDb?: number }
  /** The speech under way turns out to be louder than was told. */
  | { readonly kind: 'VadUserLouder'; readonly levelDb: number }
  /** `levelDb`: mean loudness of the speech, dB against full scale; absent when unknown. */
  | {
      readonly kind: 'VadUserStoppedSpeaking';
      readonly atUs: Micros;
      readonly decidedUs: Micros;
      readonly levelDb?: number;
    }
  /** Turn decisions: the caller has the floor; has given it up (`answer`: with words to answer). */
  | { readonly kind: 'UserStartedSpeaking'; readonly turn: number }
  | {
      readonly kind: 'UserStoppedSpeaking';
      readonly turn: number;
      readonly answer: boolean;
      /** The reply that will answer it; 0 when none will. */
      readonly reply: number;
      /** What the caller said; '' asks the question before it again. */
      readonly text: string;
      /** Characters that the text lost at its beginning. */
      readonly trimmed: number;
      /** That reply has been begun already, as an answer to the same words. */
      readonly drafted?: true;
      /** The caller typed and asked for an answer to read, not to hear. */
      readonly silent?: true;
    }
  /** Begin `reply` as if `text` were the whole turn; nothing of it is let out before the turn is over. */
  | { readonly kind: 'Speculate'; readonly turn: number; readonly reply: number; readonly text: string }
  /** The draft `reply` will never be given: it leaves no trace. */
  | { readonly kind: 'Discard'; readonly reply: number }
  /** The caller is heard over `reply`: it pauses until it is known why. */
  | { readonly kind: 'Duck'; readonly reply: number }
  /** It was no interruption: `reply` goes on where the caller stopped hearing it. */
  | { readonly kind: 'Resume'; readonly reply: number }
  /** The draft `reply` is the answer, and the conversation holds what it answers. */
  | { readonly kind: 'Committed'; readonly reply: number }
  /** Upstream to the recogniser: answer with what you have. */
  | { readonly kind: 'SttFinalize'; readonly turn: number }
  | { readonly kind: 'SttFinalized' }
  /** A recogniser that knows about turns: this pause may be the end of one (`eager`), or is (`end`). */
  | { readonly kind: 'SttSignal'; readonly signal: 'eager' | 'end' }
  /** Stop `reply` now: audio, generation and context in this one dispatch. */
  | { readonly kind: 'Interruption'; readonly turn: number; readonly reply: number }
  | { readonly kind: 'BotStartedSpeaking'; readonly reply: number }
  | { readonly kind: 'BotStoppedSpeaking'; readonly reply: number }
  | { readonly kind: 'Metrics'; readonly metric: Metric };

/** Frames in order: audio and text, each reply's named by its number. */
export type DataFrame =
  | { readonly kind: 'AudioRaw'; readonly pcm: Uint8Array; readonly sampleRate: number }
  | { readonly kind: 'InterimTranscription'; readonly text: string }
  | { readonly kind: 'Transcription'; readonly text: string }
  | {
      readonly kind: 'LlmMessages';
      readonly turn: number;
      readonly reply: number;
      readonly messages: readonly ChatMessage[];
      readonly tokens: number;
      readonly silent?: true;
      /** The turn is not over yet: the reply is held back. */
      readonly draft?: true;
    }
  | {
      readonly kind: 'LlmStarted';
      readonly reply: number;
      readonly silent?: true;
      readonly draft?: true;
    }
  | { readonly kind: 'LlmText'; readonly reply: number; readonly text: string }
  /** The model waits for its tools: what it has said so far is to be spoken. More may follow. */
  | { readonly kind: 'LlmPaused'; readonly reply: number }
  /** `cut`: the text stops short of its end, perhaps in the middle of a sentence. */
  | { readonly kind: 'LlmEnded'; readonly reply: number; readonly cut?: true }
  | { readonly kind: 'TtsStarted'; readonly reply: number; readonly text: string }
  | {
      readonly kind: 'TtsAudio';
      readonly reply: number;
      readonly pcm: Uint8Array;
      readonly sampleRate: number;
    }
  | { readonly kind: 'TtsWord'; readonly reply: number; readonly word: Word }
  | { readonly kind: 'TtsEnded'; readonly reply: number }
  /** A word as it leaves the pacer: the moment it can be shown as spoken. */
  | { readonly kind: 'TtsText'; readonly reply: number; readonly text: string }
  /**
   * What the caller heard of `reply`: the only way assistant text enters the context. `instead`: the text
   * stated of it before, an estimate which this corrects by the client's own account.
   */
  | {
      readonly kind: 'Heard';
      readonly reply: number;
      readonly text: string;
      readonly complete: boolean;
      readonly instead?: string;
    };

export type Stage = 'stt' | 'llm' | 'tts' | 'transport';

export type Metric =
  | { readonly kind: 'ttfb'; readonly stage: Stage; readonly us: Micros }
  | { readonly kind: 'tokens'; readonly usage: LlmUsage }
  | { readonly kind: 'characters'; readonly count: number }
  | { readonly kind: 'audio'; readonly us: Micros };
