// The voice: replies spoken over one connection, each in a context of its own, at most five at a
// time. It promises that every reply ends in `done` or `failed` unless it is cancelled, and that
// nothing is said twice: after a cut, a reply is repeated only if none of it was heard.
import { unreachable } from '../../core/assert.ts';
import type { Failure } from '../../core/failure.ts';
import { LIMITS } from '../../core/limit.ts';
import type { TtsEvent, TtsHooks, TtsSession } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { SocketEvent } from '../../core/wire.ts';
import { Connection } from '../connection.ts';
import { closedFailure, refusedFailure, timeoutFailure, unconnectedFailure } from '../socket-failure.ts';
import type { ElevenLabsSettings } from './index.ts';
import { Reply } from './reply.ts';
import * as wire from './wire.ts';

/** The vendor's limit per connection; a sixth context costs the connection. */
const CONTEXTS_MAX = 5;
/** Contexts and connection die after 180 s without text. Checked at this pace, none waits over 120 s. */
const KEEP_ALIVE_US = seconds(60);
/** An error frame explains the close that follows it within this. */
const ERROR_STANDS_US = seconds(2);

const CONTEXT_LOST: Failure = {
  reason: 'disconnected',
  message: 'the vendor ended the reply without audio',
  retryable: true,
};

export class ElevenLabsSession implements TtsSession {
  readonly #settings: ElevenLabsSettings;
  readonly #hooks: TtsHooks;
  readonly #connection: Connection;
  readonly #guardUs: Micros;
  /** In the order in which they were begun. */
  readonly #replies = new Map<number, Reply>();
  readonly #contexts = new Map<string, Reply>();
  /** Contexts of replies that were dropped, with the time at which their slot is taken as free. */
  readonly #draining = new Map<string, Micros>();
  readonly #over = new Set<number>();
  #contextCount = 0;
  #keepAliveAt: Micros = Infinity;
  #lastSentAt: Micros = 0;
  #lastHeardAt: Micros = 0;
  #error: { readonly failure: Failure; readonly at: Micros } | undefined;

  constructor(settings: ElevenLabsSettings, hooks: TtsHooks) {
    this.#settings = settings;
    this.#hooks = hooks;
    this.#guardUs = ms(settings.firstAudioMs);
    const request: TtsHooks['request'] = (now, asked) => hooks.request(now, asked);
    this.#connection = new Connection(wire.ttsUrl(settings), wire.ttsHeaders(settings), request, hooks.salt);
  }

  start(now: Micros): void {
    this.#connection.start(now);
  }

