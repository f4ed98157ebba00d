// What recognisers on a WebSocket have in common: audio goes out as it comes, transcripts come back, a cut
// connection is replaced without losing words, and every `finalize` is answered by `finalized`, by the vendor
// or by a deadline. What is said and how it is read is the vendor's protocol, a value.
import { unreachable } from '../core/assert.ts';
import type { Failure } from '../core/failure.ts';
import { LIMITS } from '../core/limit.ts';
import type { SttEvent, SttHooks, SttSession } from '../core/provider.ts';
import { type Micros, ms, seconds } from '../core/time.ts';
import type { Headers, SocketEvent } from '../core/wire.ts';
import { AudioBacklog } from './backlog.ts';
import { Connection } from './connection.ts';
import { Outgoing } from './outgoing.ts';
import { closedFailure, refusedFailure, timeoutFailure, unconnectedFailure } from './socket-failure.ts';

/** What one message of the vendor means. */
export type Heard =
  | { readonly kind: 'interim'; readonly text: string }
  | {
      readonly kind: 'final';
      readonly text: string;
      /** Seconds of this connection's audio that it settles, where the vendor says so. */
      readonly untilS: number | undefined;
      /** It may be the answer to a question, and is one if it reaches as far. */
      readonly answers: boolean;
    }
  | { readonly kind: 'signal'; readonly signal: 'eager' | 'end' }
  /** `ends`: the connection is of no more use after it. */
  | { readonly kind: 'error'; readonly failure: Failure; readonly ends: boolean }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' };

export type HearingProtocol = {
  readonly url: string;
  readonly headers: Headers;
  readonly secret: string;
  /** Hz, of PCM s16le mono. */
  readonly sampleRate: number;
  /** Silence that a new connection begins with. */
  readonly openingMs: number;
  /** Sent after so long without audio; `silence` is audio of `pieceMs`. */
  readonly keepAlive: { readonly everyUs: Micros; readonly message: string | 'silence' };
  /** Silence sent in real time while the caller pauses, for so long: for vendors that judge pauses. */
  readonly paddingUs: Micros;
  /** One piece of silence. */
  readonly pieceMs: number;
  /**
   * The question for a final transcript, and how long a pause is left to the vendor's own judgement before
   * it. Without a question, `guess` is taken for the answer.
   */
  readonly question: { readonly message: string | undefined; readonly afterUs: Micros };
  /** The last word to a connection. */
  readonly farewell: string;
  /** A question that is not answered within this is given up. */
  readonly answerUs: Micros;
  /** Silence of the vendor about so much audio means that the line is dead; less may hold no word. */
  readonly deafAfterMs: number;
  /** Audio in pieces of `ms`, at most `aheadMs` ahead of real time; without it, as it comes. */
  readonly pieces?: { readonly ms: number; readonly aheadMs: number };
  /** How audio is written; without it, as it is. */
  audio?(pcm: Uint8Array): string;
  /** The question is on its way. */
  asked?(): void;
  /** Reads one message; may state several things. Never throws. */
  read(data: string | Uint8Array): readonly Heard[];
  /** What the vendor has heard and not settled, now settled by us. */
  guess?(): readonly Heard[];
  /** A new connection knows nothing of the last one. */
  reset(): void;
};

/** What the vendor's clock and ours may differ by at the end of an answer. */
const COVERS_WITHIN_S = 0.25;

/** What follows so closely on words that were settled unasked is the pause that settled them. */
const UNHEARD_S = 0.3;

/** How much longer an answer is waited for while audio waits to be sent: a turn must go on. */
const LATE_US_MAX = seconds(3);

