// Cartesia's voice: replies spoken over one connection, each in contexts of its own. It promises that every
// reply ends in `done` or `failed` unless it is cancelled, and that nothing is said twice: what is lost is
// repeated only if none of it was heard. A context that has nothing to say is ended before it expires.
import { unreachable } from '../../core/assert.ts';
import type { Failure } from '../../core/failure.ts';
import { LIMITS } from '../../core/limit.ts';
import type { TtsEvent, TtsHooks, TtsSession, Word } from '../../core/provider.ts';
import { type Micros, ms } from '../../core/time.ts';
import type { SocketEvent } from '../../core/wire.ts';
import { Connection } from '../connection.ts';
import { retryDelay } from '../retry.ts';
import { closedFailure, refusedFailure, timeoutFailure, unconnectedFailure } from '../socket-failure.ts';
import type { CartesiaTtsSettings } from './index.ts';
import { parseSonic, sonicCancel, sonicEnd, sonicHeaders, sonicText, sonicUrl } from './sonic.ts';
import { Spoken } from './spoken.ts';

/**
 * A context expires 1 s after its last audio, and text that is under way then is lost. Half of it leaves
 * the other half for the way there and back; ending one that still speaks only means that it says the rest.
 */
const QUIET_US = ms(500);

const CONTEXT_LOST: Failure = {
  reason: 'disconnected',
  message: 'the vendor ended the reply without audio',
  retryable: true,
};

export class CartesiaVoice implements TtsSession {
  readonly #settings: CartesiaTtsSettings;
  readonly #hooks: TtsHooks;
  readonly #connection: Connection;
  readonly #guardUs: Micros;
  /** In the order in which they were begun. */
  readonly #replies = new Map<number, Spoken>();
  /** Chunks of contexts that are not in it are of replies that were dropped. */
  readonly #contexts = new Map<string, Spoken>();
  readonly #over = new Set<number>();
  #contextCount = 0;
  #lastHeardAt: Micros = 0;

  constructor(settings: CartesiaTtsSettings, hooks: TtsHooks) {
    this.#settings = settings;
    this.#hooks = hooks;
    this.#guardUs = ms(settings.firstAudioMs);
    const request: TtsHooks['request'] = (now, asked) => hooks.request(now, asked);
    this.#connection = new Connection(sonicUrl(settings), sonicHeaders(settings), request, hooks.salt);
  }

  start(now: Micros): void {
    this.#connection.start(now);
  }

