// The caller's side as the core sees it: a client protocol session, pure like a provider. It turns
// the client's messages into events and what the pipeline says into the client's messages.
import type { Frame } from './frame.ts';
import type { Micros } from './time.ts';

export interface ClientSession {
  /** PCM rate this client plays, Hz; replies are synthesised at it. */
  readonly outputRate: number;
  /** True when the client can drop audio it has not played yet. Otherwise what is sent is heard. */
  readonly flushable: boolean;
  /** How far ahead of real time the next reply should be sent; undefined leaves it to the settings. */
  readonly leadUs: Micros | undefined;
  /** Audio that came apart from messages, on a media path: PCM s16le mono at 16 kHz. */
  receiveMedia(now: Micros, pcm: Uint8Array): void;
  /** One message from the client. Never throws: bad bytes become a `rejected` event. */
  receive(now: Micros, data: string | Uint8Array): void;
  /** Every frame the pipeline emits, once, at its source: told to the client where it cares. */
  observe(now: Micros, frame: Frame): void;
  /** Audio for the caller's ear, PCM s16le mono at `outputRate`, already paced. */
  sendAudio(now: Micros, pcm: Uint8Array): void;
  /** No audio follows for now: send what is still held back for alignment. */
  flushAudio(now: Micros): void;
  /**
   * The same client on a new connection, after so long. True when it can hear at once; otherwise a
   * `ready` event follows when it can.
   */
  back(now: Micros, awayUs: Micros): boolean;
  /** Tells the app behind the client something of the server's; nobody before the client is ready. */
  tell?(now: Micros, data: unknown): void;
  /** Says goodbye as far as the protocol can, and closes. */
  close(now: Micros, reason: string): void;
}

export type ClientEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'audio'; readonly pcm: Uint8Array; readonly sampleRate: number }
  /** Typed instead of spoken. `run`: answer now; `speak`: with voice. */
  | { readonly kind: 'text'; readonly content: string; readonly run: boolean; readonly speak: boolean }
  /** The app behind the client: a new system prompt, from the next reply on; a fact to be kept. */
  | { readonly kind: 'prompt'; readonly text: string }
  | { readonly kind: 'pin'; readonly text: string }
  /** The client dropped this much audio unplayed when it was told of an interruption: once for each. */
  | { readonly kind: 'unplayed'; readonly us: Micros }
  | { readonly kind: 'left'; readonly reason: string }
  /** The client broke the protocol and its connection was closed with the reason. */
  | { readonly kind: 'rejected'; readonly reason: string };

export type ClientHooks = {
  send(now: Micros, data: string | Uint8Array): void;
  /** Audio for a media path of its own: PCM s16le mono at the session's output rate. */
  media(now: Micros, pcm: Uint8Array): void;
  /** Closes the client's connection with a WebSocket close code. */
  close(now: Micros, code: number, reason: string): void;
  event(now: Micros, event: ClientEvent): void;
  /** The conversation so far, as it was said and heard, oldest first. Nobody can ask for it without. */
  history?(): readonly Said[];
};

/** One thing that was said: by the caller, or by the agent as far as the caller heard it. */
export type Said = { readonly role: 'user' | 'assistant'; readonly text: string };

export type ClientFactory = (hooks: ClientHooks) => ClientSession;