export class Hearing implements SttSession {
  readonly #protocol: HearingProtocol;
  readonly #hooks: SttHooks;
  readonly #connection: Connection;
  readonly #backlog: AudioBacklog;
  readonly #silence: Uint8Array;
  readonly #bytesPerS: number;
  readonly #outgoing: Outgoing | undefined;
  /** A `finalize` waits for its `finalized`. */
  #pending = false;
  /** Where the audio stood at the last `finalize`: what lies before it is to be settled. */
  #finalizeAt = 0;
  /** Where the audio stood when the vendor settled all it had heard, unasked. */
  #settledAt = -Infinity;
  /** Position of the audio at second 0 of the connection. */
  #base = 0;
  /** The vendor said anything since it was asked. */
  #heard = false;
  #askAt: Micros = Infinity;
  #guardAt: Micros = Infinity;
  #keepAliveAt: Micros = Infinity;
  #padAt: Micros = Infinity;
  #padUntil: Micros = 0;

  constructor(protocol: HearingProtocol, hooks: SttHooks) {
    this.#protocol = protocol;
    this.#hooks = hooks;
    const request: SttHooks['request'] = (now, asked) => hooks.request(now, asked);
    this.#connection = new Connection(protocol.url, protocol.headers, request, hooks.salt);
    this.#bytesPerS = protocol.sampleRate * 2;
    this.#backlog = new AudioBacklog(this.#bytesOf(LIMITS.sttBacklogUsMax / 1_000));
    this.#silence = new Uint8Array(this.#bytesOf(protocol.pieceMs));
    const { pieces } = protocol;
    if (pieces === undefined) return;
    this.#outgoing = new Outgoing({
      pieceBytes: this.#bytesOf(pieces.ms),
      bytesPerS: this.#bytesPerS,
      aheadUs: pieces.aheadMs === Infinity ? Infinity : ms(pieces.aheadMs),
    });
  }

  start(now: Micros): void {
    this.#connection.start(now);
  }

  stop(now: Micros): void {
    if (this.#connection.isOpen) this.#connection.send(now, this.#protocol.farewell);
    this.#connection.stop(now);
    this.#pending = false;
    this.#rest();
    this.#backlog.answered(this.#backlog.end);
  }

  deadline(): Micros | undefined {
    const sendAt = this.#outgoing?.at ?? Infinity;
    const own = Math.min(this.#askAt, this.#guardAt, this.#keepAliveAt, this.#padAt, sendAt);
    const at = Math.min(this.#connection.deadline(), own);
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    if (this.#connection.wake(now)) this.#drop(now, timeoutFailure('no connection in time'));
    this.#release(now);
    if (now >= this.#askAt) this.#askAfterPause(now);
    if (now >= this.#guardAt) this.#guard(now);
    if (now >= this.#padAt) this.#pad(now);
    if (now >= this.#keepAliveAt) this.#keepAlive(now);
  }

  sendAudio(now: Micros, pcm: Uint8Array): void {
    if (this.#connection.isOver || pcm.length === 0) return;
    this.#backlog.push(pcm);
    this.#padAt = Infinity;
    if (this.#connection.isOpen) this.#send(now, pcm);
  }

  finalize(now: Micros): void {
    this.#pending = true;
    this.#finalizeAt = this.#backlog.end;
    const fresh = this.#finalizeAt - this.#settledAt;
    if (this.#connection.isOver || this.#answered || fresh < UNHEARD_S * this.#bytesPerS) {
      return this.#complete(now);
    }
    if (!this.#connection.isOpen) return;
    this.#heard = false;
    const { question, paddingUs, answerUs } = this.#protocol;
    if (question.afterUs === 0) this.#ask(now);
    else {
      this.#askAt = now + question.afterUs;
      this.#guardAt = this.#askAt + answerUs;
    }
    if (paddingUs === 0) return;
    this.#padUntil = now + paddingUs;
    this.#padAt = now + this.#protocol.pieceMs * 1_000;
  }

  receive(now: Micros, event: SocketEvent): void {
    if (!this.#connection.isLive) return this.#connection.settled();
    const { secret } = this.#protocol;
    switch (event.kind) {
      case 'opened':
        if (this.#connection.opened(now)) this.#opened(now);
        return;
      case 'message':
        return this.#message(now, event.data);
      case 'closed':
        return this.#lost(now, closedFailure(event.code, event.reason, secret));
      case 'refused':
        return this.#lost(now, refusedFailure(event, secret));
      case 'failed':
        return this.#lost(now, unconnectedFailure(event.message, secret));
      default:
        return unreachable(event);
    }
  }

  /** Nothing said before the last `finalize` is without a final. */
  get #answered(): boolean {
    return this.#backlog.start >= this.#finalizeAt;
  }

  #bytesOf(spanMs: number): number {
    return Math.round((spanMs * this.#bytesPerS) / 2_000) * 2;
  }

  #emit(now: Micros, event: SttEvent): void {
    this.#hooks.event(now, event);
  }

  #send(now: Micros, pcm: Uint8Array): void {
    this.#keepAliveAt = now + this.#protocol.keepAlive.everyUs;
    if (this.#outgoing === undefined) return this.#write(now, pcm);
    this.#outgoing.push(pcm);
    this.#release(now);
  }

  #release(now: Micros): void {
    const outgoing = this.#outgoing;
    if (outgoing === undefined || !this.#connection.isOpen) return;
    for (let next = outgoing.take(now); next !== undefined; next = outgoing.take(now)) this.#write(now, next);
  }

  #write(now: Micros, data: Uint8Array | string): void {
    const { audio } = this.#protocol;
    this.#connection.send(now, typeof data === 'string' || audio === undefined ? data : audio(data));
  }

  #askAfterPause(now: Micros): void {
    // Who speaks again is not cut off in the middle of a word: what was heard so far is the answer.
    if (this.#backlog.end === this.#finalizeAt || this.#protocol.guess === undefined) return this.#ask(now);
    this.#askAt = Infinity;
    if (this.#connection.isOpen) this.#guess(now);
  }

  #ask(now: Micros): void {
    this.#askAt = Infinity;
    if (!this.#connection.isOpen) return;
    const { question, answerUs } = this.#protocol;
    if (question.message === undefined) return this.#guess(now);
    this.#heard = false;
    this.#guardAt = now + answerUs + Math.min(this.#outgoing?.delayUs ?? 0, LATE_US_MAX);
    this.#protocol.asked?.();
    if (this.#outgoing === undefined) return this.#write(now, question.message);
    this.#outgoing.say(question.message);
    this.#release(now);
  }

  #guess(now: Micros): void {
    for (const heard of this.#protocol.guess?.() ?? []) this.#take(now, heard);
    // Nothing heard, and no more to be asked for: its answer is awaited for as long as any.
    if (this.#pending && this.#guardAt === Infinity) this.#guardAt = now + this.#protocol.answerUs;
  }

  #pad(now: Micros): void {
    const over = now >= this.#padUntil || !this.#connection.isOpen;
    this.#padAt = over ? Infinity : now + this.#protocol.pieceMs * 1_000;
    // Audio that still waits to be sent takes as long.
    const late = (this.#outgoing?.delayUs ?? 0) > 0;
    if (this.#connection.isOpen && !late) this.#send(now, this.#silence);
  }

  #keepAlive(now: Micros): void {
    const { everyUs, message } = this.#protocol.keepAlive;
    this.#keepAliveAt = now + everyUs;
    if (message === 'silence') this.#send(now, this.#silence);
    else this.#connection.send(now, message);
  }

  /** A new connection knows nothing: it hears again what was never answered, and the question. */
  #opened(now: Micros): void {
    this.#protocol.reset();
    this.#settledAt = -Infinity;
    if (this.#pending && this.#answered) this.#complete(now);
    const opening = this.#bytesOf(this.#protocol.openingMs);
    let position = this.#backlog.start;
    this.#base = position - opening;
    this.#keepAliveAt = now + this.#protocol.keepAlive.everyUs;
    if (opening > 0) this.#send(now, new Uint8Array(opening));
    let due = this.#pending;
    for (const pcm of this.#backlog.kept()) {
      if (due && position >= this.#finalizeAt) {
        this.#ask(now);
        due = false;
      }
      this.#send(now, pcm);
      position += pcm.length;
    }
    if (due) this.#ask(now);
    this.#emit(now, { kind: 'ready' });
  }

  #message(now: Micros, data: string | Uint8Array): void {
    if (!this.#connection.isOpen) return;
    for (const heard of this.#protocol.read(data)) {
      if (heard.kind !== 'error' && heard.kind !== 'malformed') this.#connection.proven();
      this.#take(now, heard);
      // What was read may have cost the connection.
      if (!this.#connection.isOpen) return;
    }
  }

  #take(now: Micros, heard: Heard): void {
    switch (heard.kind) {
      case 'interim':
        this.#heard = true;
        this.#settledAt = -Infinity;
        return this.#emit(now, heard);
      case 'final':
        return this.#final(now, heard);
      case 'signal':
        if (heard.signal === 'end') this.#padAt = Infinity;
        return this.#emit(now, heard);
      case 'error':
        if (heard.ends) return this.#drop(now, heard.failure);
        return this.#emit(now, { kind: 'failed', failure: heard.failure, fatal: false });
      case 'malformed': {
        const failure: Failure = { reason: 'malformed', message: 'not a JSON object', retryable: false };
        return this.#emit(now, { kind: 'failed', failure, fatal: false });
      }
      case 'unknown':
        return;
      default:
        return unreachable(heard);
    }
  }

  #final(now: Micros, { text, untilS, answers }: Heard & { kind: 'final' }): void {
    this.#heard = true;
    const reach = untilS === undefined ? undefined : this.#base + untilS * this.#bytesPerS;
    if (reach !== undefined) this.#backlog.answered(reach);
    if (text !== '') this.#emit(now, { kind: 'final', text });
    if (!answers) return;
    if (reach === undefined) this.#settledAt = this.#backlog.end;
    if (!this.#pending) return;
    const slack = COVERS_WITHIN_S * this.#bytesPerS;
    if (reach === undefined || reach + slack >= this.#finalizeAt) this.#complete(now);
  }

  /** The answer is overdue. */
  #guard(now: Micros): void {
    this.#guardAt = this.#askAt = Infinity;
    if (!this.#pending) return;
    // What was heard and not settled is better than nothing.
    for (const heard of this.#protocol.guess?.() ?? []) this.#take(now, heard);
    if (!this.#pending) return;
    const unansweredMs = ((this.#finalizeAt - this.#backlog.start) * 1_000) / this.#bytesPerS;
    if (!this.#heard && unansweredMs < this.#protocol.deafAfterMs) return this.#complete(now);
    this.#pending = false;
    const failure = timeoutFailure('no answer to the question for a final transcript');
    // Not a word about so much audio: the line is dead and does not know it. Otherwise it is only slow.
    if (this.#heard) this.#emit(now, { kind: 'failed', failure, fatal: false });
    else this.#drop(now, failure);
    this.#emit(now, { kind: 'finalized' });
  }

  #complete(now: Micros): void {
    this.#pending = false;
    this.#guardAt = this.#askAt = Infinity;
    this.#backlog.answered(this.#finalizeAt);
    this.#emit(now, { kind: 'finalized' });
  }

  #rest(): void {
    this.#guardAt = this.#askAt = this.#keepAliveAt = this.#padAt = Infinity;
    this.#outgoing?.clear();
  }

  #drop(now: Micros, failure: Failure): void {
    this.#afterLoss(now, failure, this.#connection.drop(now, failure));
  }

  #lost(now: Micros, failure: Failure): void {
    this.#afterLoss(now, failure, this.#connection.lost(now, failure));
  }

  #afterLoss(now: Micros, failure: Failure, fatal: boolean): void {
    this.#rest();
    this.#emit(now, { kind: 'failed', failure, fatal });
    // Either nothing is left to ask for, or nobody is left to ask.
    if (this.#pending && (fatal || this.#answered)) this.#complete(now);
  }
}
