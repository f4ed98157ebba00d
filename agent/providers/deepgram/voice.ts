// Deepgram's voice: one utterance at a time on one connection, so replies are spoken in the order in which
// they were begun. It promises that every reply ends in `done` or `failed` unless it is cancelled, and that
// nothing is said twice: after a cut, a reply is repeated only if none of it was heard.
import { unreachable } from '../../core/assert.ts';
import type { Failure } from '../../core/failure.ts';
import { LIMITS } from '../../core/limit.ts';
import type { TtsEvent, TtsHooks, TtsSession } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { SocketEvent } from '../../core/wire.ts';
import { Connection } from '../connection.ts';
import { closedFailure, refusedFailure, timeoutFailure, unconnectedFailure } from '../socket-failure.ts';
import type { DeepgramTtsSettings } from './index.ts';
import { listenHeaders } from './nova.ts';
import { Recitation } from './recitation.ts';
import { CLEAR, CLOSE, FLUSH, parseSpeak, speakText, speakUrl } from './speak.ts';

/** The vendor allows 20 in 60 s. The last ones are kept for the ends of replies, which need theirs. */
const FLUSHES_MAX = 20;
const FLUSHES_KEPT = 6;
const FLUSH_WINDOW_US = seconds(60);

export class DeepgramVoice implements TtsSession {
  readonly #settings: DeepgramTtsSettings;
  readonly #hooks: TtsHooks;
  readonly #connection: Connection;
  readonly #guardUs: Micros;
  /** In the order in which they were begun; the first is the one that is spoken. */
  readonly #replies = new Map<number, Recitation>();
  readonly #over = new Set<number>();
  /** Times of the flushes of the last minute. */
  #flushes: Micros[] = [];
  /** `Clear`s that are not answered: what comes until then was dropped. */
  #clearing = 0;
  #lastHeardAt: Micros = 0;

  constructor(settings: DeepgramTtsSettings, hooks: TtsHooks) {
    this.#settings = settings;
    this.#hooks = hooks;
    this.#guardUs = ms(settings.firstAudioMs);
    const request: TtsHooks['request'] = (now, asked) => hooks.request(now, asked);
    this.#connection = new Connection(speakUrl(settings), listenHeaders(settings), request, hooks.salt);
  }

  start(now: Micros): void {
    this.#connection.start(now);
  }

