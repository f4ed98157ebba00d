// Every bound of the agent, in one place. Reaching one is an error with a name, never a slow leak.
import { ms, seconds } from './time.ts';

const CLIENTS_MAX = 256;

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
  /** How long the last word to a client that was refused may take to reach it. */
  clientLingerUs: ms(500),
  /**
   * A peer connection comes up within so long, or is given up; how long its own addresses may take to find.
   */
  peerConnectUs: seconds(30),
  peerGatherUs: ms(500),
  /**
   * A peer from which nothing has come for so long is out of reach for now; the stock client pings every
   * second.
   */
  peerQuietUs: seconds(3),
  /** How long the last words to a peer may take to reach it. */
  peerLingerUs: ms(300),
  /** A peer is asked for another offer so often at most, and at this pace. */
  peerRequestsMax: 8,
  peerRequestUs: ms(250),
  /** Addresses that one client may name, and packets it may send a second: Opus needs 50 to 400. */
  peerCandidatesMax: 64,
  peerPacketsPerSecondMax: 600,
  peerPacketsAtOnceMax: 6_000,
  /** Daily: one call of its REST API, the page of a bridge until it is there, and its way into the room. */
  dailyRestUs: seconds(8),
  dailyPageUs: seconds(10),
  dailyJoinUs: seconds(15),
  /** How long an empty room is kept for its caller, and how long leaving one may take. */
  dailyCallerUs: seconds(120),
  dailyLeaveUs: seconds(2),
  /** What of an answer of that API is read. */
  dailyAnswerBytesMax: 64 << 10,
  /** What a caller said before the agent was ready: half a minute at 16 kHz. */
  earlyAudioBytesMax: 30 * 32_000,
  /** Callers at the same time in one process. */
  clientsMax: CLIENTS_MAX,
  /** A client is pinged at this pace, and given up when nothing has come from it for so long. */
  clientPingEveryUs: seconds(5),
  clientDeadAfterUs: seconds(15),
  /** A client that was silent for so long may be replaced by one that comes with its session's id. */
  clientQuietUs: seconds(1),
  /** A client introduces itself within so long, or is sent away. */
  clientReadyUs: seconds(60),
  /** Session ids given out and not yet used, and how long they may wait for that. */
  sessionsIssuedMax: 1_024,
  sessionIssuedUs: seconds(300),
  /** Sessions that are over, remembered so that whoever comes back for one is told so. */
  sessionsEndedMax: 1_024,
  /** Who was cut off in mid-speech and has come back may speak first, for so long. */
  returnGraceUs: ms(1_500),
  /** Audio sent that is kept until it is sure that it arrived: more than a silent client is waited for. */
  playoutRecallUs: seconds(20),
  /** What left so shortly before the last sign of life may not have arrived. */
  playoutUnsureUs: ms(100),
  /** An end with a farewell takes no longer, whatever stands in its way. */
  farewellUs: seconds(30),
  /** Body of an HTTP request to the agent's own door. */
  requestBodyBytesMax: 64 << 10,
  /** How long the door waits for its clients' farewell when it closes. */
  serverCloseUs: seconds(1),
  /** Interruptions of which a client has not yet told what it dropped. */
  unsettledInterruptionsMax: 8,
  /** Segments of one reply that are told to the client one by one. */
  replySegmentsMax: 200,
  /** Largest message taken from a vendor; documented TTS frames may be large. */
  vendorMessageBytesMax: 16 << 20,
  /** What of a vendor's refusal is read: an error body, the answer to an upgrade. */
  refusalBytesMax: 4 << 10,
  /** Written to a vendor's socket and not yet taken by it: four times a recogniser's whole backlog. */
  vendorBacklogBytesMax: 4 << 20,
  /** How long a vendor may take to answer our close before the connection is cut. */
  vendorCloseUs: seconds(2),
  /** After closing a socket ourselves: the wait for its `closed` before the next one is opened. */
  reopenUs: ms(500),
  /** An HTTP connection that nobody uses is closed before the vendor does it, after some minutes. */
  httpIdleUs: seconds(60),
  /** An exchange without a byte: a last resort, the sessions have much shorter deadlines. */
  httpSilenceUs: seconds(120),
  /** HTTP connections to one vendor: an answer for every caller, and one that is just being given up. */
  httpConnectionsMax: 2 * CLIENTS_MAX,
  /** Answer to the request that warms a connection, and how long it may take. */
  warmUpBytesMax: 1 << 20,
  warmUpUs: seconds(5),
  /** The words of a failure, for a log. */
  failureCharsMax: 300,
  /** Audio kept while a recogniser's connection comes up. */
  sttBacklogUsMax: seconds(30),
  /** Text waiting for a voice connection. */
  ttsBacklogCharsMax: 8_000,
  /** How long the slot of a reply that was dropped is kept for its last audio. */
  ttsDrainUs: seconds(20),
  /** Replies that are over, remembered so that their late text does not start them anew. */
  repliesRememberedMax: 64,
  /** The apology by heart: some 20 s at 24 kHz, and how often a voice is asked for it. */
  apologyBytesMax: 1 << 20,
  apologyAttemptsMax: 3,
  /** A model that has been silent for so long has no answer, a voice no sound: the caller is told instead. */
  answerUs: seconds(6),
  voiceUs: ms(3_500),
  /** Less speech than this may be noise: nobody asks for it again. So often in a row it is noise as well. */
  unheardSpeechUs: ms(400),
  unheardInRowMax: 30,
  /** One word put together from single characters; none that is spoken is so long. */
  wordCharsMax: 200,
  /** Words of one reply whose times are kept: half an hour of speech. */
  replyWordsMax: 5_000,
  /** Text without any boundary is cut for the voice here, far above any spoken sentence. */
  pieceCharsMax: 400,
  /** Generations under way in one call: a turn needs one, and more at once means that nobody cancels. */
  generationsMax: 8,
  /** One attempt of a generation: a stream of nothing but heartbeats is as silent as none. */
  attemptUs: seconds(60),
  /** Calls of one generation, and generations of one reply that call tools: more is a model gone astray. */
  toolCallsMax: 16,
  toolRoundsMax: 5,
  /** What a model writes to one tool. */
  toolArgumentsCharsMax: 16_384,
  /** What it is told of one result; the rest is cut off, and it is told so. */
  toolResultCharsMax: 8_000,
  /** Calls under way in one session, those that outlived their reply included. */
  toolsRunningMax: 64,
  toolTimeoutUsMax: seconds(120),
  /** What of a call's input or failure is stated in a fact. */
  toolFactCharsMax: 200,
  /** Facts that stay before the model; the oldest of the agent's own finding goes first. */
  pinsMax: 24,
  pinCharsMax: 300,
  /** The words of a summary, and what is written to the model for one. */
  summaryTokensMax: 400,
  summaryCharsMax: 4_000,
  summarySourceCharsMax: 60_000,
  /** A summary that takes longer is of no use. */
  summaryUs: seconds(20),
  /** A vendor that asks for a longer wait has no use for a caller who is waiting now. */
  retryAfterUsMax: seconds(5),
  /** One SSE line. */
  sseLineBytesMax: 1 << 20,
  /** Audio of a reply that waits to be played: two minutes at 24 kHz, s16le. */
  playoutBytesMax: 120 * 48_000,
  /** Attempts of one request or connection, the first included. */
  attemptsMax: 3,
  backoffFirstUs: ms(250),
  backoffMaxUs: seconds(4),
  connectUs: seconds(5),
  /** How long a provider that keeps failing is left alone: at first, and at most. */
  breakerFirstUs: seconds(2),
  breakerMaxUs: seconds(60),
  /** A caller who stops sending audio in mid-speech has stopped speaking (muted microphone). */
  audioGapUs: seconds(1),
  /** Texts whose token counts are remembered, and the longest of them. */
  tokenMemoSizeMax: 4_096,
  tokenMemoCharsMax: 256,
  /** Frames dispatched by one input; more means a loop. */
  framesPerInputMax: 10_000,
  /** Frames dispatched within one another; the deepest real case, an interruption, needs about 20. */
  framesNestedMax: 200,
  /** Timers that fire in one wake; more means that somebody names a deadline that never moves. */
  timersPerWakeMax: 1_000,
  /** One message of a conversation, merged or waiting: ten pages. What is longer loses its beginning. */
  messageCharsMax: 20_000,
  /** History of one call; the oldest messages are forgotten. The window sent to the model is far smaller. */
  historyMessagesMax: 2_000,
  historyCharsMax: 1 << 20,
} as const;
