// One caller's ear at Cartesia: audio goes out as it comes, transcripts come back, and a cut
// connection is replaced without losing words. It promises that every `finalize` is answered by
// `finalized`, by the vendor or by a deadline; two that overlap are answered once, after the later.

import { unreachable } from '../../core/assert.ts';
import type { Failure } from '../../core/failure.ts';
import { LIMITS } from '../../core/limit.ts';
import type { SttEvent, SttHooks, SttSession } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { SocketEvent } from '../../core/wire.ts';
import { AudioBacklog } from '../backlog.ts';
import { Connection } from '../connection.ts';
import { closedFailure, refusedFailure, timeoutFailure, unconnectedFailure } from '../socket-failure.ts';
import type { CartesiaSettings } from './index.ts';
import { CLOSE, FINALIZE, parseMessage, sttHeaders, sttUrl } from './wire.ts';

/** The server closes after about 180 s without a message (field reports); a third of it is safe. */
const KEEP_ALIVE_US = seconds(60);
/** `flush_done` may overtake its final. If none follows within this, there was nothing to say. */
const FINAL_GRACE_US = ms(500);

export class CartesiaSession implements SttSession {
  readonly #settings: CartesiaSettings;
  readonly #hooks: SttHooks;
  readonly #connection: Connection;
  readonly #backlog: AudioBacklog;
  readonly #silence: Uint8Array;
  /** A `finalize` waits for its `finalized`. */
  #pending = false;
  /** Where the audio stood at the last `finalize`: what lies before it is to be settled. */
  #finalizeAt = 0;
  /** `flush_done`s that must still come on this connection. */
  #flushesOwed = 0;
  #guardAt: Micros = Infinity;
  #keepAliveAt: Micros = Infinity;
  /** Whether the vendor said anything since we asked it to finalize. */
  #heard = false;
  #lastMark = '';

  constructor(settings: CartesiaSettings, hooks: SttHooks) {
    this.#settings = settings;
    this.#hooks = hooks;
    const request: SttHooks['request'] = (now, asked) => hooks.request(now, asked);
    this.#connection = new Connection(sttUrl(settings), sttHeaders(settings), request, hooks.salt);
    this.#backlog = new AudioBacklog(Math.round((LIMITS.sttBacklogUsMax / 1e6) * settings.sampleRate) * 2);
    this.#silence = new Uint8Array(Math.round(settings.sampleRate / 50) * 2);
  }

  start(now: Micros): void {
    this.#connection.start(now);
  }

