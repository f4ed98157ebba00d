// The three services as the core sees them. A provider implements one of these as a pure state
// machine: it is told what happened and when, it calls its hooks, and it names the next moment at
// which it wants to be woken. It never waits, throws across this border, or asks for the time.
import type { Failure } from './failure.ts';
import type { StatedFact } from './outlet.ts';
import type { Micros } from './time.ts';
import type { HttpEvent, HttpRequest, Lane, SocketEvent, SocketRequest } from './wire.ts';

/** What every provider session shares. `wake` is called at or after `deadline()`. */
export interface ProviderSession {
  start(now: Micros): void;
  stop(now: Micros): void;
  deadline(): Micros | undefined;
  wake(now: Micros): void;
}

/** What is the same for all hooks. Who stands for several providers names the one that is meant. */
type SharedHooks = {
  /** States what a stage of several providers did about them. */
  note?(now: Micros, fact: StatedFact): void;
  /** Differs from call to call: what retries of many calls are spread by. Equal delays when absent. */
  readonly salt?: number;
};

export type Word = { readonly text: string; readonly startUs: Micros; readonly endUs: Micros };

// --- speech to text ---------------------------------------------------------------------------

export interface SttSession extends ProviderSession {
  /** PCM s16le mono at the configured rate. Kept (bounded) while the connection is coming up. */
  sendAudio(now: Micros, pcm: Uint8Array): void;
  /** The caller paused: ask for the final transcript of everything sent so far. */
  finalize(now: Micros): void;
  receive(now: Micros, event: SocketEvent, lane?: Lane): void;
}

export type SttEvent =
  | { readonly kind: 'ready' }
  /** Whole text of the current segment so far; later ones replace earlier ones. */
  | { readonly kind: 'interim'; readonly text: string }
  /** Settled text since the last final; concatenate. May be empty. */
  | { readonly kind: 'final'; readonly text: string }
  /** The vendor's own judgement of a pause: it may be the end of the turn (`eager`), or is (`end`). */
  | { readonly kind: 'signal'; readonly signal: 'eager' | 'end' }
  /** Everything sent before the last `finalize` has been answered, in either order with `final`. */
  | { readonly kind: 'finalized' }
  /** `fatal`: the session gives up. Otherwise it is already reconnecting by itself. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly fatal: boolean };

export type SttHooks = SharedHooks & {
  request(now: Micros, request: SocketRequest, lane?: Lane): void;
  event(now: Micros, event: SttEvent): void;
};
export type SttFactory = (hooks: SttHooks) => SttSession;

// --- language model ---------------------------------------------------------------------------

export type ChatMessage = {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  /** Of an assistant: what it asked its tools for, besides what it said. Their results follow at once. */
  readonly calls?: readonly ToolCall[];
  /** Of a tool: the call that this is the result of. */
  readonly callId?: string;
};

/** `arguments`: JSON text as the model wrote it, which may be none. */
export type ToolCall = { readonly id: string; readonly name: string; readonly arguments: string };

/** What the model is told of a tool. `parameters`: JSON Schema of its input, an object. */
export type ToolOffer = {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** What a generation may do besides what it does by itself. */
export type GenerationWish = {
  /** Tools it may call; none when absent. */
  readonly tools?: readonly ToolOffer[];
  /** Longest answer in tokens, in place of the session's own bound. */
  readonly tokensMax?: number;
};

export interface LlmSession extends ProviderSession {
  /** Starts generation `id` (unique per session). Answers by events with the same id. */
  generate(now: Micros, id: number, messages: readonly ChatMessage[], wish?: GenerationWish): void;
  /** Stops it at once; no event of `id` follows. Unknown ids are ignored. */
  cancel(now: Micros, id: number): void;
  receive(now: Micros, event: HttpEvent, lane?: Lane): void;
}

export type LlmUsage = {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
};

export type LlmEvent =
  /** Visible text, as it streams. Reasoning is never reported as text. */
  | { readonly kind: 'text'; readonly id: number; readonly text: string }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly finish: 'stop' | 'length' | 'tools' | 'other';
      readonly usage: LlmUsage | undefined;
      /** What it wants of its tools before it goes on, in order; absent when nothing. */
      readonly calls?: readonly ToolCall[];
    }
  /** One attempt failed and the next one is under way or waiting. */
  | { readonly kind: 'retrying'; readonly id: number; readonly failure: Failure; readonly delayUs: Micros }
  /** Given up: attempts are spent, or the failure admits no retry. */
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure };

export type LlmHooks = SharedHooks & {
  request(now: Micros, request: HttpRequest, lane?: Lane): void;
  event(now: Micros, event: LlmEvent): void;
};
export type LlmFactory = (hooks: LlmHooks) => LlmSession;

// --- text to speech ---------------------------------------------------------------------------

export interface TtsSession extends ProviderSession {
  /** Speaks `text` (a clause or more, spoken as given) as the next part of `reply`. */
  speak(now: Micros, reply: number, text: string): void;
  /** No more text for `reply`; `done` follows when its audio is complete. */
  endReply(now: Micros, reply: number): void;
  /** Drops `reply`: no event of it follows. Unknown ids are ignored. */
  cancel(now: Micros, reply: number): void;
  receive(now: Micros, event: SocketEvent, lane?: Lane): void;
}

export type TtsEvent =
  | { readonly kind: 'ready' }
  /** PCM s16le mono at the configured rate, in order. */
  | { readonly kind: 'audio'; readonly reply: number; readonly pcm: Uint8Array }
  /**
   * One spoken word with its punctuation, as it stands in the text sent, and its place in the
   * reply's audio (from the first sample of the reply). In order; may follow its audio.
   */
  | { readonly kind: 'word'; readonly reply: number; readonly word: Word }
  | { readonly kind: 'done'; readonly reply: number }
  /** `reply` undefined: the connection, not one reply. `fatal`: the session gives up. */
  | {
      readonly kind: 'failed';
      readonly reply: number | undefined;
      readonly failure: Failure;
      readonly fatal: boolean;
    };

export type TtsHooks = SharedHooks & {
  request(now: Micros, request: SocketRequest, lane?: Lane): void;
  event(now: Micros, event: TtsEvent): void;
};
export type TtsFactory = (hooks: TtsHooks) => TtsSession;
