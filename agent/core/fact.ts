// What the agent states about itself, in order: the agent's half of the trace. Facts are past-tense,
// flat and small; durations, percentiles and verdicts are folds over them and never stated here.
import type { FailureReason } from './failure.ts';
import type { Stage } from './frame.ts';
import type { Micros } from './time.ts';

/** `turn` counts the caller's turns from 1, `reply` the agent's replies from 1. */
export type AgentFact = { readonly t: Micros; readonly who: 'agent' } & (
  | { readonly what: 'session.started' }
  | { readonly what: 'session.ended'; readonly reason: string }
  | { readonly what: 'client.ready' }
  | { readonly what: 'client.left'; readonly reason: string }
  | { readonly what: 'client.rejected'; readonly reason: string }
  /** `atUs`: when the first / last audio that held speech arrived. */
  | { readonly what: 'vad.started'; readonly turn: number; readonly atUs: Micros }
  /** `decidedUs`: arrival of the audio that made the silence long enough. */
  | {
      readonly what: 'vad.stopped';
      readonly turn: number;
      readonly atUs: Micros;
      readonly decidedUs: Micros;
    }
  | { readonly what: 'turn.started'; readonly turn: number }
  | { readonly what: 'stt.finalize'; readonly turn: number }
  | { readonly what: 'stt.interim'; readonly turn: number; readonly text: string }
  | { readonly what: 'stt.final'; readonly turn: number; readonly text: string }
  /** Text that came in writing, not from the recogniser. */
  | { readonly what: 'typed'; readonly turn: number; readonly text: string }
  /** The caller's turn is over and `reply` answers it. */
  | { readonly what: 'turn.committed'; readonly turn: number; readonly reply: number; readonly text: string }
  /** `reply` was begun on the words so far, before the turn was over. */
  | { readonly what: 'speculated'; readonly turn: number; readonly reply: number; readonly text: string }
  /** That draft will not be given: the caller went on, or the words were others. */
  | { readonly what: 'discarded'; readonly turn: number; readonly reply: number }
  /** The caller was heard over `reply`, which paused; what that was; and it went on. */
  | { readonly what: 'ducked'; readonly turn: number; readonly reply: number }
  | {
      readonly what: 'classified';
      readonly turn: number;
      readonly as: 'interruption' | 'backchannel' | 'noise' | 'echo' | 'side_talk';
    }
  | { readonly what: 'resumed'; readonly reply: number }
  /** Sound without words: nothing to answer. */
  | { readonly what: 'turn.dropped'; readonly turn: number }
  | {
      readonly what: 'llm.request';
      readonly turn: number;
      readonly reply: number;
      readonly messages: number;
      readonly tokens: number;
    }
  | { readonly what: 'llm.first_token'; readonly reply: number }
  | { readonly what: 'llm.done'; readonly reply: number; readonly finish: string; readonly text: string }
  /** Text handed to the voice. */
  | { readonly what: 'tts.text'; readonly reply: number; readonly text: string }
  /** First audio at all; first audio with an audible sample. */
  | { readonly what: 'tts.first_audio'; readonly reply: number }
  | { readonly what: 'tts.audible'; readonly reply: number }
  | { readonly what: 'tts.done'; readonly reply: number }
  /** First packet, first audible packet, last packet handed to the client's connection. */
  | { readonly what: 'reply.started'; readonly reply: number }
  | { readonly what: 'reply.audible'; readonly reply: number }
  | { readonly what: 'reply.stopped'; readonly reply: number; readonly complete: boolean }
  | { readonly what: 'interrupted'; readonly turn: number; readonly reply: number }
  | { readonly what: 'cancelled'; readonly stage: Stage; readonly reply: number }
  /** The context grew by one message, or its last user message was extended (`merged`). */
  | {
      readonly what: 'context';
      readonly role: 'system' | 'user' | 'assistant';
      readonly text: string;
      readonly merged: boolean;
    }
  /** The client's account of `reply` differs from the estimate: `text` stands in the context as heard. */
  | { readonly what: 'context.amended'; readonly reply: number; readonly text: string }
  /** A message was longer than it may be, in the conversation or in the window: its beginning is left out. */
  | {
      readonly what: 'context.trimmed';
      readonly role: 'user' | 'assistant';
      readonly where: 'conversation' | 'window';
      readonly chars: number;
    }
  | { readonly what: 'usage.stt'; readonly us: Micros }
  | {
      readonly what: 'usage.llm';
      readonly reply: number;
      readonly promptTokens: number;
      readonly cachedTokens: number;
      readonly completionTokens: number;
      readonly wasted: boolean;
    }
  | { readonly what: 'usage.tts'; readonly reply: number; readonly characters: number }
  | {
      readonly what: 'retry';
      readonly stage: Stage;
      readonly reason: FailureReason;
      readonly delayUs: Micros;
    }
  | {
      readonly what: 'error';
      readonly stage: Stage;
      readonly reason: FailureReason;
      readonly message: string;
      readonly fatal: boolean;
    }
);
