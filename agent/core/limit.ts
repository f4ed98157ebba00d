// Every bound of the agent, in one place. Reaching one is an error with a name, never a slow leak.
import { ms, seconds } from './time.ts';

export const LIMITS = {
  /** Largest message taken from a client. The stock clients' own bound is 1 MiB of JSON. */
  clientMessageBytesMax: 1 << 20,
  /** One typed message of a caller: some ten pages. */
  clientTextCharsMax: 20_000,
  /** Written to a client and not yet taken by it: over 20 s of 24 kHz audio; such a reader is lost. */
  clientBacklogBytesMax: 1 << 20,
  /**
   * What a client may send, on average and at once: a 48 kHz microphone is 100 kB in 60 to 100 messages
   * a second, and a connection that stood still for 15 s delivers all of that together.
   */
  clientMessagesPerSecondMax: 500,
  clientMessagesAtOnceMax: 2_000,
  clientBytesPerSecondMax: 512 << 10,
  clientBytesAtOnceMax: 4 << 20,
  /** Callers at the same time in one process. */
  clientsMax: 256,
  /** Segments of one reply that are told to the client one by one. */
  replySegmentsMax: 200,
  /** Largest message taken from a vendor; documented TTS frames may be large. */
  vendorMessageBytesMax: 16 << 20,
  /** Audio kept while a recogniser's connection comes up. */
  sttBacklogUsMax: seconds(30),
  /** Text waiting for a voice connection. */
  ttsBacklogCharsMax: 8_000,
  /** One SSE line, one error body. */
  sseLineBytesMax: 1 << 20,
  /** Audio of a reply that waits to be played: two minutes at 24 kHz, s16le. */
  playoutBytesMax: 120 * 48_000,
  /** Attempts of one request or connection, the first included. */
  attemptsMax: 3,
  backoffFirstUs: ms(250),
  backoffMaxUs: seconds(4),
  connectUs: seconds(5),
  /** A caller who stops sending audio in mid-speech has stopped speaking (muted microphone). */
  audioGapUs: seconds(1),
  /** Windows of one call that wait for a VAD score: two seconds. */
  vadWindowsQueuedMax: 64,
  /** Frames dispatched by one input; more means a loop. */
  framesPerInputMax: 10_000,
  /** Frames dispatched within one another; the deepest real case, an interruption, needs about 20. */
  framesNestedMax: 200,
  /** Timers that fire in one wake; more means that somebody names a deadline that never moves. */
  timersPerWakeMax: 1_000,
  /** Transcripts that wait for the end of one turn; the oldest are forgotten. */
  turnPiecesMax: 500,
} as const;