  stop(now: Micros): void {
    for (const id of [...this.#replies.keys()]) this.#forget(id);
    if (this.#connection.isOpen) this.#connection.send(now, CLOSE);
    this.#connection.stop(now);
    this.#clearing = 0;
  }

  deadline(): Micros | undefined {
    let at = this.#connection.deadline();
    for (const reply of this.#replies.values()) at = Math.min(at, reply.guardAt);
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    if (this.#connection.wake(now)) this.#drop(now, timeoutFailure('no connection in time'));
    for (const reply of [...this.#replies.values()]) if (now >= reply.guardAt) this.#overdue(now, reply);
  }

  speak(now: Micros, id: number, text: string): void {
    if (text.trim() === '' || this.#over.has(id)) return;
    const reply = this.#begin(now, id);
    if (reply === undefined || reply.ended) return;
    reply.add(text.trim());
    let chars = 0;
    for (const one of this.#replies.values()) chars += one.chars;
    if (chars > LIMITS.ttsBacklogCharsMax) {
      const message = 'more text than may wait';
      return this.#fail(now, reply, { reason: 'overloaded', message, retryable: false });
    }
    this.#advance(now);
  }

  endReply(now: Micros, id: number): void {
    if (this.#over.has(id)) return;
    const reply = this.#begin(now, id);
    if (reply === undefined || reply.ended) return;
    reply.ended = true;
    this.#advance(now);
  }

  cancel(now: Micros, id: number): void {
    const reply = this.#replies.get(id);
    if (reply !== undefined) this.#remove(now, reply);
    else if (!this.#over.has(id)) this.#remember(id);
    this.#advance(now);
  }

  receive(now: Micros, event: SocketEvent): void {
    if (!this.#connection.isLive) return this.#connection.settled();
    const secret = this.#settings.apiKey;
    switch (event.kind) {
      case 'opened':
        if (!this.#connection.opened(now)) return;
        this.#emit(now, { kind: 'ready' });
        return this.#advance(now);
      case 'message':
        if (this.#connection.isOpen) this.#message(now, event.data);
        return;
      case 'closed':
        return this.#lost(now, closureOf(closedFailure(event.code, event.reason, secret)));
      case 'refused':
        return this.#lost(now, refusedFailure(event, secret));
      case 'failed':
        return this.#lost(now, unconnectedFailure(event.message, secret));
      default:
        return unreachable(event);
    }
  }

  #emit(now: Micros, event: TtsEvent): void {
    this.#hooks.event(now, event);
  }

  get #speaking(): Recitation | undefined {
    const [first] = this.#replies.values();
    return first;
  }

  /** The reply of this number, new if need be; undefined when there is nobody left to speak it. */
  #begin(now: Micros, id: number): Recitation | undefined {
    const known = this.#replies.get(id);
    if (known !== undefined) return known;
    if (this.#connection.isOver) {
      this.#remember(id);
      const failure: Failure = { reason: 'disconnected', message: 'the voice is gone', retryable: false };
      this.#emit(now, { kind: 'failed', reply: id, failure, fatal: true });
      return undefined;
    }
    const reply = new Recitation(id, this.#settings.outputRate);
    // Who waits for another reply to end is waited for from then on.
    if (this.#replies.size === 0) reply.guardAt = now + this.#guardUs;
    this.#replies.set(id, reply);
    return reply;
  }

  /** Sends what can be sent of the first reply; the next one waits until it is over. */
  #advance(now: Micros): void {
    for (let reply = this.#speaking; reply !== undefined; reply = this.#speaking) {
      if (!reply.isDone) return this.#send(now, reply);
      this.#forget(reply.id);
      this.#emit(now, { kind: 'done', reply: reply.id });
    }
  }

  #send(now: Micros, reply: Recitation): void {
    if (!this.#connection.isOpen) return;
    for (let text = reply.next(); text !== undefined; text = reply.next()) {
      this.#connection.send(now, speakText(`${text} `));
      reply.lastSentAt = now;
      if (reply.guardAt === Infinity) reply.guardAt = now + this.#guardUs;
    }
    if (!reply.isOpen || !this.#mayFlush(now, reply.ended)) return;
    this.#flushes.push(now);
    reply.flush();
    reply.guardAt = now + this.#guardUs;
    this.#connection.send(now, FLUSH);
  }

  /** What is not flushed is spoken all the same once the vendor sees the end of a sentence. */
  #mayFlush(now: Micros, last: boolean): boolean {
    this.#flushes = this.#flushes.filter((at) => at > now - FLUSH_WINDOW_US);
    // Beyond the limit the vendor warns; a reply that is never flushed would never end.
    return last || this.#flushes.length < FLUSHES_MAX - FLUSHES_KEPT;
  }

  #message(now: Micros, data: string | Uint8Array): void {
    const message = parseSpeak(data, this.#settings.apiKey);
    this.#lastHeardAt = now;
    const reply = this.#clearing > 0 ? undefined : this.#speaking;
    switch (message.kind) {
      case 'audio':
        this.#connection.proven();
        if (reply !== undefined) this.#audio(now, reply, message.data);
        return;
      case 'flushed':
        if (reply !== undefined) this.#flushed(now, reply);
        return;
      case 'cleared':
        this.#clearing = Math.max(0, this.#clearing - 1);
        return;
      case 'error':
        return this.#drop(now, message.failure);
      case 'warning':
        return this.#complain(now, { reason: 'rate_limit', message: message.message, retryable: true });
      case 'malformed':
        return this.#complain(now, { reason: 'malformed', message: 'not a JSON object', retryable: false });
      case 'unknown':
        return;
      default:
        return unreachable(message);
    }
  }

  #audio(now: Micros, reply: Recitation, data: Uint8Array): void {
    reply.guardAt = now + this.#guardUs;
    const pcm = reply.audio(data);
    if (pcm.length > 0) this.#emit(now, { kind: 'audio', reply: reply.id, pcm });
  }

  #flushed(now: Micros, reply: Recitation): void {
    for (const word of reply.flushed()) {
      this.#emit(now, { kind: 'word', reply: reply.id, word });
      // Whoever hears it may cancel the reply; nothing of it follows then.
      if (this.#replies.get(reply.id) !== reply) return;
    }
    if (!reply.isUnderWay) reply.guardAt = Infinity;
    this.#advance(now);
  }

  #complain(now: Micros, failure: Failure): void {
    this.#emit(now, { kind: 'failed', reply: undefined, failure, fatal: false });
  }

  #overdue(now: Micros, reply: Recitation): void {
    if (this.#replies.get(reply.id) !== reply) return;
    const failure = timeoutFailure('no audio in time');
    const deaf = reply.isUnderWay && this.#lastHeardAt < reply.lastSentAt;
    this.#fail(now, reply, failure);
    // Not a word of anything since we asked: the line itself is dead.
    if (deaf && this.#connection.isOpen) this.#drop(now, failure);
    else this.#advance(now);
  }

  #fail(now: Micros, reply: Recitation, failure: Failure, fatal = false): void {
    for (const word of reply.brokenOff()) this.#emit(now, { kind: 'word', reply: reply.id, word });
    this.#remove(now, reply);
    this.#emit(now, { kind: 'failed', reply: reply.id, failure, fatal });
  }

  /** Forgets `reply`, and has the vendor stop if it is speaking it. */
  #remove(now: Micros, reply: Recitation): void {
    const speaking = this.#speaking === reply && reply.isUnderWay;
    this.#forget(reply.id);
    if (!speaking || !this.#connection.isOpen) return;
    this.#clearing += 1;
    this.#connection.send(now, CLEAR);
  }

  #forget(id: number): void {
    this.#replies.delete(id);
    this.#remember(id);
  }

  #remember(id: number): void {
    this.#over.add(id);
    if (this.#over.size <= LIMITS.repliesRememberedMax) return;
    for (const oldest of this.#over) {
      this.#over.delete(oldest);
      return;
    }
  }

  #drop(now: Micros, failure: Failure): void {
    this.#afterLoss(now, failure, this.#connection.drop(now, failure));
  }

  #lost(now: Micros, failure: Failure): void {
    this.#afterLoss(now, failure, this.#connection.lost(now, failure));
  }

  #afterLoss(now: Micros, failure: Failure, fatal: boolean): void {
    this.#clearing = 0;
    this.#flushes = [];
    this.#emit(now, { kind: 'failed', reply: undefined, failure, fatal });
    for (const reply of [...this.#replies.values()]) {
      if (this.#replies.get(reply.id) !== reply) continue;
      if (fatal || (reply.heard && reply.isUnderWay)) this.#fail(now, reply, failure, fatal);
      else reply.rewind();
    }
  }
}

/** Too much text in a window has the code of bad text, and passes. */
const closureOf = (failure: Failure): Failure =>
  failure.message.startsWith('DATA-0001') ? { ...failure, reason: 'rate_limit', retryable: true } : failure;