  stop(now: Micros): void {
    if (this.#connection.isOpen) this.#connection.send(now, CLOSE);
    this.#connection.stop(now);
    this.#pending = false;
    this.#flushesOwed = 0;
    this.#guardAt = this.#keepAliveAt = Infinity;
    this.#backlog.answered(this.#backlog.end);
  }

  deadline(): Micros | undefined {
    const at = Math.min(this.#connection.deadline(), this.#guardAt, this.#keepAliveAt);
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    if (this.#connection.wake(now)) this.#drop(now, timeoutFailure('no connection in time'));
    if (now >= this.#guardAt) this.#guard(now);
    if (now >= this.#keepAliveAt) this.#send(now, this.#silence);
  }

  sendAudio(now: Micros, pcm: Uint8Array): void {
    if (this.#connection.isOver || pcm.length === 0) return;
    this.#backlog.push(pcm);
    if (this.#connection.isOpen) this.#send(now, pcm);
  }

  finalize(now: Micros): void {
    this.#pending = true;
    this.#finalizeAt = this.#backlog.end;
    this.#lastMark = '';
    if (this.#connection.isOpen) this.#sendFinalize(now);
    else if (this.#connection.isOver || this.#answered) this.#complete(now);
  }

  receive(now: Micros, event: SocketEvent): void {
    if (!this.#connection.isLive) {
      this.#connection.settled();
      return;
    }
    const secret = this.#settings.apiKey;
    switch (event.kind) {
      case 'opened':
        if (this.#connection.opened(now)) this.#opened(now);
        return;
      case 'message':
        if (this.#connection.isOpen) this.#message(now, event.data);
        return;
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

  #emit(now: Micros, event: SttEvent): void {
    this.#hooks.event(now, event);
  }

  #send(now: Micros, pcm: Uint8Array): void {
    this.#keepAliveAt = now + KEEP_ALIVE_US;
    this.#connection.send(now, pcm);
  }

  #sendFinalize(now: Micros): void {
    this.#flushesOwed += 1;
    this.#heard = false;
    this.#guardAt = now + ms(this.#settings.flushMs);
    this.#connection.send(now, FINALIZE);
  }

  /** A new connection knows nothing: it hears again what was never answered, and the question. */
  #opened(now: Micros): void {
    this.#keepAliveAt = now + KEEP_ALIVE_US;
    if (this.#pending && this.#answered) this.#complete(now);
    let position = this.#backlog.start;
    let due = !this.#answered;
    for (const pcm of this.#backlog.kept()) {
      if (due && position >= this.#finalizeAt) {
        this.#sendFinalize(now);
        due = false;
      }
      this.#send(now, pcm);
      position += pcm.length;
    }
    if (due) this.#sendFinalize(now);
    this.#emit(now, { kind: 'ready' });
  }

  #message(now: Micros, data: string | Uint8Array): void {
    const message = parseMessage(data, this.#settings.apiKey);
    this.#heard = true;
    if (message.kind !== 'error' && message.kind !== 'malformed') this.#connection.proven();
    switch (message.kind) {
      case 'transcript':
        if (message.final) return this.#final(now, message.text, message.durationS, message.mark);
        return this.#emit(now, { kind: 'interim', text: message.text });
      case 'flush_done':
        return this.#flushed(now);
      case 'error':
        if (message.ends) return this.#drop(now, message.failure);
        return this.#emit(now, { kind: 'failed', failure: message.failure, fatal: false });
      case 'malformed': {
        const failure: Failure = { reason: 'malformed', message: 'not a JSON object', retryable: false };
        return this.#emit(now, { kind: 'failed', failure, fatal: false });
      }
      case 'unknown':
        return;
      default:
        return unreachable(message);
    }
  }

  #final(now: Micros, text: string, durationS: number | undefined, mark: string): void {
    // The same final again after it was settled; a caller who says it again is asked for again.
    if (!this.#pending && text !== '' && mark === this.#lastMark) return;
    this.#lastMark = mark;
    const bytes = Math.floor((durationS ?? 0) * this.#settings.sampleRate) * 2;
    this.#backlog.answered(this.#pending ? this.#finalizeAt : this.#backlog.start + bytes);
    this.#emit(now, { kind: 'final', text });
    if (this.#pending && this.#flushesOwed === 0 && this.#answered) this.#complete(now);
  }

  #flushed(now: Micros): void {
    if (this.#flushesOwed > 0) this.#flushesOwed -= 1;
    if (this.#flushesOwed > 0) return;
    if (!this.#pending) this.#backlog.answered(this.#finalizeAt);
    else if (this.#answered) this.#complete(now);
    else this.#guardAt = now + FINAL_GRACE_US;
  }

  /** The answer to `finalize` is overdue. */
  #guard(now: Micros): void {
    this.#guardAt = Infinity;
    if (this.#pending && this.#flushesOwed === 0) return this.#complete(now);
    // Not carried over: if the vendor lost it, each later turn would wait for it again.
    this.#flushesOwed = 0;
    if (!this.#pending) return;
    this.#pending = false;
    const failure = timeoutFailure('no answer to finalize');
    // Not a sound since we asked: the line is dead and does not know it. Otherwise it is only slow,
    // and its final may still come.
    if (!this.#heard) this.#drop(now, failure);
    else this.#emit(now, { kind: 'failed', failure, fatal: false });
    this.#emit(now, { kind: 'finalized' });
  }

  #complete(now: Micros): void {
    this.#pending = false;
    this.#guardAt = Infinity;
    this.#backlog.answered(this.#finalizeAt);
    this.#emit(now, { kind: 'finalized' });
  }

  #drop(now: Micros, failure: Failure): void {
    this.#afterLoss(now, failure, this.#connection.drop(now, failure));
  }

  #lost(now: Micros, failure: Failure): void {
    this.#afterLoss(now, failure, this.#connection.lost(now, failure));
  }

  #afterLoss(now: Micros, failure: Failure, fatal: boolean): void {
    this.#flushesOwed = 0;
    this.#guardAt = this.#keepAliveAt = Infinity;
    this.#emit(now, { kind: 'failed', failure, fatal });
    // Either nothing is left to ask for, or nobody is left to ask.
    if (this.#pending && (fatal || this.#answered)) this.#complete(now);
  }
}