  stop(now: Micros): void {
    for (const id of [...this.#replies.keys()]) this.cancel(now, id);
    this.#connection.stop(now);
  }

  deadline(): Micros | undefined {
    let at = this.#connection.deadline();
    for (const reply of this.#replies.values()) {
      at = Math.min(at, reply.guardAt, reply.quietAt, reply.retryAt === 0 ? Infinity : reply.retryAt);
    }
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    if (this.#connection.wake(now)) this.#drop(now, timeoutFailure('no connection in time'));
    for (const reply of [...this.#replies.values()]) {
      if (this.#replies.get(reply.id) !== reply) continue;
      if (now >= reply.guardAt) this.#overdue(now, reply);
      else if (now >= reply.quietAt) this.#end(now, reply);
      else if (reply.retryAt !== 0 && now >= reply.retryAt) {
        reply.retryAt = 0;
        this.#advance(now, reply);
      }
    }
  }

  speak(now: Micros, id: number, text: string): void {
    if (text.trim() === '' || this.#over.has(id)) return;
    const reply = this.#begin(now, id);
    if (reply === undefined || reply.ended) return;
    reply.add(text.endsWith(' ') ? text : `${text} `);
    let chars = 0;
    for (const one of this.#replies.values()) chars += one.chars;
    if (chars > LIMITS.ttsBacklogCharsMax) {
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
        if (!this.#connection.opened(now)) return;
        this.#emit(now, { kind: 'ready' });
        for (const reply of [...this.#replies.values()]) {
          if (this.#replies.get(reply.id) === reply) this.#advance(now, reply);
        }
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

  #emit(now: Micros, event: TtsEvent): void {
    this.#hooks.event(now, event);
  }

  /** The reply of this number, new if need be; undefined when there is nobody left to speak it. */
  #begin(now: Micros, id: number): Spoken | undefined {
    const known = this.#replies.get(id);
    if (known !== undefined) return known;
    if (this.#connection.isOver) {
      this.#remember(id);
      const failure: Failure = { reason: 'disconnected', message: 'the voice is gone', retryable: false };
      this.#emit(now, { kind: 'failed', reply: id, failure, fatal: true });
      return undefined;
    }
    const reply = new Spoken(id, this.#settings.outputRate);
    this.#replies.set(id, reply);
    return reply;
  }

  /** Sends what can be sent of `reply`. */
  #advance(now: Micros, reply: Spoken): void {
    if (reply.unsent && reply.guardAt === Infinity) reply.guardAt = now + this.#guardUs;
    // The context before has to be over, or its audio would be mixed with that of the next one.
    if (reply.closing) return;
    if (reply.context === undefined) {
      if (reply.ended && !reply.unsent) return this.#done(now, reply);
      if (!reply.unsent || !this.#connection.isOpen || now < reply.retryAt) return;
      reply.retryAt = 0;
      this.#contextCount += 1;
      const name = `${this.#contextCount}-${reply.id}`;
      reply.begin(name);
      this.#contexts.set(name, reply);
    }
    const context = reply.context ?? '';
    for (let text = reply.next(); text !== undefined; text = reply.next()) {
      this.#connection.send(now, sonicText(this.#settings, context, text));
      reply.lastSentAt = now;
      reply.quietAt = Infinity;
    }
    if (reply.ended) this.#end(now, reply);
  }

  /** No more text for the present context. */
  #end(now: Micros, reply: Spoken): void {
    reply.quietAt = Infinity;
    if (reply.context === undefined || reply.closing) return;
    reply.closing = true;
    // Until something is heard, the guard for the first audio stands.
    if (reply.heard) reply.guardAt = now + this.#guardUs;
    this.#connection.send(now, sonicEnd(this.#settings, reply.context));
  }

  #message(now: Micros, data: string | Uint8Array): void {
    const message = parseSonic(data, this.#settings.apiKey);
    this.#lastHeardAt = now;
    if (message.kind === 'unknown') return;
    if (message.kind === 'malformed') {
      const failure: Failure = { reason: 'malformed', message: 'not a JSON object', retryable: false };
      return this.#emit(now, { kind: 'failed', reply: undefined, failure, fatal: false });
    }
    const reply = this.#contexts.get(message.context ?? '');
    if (message.kind === 'error') return this.#error(now, reply, message.context, message.failure);
    this.#connection.proven();
    if (reply === undefined) return;
    switch (message.kind) {
      case 'chunk':
        return this.#audio(now, reply, message.audio);
      case 'words':
        return this.#words(now, reply, message.words);
      case 'done':
        return this.#contextDone(now, reply, message.context);
      default:
        return unreachable(message);
    }
  }

  #audio(now: Micros, reply: Spoken, base64: string): void {
    const pcm = reply.audio(base64);
    if (pcm.length === 0) return;
    reply.attempts = 0;
    reply.guardAt = now + this.#guardUs;
    if (!reply.closing) reply.quietAt = now + QUIET_US;
    this.#emit(now, { kind: 'audio', reply: reply.id, pcm });
  }

  #words(now: Micros, reply: Spoken, words: readonly Word[]): void {
    for (const word of words) {
      this.#emit(now, { kind: 'word', reply: reply.id, word: reply.placed(word) });
      // Whoever hears it may cancel the reply; nothing of it follows then.
      if (this.#replies.get(reply.id) !== reply) return;
    }
  }

  #contextDone(now: Micros, reply: Spoken, context: string): void {
    this.#contexts.delete(context);
    // Ended by the vendor alone: more text goes to a new context, but text that made no sound is lost.
    const silent = !reply.heard && !reply.closing;
    reply.finish();
    if (silent) return this.#fail(now, reply, CONTEXT_LOST);
    this.#advance(now, reply);
  }

  /** Of one context, unless it says that the connection or the account is of no more use. */
  #error(now: Micros, reply: Spoken | undefined, context: string | undefined, failure: Failure): void {
    const { reason } = failure;
    if (reason !== 'bad_request' && reason !== 'rate_limit') return this.#drop(now, failure);
    // Of a reply that was dropped: nobody waits for it.
    if (reply === undefined && context !== undefined) return;
    if (reply === undefined)
      return this.#emit(now, { kind: 'failed', reply: undefined, failure, fatal: false });
    this.#contexts.delete(reply.context ?? '');
    reply.attempts += 1;
    const delay = reply.heard ? undefined : retryDelay(failure, reply.attempts, this.#hooks.salt);
    if (delay === undefined) {
      reply.context = undefined;
      return this.#fail(now, reply, failure);
    }
    reply.rewind();
    reply.retryAt = now + delay;
    reply.guardAt = reply.retryAt + this.#guardUs;
    this.#emit(now, { kind: 'failed', reply: undefined, failure, fatal: false });
  }

  #done(now: Micros, reply: Spoken): void {
    this.#replies.delete(reply.id);
    this.#remember(reply.id);
    this.#emit(now, { kind: 'done', reply: reply.id });
  }

  #overdue(now: Micros, reply: Spoken): void {
    const failure = timeoutFailure('no audio in time');
    const deaf = reply.context !== undefined && this.#lastHeardAt < reply.lastSentAt;
    this.#fail(now, reply, failure);
    // Not a word of anything since we asked: the line itself is dead.
    if (deaf && this.#connection.isOpen) this.#drop(now, failure);
  }

  #fail(now: Micros, reply: Spoken, failure: Failure, fatal = false): void {
    this.#remove(now, reply);
    this.#emit(now, { kind: 'failed', reply: reply.id, failure, fatal });
  }

  /** Forgets `reply`; its context may say what it has begun, to nobody. */
  #remove(now: Micros, reply: Spoken): void {
    this.#replies.delete(reply.id);
    this.#remember(reply.id);
    const { context } = reply;
    if (context === undefined || !this.#contexts.delete(context) || !this.#connection.isOpen) return;
    this.#connection.send(now, sonicCancel(context));
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
    this.#contexts.clear();
    this.#emit(now, { kind: 'failed', reply: undefined, failure, fatal });
    for (const reply of [...this.#replies.values()]) {
      if (this.#replies.get(reply.id) !== reply) continue;
      if (fatal || (reply.context !== undefined && reply.heard)) this.#fail(now, reply, failure, fatal);
      else if (reply.context !== undefined) reply.rewind();
    }
  }
}
