// What the agent states about itself, in order: the agent's half of the trace. Facts are past-tense,
// flat and small; durations, percentiles and verdicts are folds over them and never stated here.
import type { FailureReason } from './failure.ts';
import type { Stage } from './frame.ts';
import type { ResilienceFact } from './resilience/fact.ts';
import type { Micros } from './time.ts';

/** `turn` counts the caller's turns from 1, `reply` the agent's replies from 1. */
export type AgentFact = { readonly t: Micros; readonly who: 'agent' } & (
  | { readonly what: 'session.started' }
  | { readonly what: 'session.ended'; readonly reason: string }
  | { readonly what: 'client.ready' }
  | { readonly what: 'client.left'; readonly reason: string }
  /** On a new connection, so long after the last sign of life on the one before. */
  | { readonly what: 'client.back'; readonly awayUs: Micros }
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
  /** Said of its own accord: after a silence, before it ends the call, after a lost connection. */
  | { readonly what: 'nudge'; readonly reply: number; readonly text: string; readonly count: number }
  | { readonly what: 'farewell'; readonly reply: number; readonly text: string }
  | { readonly what: 'repeated'; readonly reply: number; readonly text: string }
  /** The caller was heard and no recogniser could say what: they are asked to say it again. */
  | { readonly what: 'unheard'; readonly reply: number; readonly text: string }
  /** The conversation nears what it may cost. */
  | { readonly what: 'cost.capped'; readonly usd: number; readonly capUsd: number }
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
  /** The model is asked again for `reply`, with what its tools have answered. */
  | {
      readonly what: 'llm.continued';
      readonly reply: number;
      readonly messages: number;
      readonly tokens: number;
    }
  /** A tool was started for `reply`. `call` numbers the calls from 1; `input` is JSON, or its beginning. */
  | {
      readonly what: 'tool.called';
      readonly reply: number;
      readonly call: number;
      readonly tool: string;
      readonly input: string;
    }
  /**
   * What the model is told of that call, once. `us` from its start. `error`: why there is no result, the
   * tool's own words or ours; a call that could not be started at all has no `tool.called`.
   */
  | {
      readonly what: 'tool.result';
      readonly reply: number;
      readonly call: number;
      readonly tool: string;
      readonly ok: boolean;
      readonly us: Micros;
      readonly error?: string;
    }
  /** The caller interrupted: the call was given up, and what it would have brought is nobody's business. */
  | {
      readonly what: 'tool.cancelled';
      readonly reply: number;
      readonly call: number;
      readonly tool: string;
    }
  /** The oldest `messages` of the history are now told to the model in a summary of `tokens`. */
  | { readonly what: 'summary'; readonly messages: number; readonly tokens: number }
  /** There is none for now, and the conversation goes on as before. */
  | { readonly what: 'summary.failed'; readonly reason: string }
  /** A fact that stays before the model whatever leaves its window. */
  | { readonly what: 'pinned'; readonly by: 'app' | 'agent'; readonly text: string }
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
  | ResilienceFact
  /** `wasted`: heard by a second recogniser as well. */
  | { readonly what: 'usage.stt'; readonly us: Micros; readonly wasted?: true }
  | {
      readonly what: 'usage.llm';
      readonly reply: number;
      readonly promptTokens: number;
      readonly cachedTokens: number;
      readonly completionTokens: number;
      readonly wasted: boolean;
      /** No reply's: a summary. `reply` is 0 then. */
      readonly background?: true;
    }
  /** `wasted`: given to another voice as well. */
  | {
      readonly what: 'usage.tts';
      readonly reply: number;
      readonly characters: number;
      readonly wasted?: true;
      /** No reply's: the apology, learnt by heart. `reply` is 0 then. */
      readonly background?: true;
    }
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