  stop(now: Micros): void {
    for (const id of [...this.#replies.keys()]) this.cancel(now, id);
    if (this.#connection.isOpen) this.#send(now, wire.CLOSE_SOCKET);
    this.#connection.stop(now);
    this.#draining.clear();
    this.#keepAliveAt = Infinity;
  }

  deadline(): Micros | undefined {
    let at = Math.min(this.#connection.deadline(), this.#keepAliveAt);
    for (const reply of this.#replies.values()) at = Math.min(at, reply.guardAt);
    for (const freeAt of this.#draining.values()) at = Math.min(at, freeAt);
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    if (this.#connection.wake(now)) this.#drop(now, timeoutFailure('no connection in time'));
    for (const reply of [...this.#replies.values()]) if (now >= reply.guardAt) this.#overdue(now, reply);
    for (const [context, freeAt] of this.#draining) if (now >= freeAt) this.#free(now, context);
    if (now >= this.#keepAliveAt) this.#keepAlive(now);
  }

  speak(now: Micros, id: number, text: string): void {
    if (text.trim() === '' || this.#over.has(id)) return;
    const reply = this.#begin(now, id);
    if (reply === undefined || reply.ended) return;
    reply.add(text.endsWith(' ') ? text : `${text} `);
    if (this.#charsHeld() > LIMITS.ttsBacklogCharsMax) {
      const message = 'more text than may wait';
      return this.#fail(now, reply, { reason: 'overloaded', message, retryable: false });
    }
    this.#advance(now, reply);
  }

  endReply(now: Micros, id: number): void {
    if (this.#over.has(id)) return;
    const reply = this.#begin(now, id);
    if (reply === undefined || reply.ended) return;
    reply.ended = true;
    this.#advance(now, reply);
  }

  cancel(now: Micros, id: number): void {
    const reply = this.#replies.get(id);
    if (reply !== undefined) this.#remove(now, reply);
    else if (!this.#over.has(id)) this.#remember(id);
  }

  receive(now: Micros, event: SocketEvent): void {
    if (!this.#connection.isLive) return this.#connection.settled();
    const secret = this.#settings.apiKey;
    switch (event.kind) {
      case 'opened':
        if (this.#connection.opened(now)) this.#opened(now);
        return;
      case 'message':
        if (this.#connection.isOpen) this.#message(now, event.data);
        return;
      case 'closed':
        return this.#closed(now, event.code, event.reason);
      case 'refused':
        return this.#lost(now, wire.refusal(refusedFailure(event, secret), event.body));
      case 'failed':
        return this.#lost(now, unconnectedFailure(event.message, secret));
      default:
        return unreachable(event);
    }
  }

  #emit(now: Micros, event: TtsEvent): void {
    this.#hooks.event(now, event);
  }

  #send(now: Micros, message: string): void {
    this.#lastSentAt = now;
    this.#connection.send(now, message);
  }

  /** The reply of this number, new if need be; undefined when there is nobody left to speak it. */
  #begin(now: Micros, id: number): Reply | undefined {
    const known = this.#replies.get(id);
    if (known !== undefined) return known;
    if (this.#connection.isOver) {
      this.#remember(id);
      const failure: Failure = { reason: 'disconnected', message: 'the voice is gone', retryable: false };
      this.#emit(now, { kind: 'failed', reply: id, failure, fatal: true });
      return undefined;
    }
    const reply = new Reply(id, this.#settings.outputRate);
    reply.guardAt = now + this.#guardUs;
    this.#replies.set(id, reply);
    return reply;
  }

  #charsHeld(): number {
    let chars = 0;
    for (const reply of this.#replies.values()) chars += reply.chars;
    return chars;
  }

  /** Sends what can be sent of `reply`, as far as connection and slots allow. */
  #advance(now: Micros, reply: Reply): void {
    if (reply.context === undefined) {
      if (reply.ended && !reply.unsent) return this.#done(now, reply);
      if (!reply.unsent || !this.#connection.isOpen) return;
      if (this.#contexts.size + this.#draining.size >= CONTEXTS_MAX) return;
      this.#contextCount += 1;
      reply.context = `${this.#contextCount}-${reply.id}`;
      this.#contexts.set(reply.context, reply);
      this.#send(now, wire.openContext(reply.context, this.#settings));
    }
    const context = reply.context;
    for (let text = reply.next(); text !== undefined; text = reply.next()) {
      this.#send(now, wire.speakText(context, text));
      reply.lastSentAt = now;
    }
    if (!reply.ended || reply.closing) return;
    reply.closing = true;
    // Until something is heard, the guard for the first audio stands.
    if (reply.heard) reply.guardAt = now + this.#guardUs;
    this.#send(now, wire.closeContext(context));
  }

  #advanceAll(now: Micros): void {
    for (const reply of [...this.#replies.values()]) {
      if (this.#replies.get(reply.id) === reply) this.#advance(now, reply);
    }
  }

  #opened(now: Micros): void {
    this.#keepAliveAt = now + KEEP_ALIVE_US;
    this.#lastSentAt = now;
    this.#emit(now, { kind: 'ready' });
    this.#advanceAll(now);
  }

  #message(now: Micros, data: string | Uint8Array): void {
    const message = wire.parseMessage(data, this.#settings.apiKey);
    this.#lastHeardAt = now;
    switch (message.kind) {
      case 'frame':
        this.#connection.proven();
        return this.#frame(now, message);
      case 'error':
        // The vendor closes by itself after these; a fault that no retry helps ends it here.
        if (!message.failure.retryable) return this.#drop(now, message.failure);
        this.#error = { failure: message.failure, at: now };
        return;
      case 'malformed': {
        const failure: Failure = { reason: 'malformed', message: 'not a JSON object', retryable: false };
        return this.#emit(now, { kind: 'failed', reply: undefined, failure, fatal: false });
      }
      case 'unknown':
        return;
      default:
        return unreachable(message);
    }
  }

  #frame(now: Micros, frame: wire.ElevenLabsMessage & { kind: 'frame' }): void {
    const reply = this.#contexts.get(frame.context);
    if (reply === undefined) {
      if (frame.final) this.#free(now, frame.context);
      return;
    }
    const offsetUs = reply.positionUs();
    if (frame.audio !== undefined) {
      const pcm = reply.audio(frame.audio);
      if (pcm.length > 0) this.#emit(now, { kind: 'audio', reply: reply.id, pcm });
    }
    for (const word of reply.words(frame, offsetUs)) {
      // Whoever hears it may cancel the reply; nothing of it follows then.
      if (this.#contexts.get(frame.context) !== reply) break;
      this.#emit(now, { kind: 'word', reply: reply.id, word });
    }
    if (reply.heard) reply.guardAt = reply.closing ? now + this.#guardUs : Infinity;
    if (frame.final) this.#final(now, frame.context, reply);
  }

  #final(now: Micros, context: string, reply: Reply): void {
    if (this.#contexts.get(context) !== reply) return this.#free(now, context);
    this.#contexts.delete(context);
    reply.context = undefined;
    // Ended by the vendor alone (it may time a context out): more text goes to a new context, but
    // text that made no sound is lost.
    if (reply.closing) this.#done(now, reply);
    else if (!reply.heard) this.#fail(now, reply, CONTEXT_LOST);
    this.#advanceAll(now);
  }

  #free(now: Micros, context: string): void {
    if (this.#draining.delete(context)) this.#advanceAll(now);
  }

  #keepAlive(now: Micros): void {
    this.#keepAliveAt = now + KEEP_ALIVE_US;
    const idleSince = now - KEEP_ALIVE_US;
    for (const [context, reply] of this.#contexts) {
      // A keep-alive for a closed context would open it again.
      if (reply.closing || reply.lastSentAt > idleSince) continue;
      reply.lastSentAt = now;
      this.#send(now, wire.keepAlive(context));
    }
    if (this.#lastSentAt <= idleSince) this.#send(now, wire.keepAlive(undefined));
  }

  #done(now: Micros, reply: Reply): void {
    this.#replies.delete(reply.id);
    this.#remember(reply.id);
    this.#emit(now, { kind: 'done', reply: reply.id });
  }

  #overdue(now: Micros, reply: Reply): void {
    if (this.#replies.get(reply.id) !== reply) return;
    const failure = timeoutFailure('no audio in time');
    const deaf = reply.context !== undefined && this.#lastHeardAt < reply.lastSentAt;
    this.#fail(now, reply, failure);
    // Not a word of anything since we asked: the line itself is dead.
    if (deaf && this.#connection.isOpen) this.#drop(now, failure);
  }

  #fail(now: Micros, reply: Reply, failure: Failure, fatal = false): void {
    this.#remove(now, reply);
    this.#emit(now, { kind: 'failed', reply: reply.id, failure, fatal });
  }

  /** Forgets `reply`. There is no cancel at the vendor: its context is closed and runs dry unheard. */
  #remove(now: Micros, reply: Reply): void {
    this.#replies.delete(reply.id);
    this.#remember(reply.id);
    const context = reply.context;
    if (context === undefined || !this.#contexts.delete(context)) return;
    // Its slot is free at the vendor's `isFinal`, or after this if none comes.
    this.#draining.set(context, now + LIMITS.ttsDrainUs);
    if (!reply.closing) this.#send(now, wire.closeContext(context));
  }

  #remember(id: number): void {
    this.#over.add(id);
    if (this.#over.size <= LIMITS.repliesRememberedMax) return;
    for (const oldest of this.#over) {
      this.#over.delete(oldest);
      return;
    }
  }

  #closed(now: Micros, code: number, reason: string): void {
    const error = this.#error;
    const explained = error !== undefined && now - error.at <= ERROR_STANDS_US;
    const failure = closedFailure(code, reason, this.#settings.apiKey);
    // 1008 is this vendor's code for everything; without an error frame only its words tell, and
    // they are not for machines. Such a close is taken as passing.
    const passing: Failure = { ...failure, reason: 'disconnected', retryable: true };
    this.#lost(now, explained ? error.failure : code === 1008 ? passing : failure);
  }

  #drop(now: Micros, failure: Failure): void {
    this.#afterLoss(now, failure, this.#connection.drop(now, failure));
  }

  #lost(now: Micros, failure: Failure): void {
    this.#afterLoss(now, failure, this.#connection.lost(now, failure));
  }

  #afterLoss(now: Micros, failure: Failure, fatal: boolean): void {
    this.#keepAliveAt = Infinity;
    this.#error = undefined;
    this.#draining.clear();
    this.#contexts.clear();
    this.#emit(now, { kind: 'failed', reply: undefined, failure, fatal });
    for (const reply of [...this.#replies.values()]) {
      if (this.#replies.get(reply.id) !== reply) continue;
      if (fatal || (reply.heard && reply.context !== undefined)) this.#fail(now, reply, failure, fatal);
      else if (reply.context !== undefined) reply.rewind();
    }
  }
}
