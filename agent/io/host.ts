// Runs one session on real sockets, timers and the voice activity thread: hands it what happens,
// carries out what it asks, wakes it at its deadline. Nothing here decides anything but one: a fault of
// ours, whoever's event or timer brought it up, ends the call that it is in and no other.
import { assert } from '../core/assert.ts';
import type { AgentFact } from '../core/fact.ts';
import type { SessionEffect } from '../core/outlet.ts';
import type { Session, SessionInput } from '../core/session.ts';
import type { Micros } from '../core/time.ts';
import type { Connection } from './connection.ts';
import { type HttpAgents, HttpClient } from './http.ts';
import { ClientSocket } from './socket.ts';
import type { VadWorker } from './vad.ts';

export type HostOptions = {
  readonly session: Session;
  readonly connection: Connection;
  readonly vad: VadWorker;
  /** Connections to vendors, shared by all sessions. */
  readonly agents: HttpAgents;
  /** Integer microseconds since an origin of the caller's choice; the session's time. */
  now(): Micros;
  note(fact: AgentFact): void;
  /** What the session, or what carries out its wishes, threw: a bug of ours. The call is over then. */
  onFault(error: unknown): void;
  /** The session has ended and everything it had open is closed. */
  ended?(): void;
};

export class SessionHost {
  readonly #options: HostOptions;
  readonly #stt: ClientSocket;
  readonly #tts: ClientSocket;
  readonly #llm: HttpClient;
  readonly #stream: number;
  /** Windows that the thread did not take, and the next one whose score is due. */
  readonly #unscored = new Set<number>();
  #windowDue = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt: Micros | undefined;
  #ended = false;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#stt = new ClientSocket((event) => this.input({ kind: 'stt', event }));
    this.#tts = new ClientSocket((event) => this.input({ kind: 'tts', event }));
    this.#llm = new HttpClient((event) => this.input({ kind: 'llm', event }), options.agents);
    this.#stream = options.vad.open();
    options.connection.onMessage((data) => this.input({ kind: 'client', data }));
    options.connection.onClosed((code, reason) =>
      this.input({ kind: 'client.closed', reason: reason === '' ? `code ${code}` : reason }),
    );
    this.input({ kind: 'start' });
  }

  input(event: SessionInput): void {
    if (this.#ended) return;
    try {
      const { session } = this.#options;
      session.input(this.#options.now(), event);
      for (let effect = session.poll(); effect !== undefined; effect = session.poll()) this.#carryOut(effect);
      this.#schedule();
    } catch (error) {
      // A session that has thrown is not asked again: nobody knows what it still holds true.
      this.#options.onFault(error);
      this.#end(1011, 'internal error');
    }
  }

  #carryOut(effect: SessionEffect): void {
    const { connection, vad, note } = this.#options;
    switch (effect.kind) {
      case 'fact':
        return note(effect.fact);
      case 'score':
        if (!vad.score(this.#stream, effect.window, effect.pcm, this.#scored)) this.#skip(effect.window);
        return;
      case 'stt':
        return this.#stt.request(effect.request);
      case 'tts':
        return this.#tts.request(effect.request);
      case 'llm':
        return this.#llm.request(effect.request);
      case 'client.send':
        return connection.send(effect.data);
      case 'client.media':
        return assert(false, 'a WebSocket connection has no media path');
      case 'client.close':
        return connection.close(effect.code, effect.reason);
      case 'ended':
        return this.#end(1000, 'the session has ended');
    }
  }

  readonly #scored = (window: number, score: number): void => {
    this.#windowDue = window + 1;
    this.input({ kind: 'scored', score });
    this.#passUnscored();
  };

  /** The thread is behind by its whole queue: this window is silence, when its turn comes. */
  #skip(window: number): void {
    this.#unscored.add(window);
    if (window === this.#windowDue) queueMicrotask(() => this.#passUnscored());
  }

  /** Scores keep the order of their windows, those that nobody scored too. */
  #passUnscored(): void {
    while (this.#unscored.delete(this.#windowDue)) {
      this.#windowDue += 1;
      this.input({ kind: 'scored', score: 0 });
    }
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#options.vad.close(this.#stream);
    this.#stt.destroy();
    this.#tts.destroy();
    this.#llm.destroy();
    this.#options.connection.close(code, reason);
    this.#options.ended?.();
  }

  /** Timers of Node are late by up to a millisecond or two, never early enough to matter. */
  #schedule(): void {
    if (this.#ended) return;
    const at = this.#options.session.deadline();
    if (at === this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    if (at === undefined) return;
    const delayMs = Math.max(0, Math.ceil((at - this.#options.now()) / 1_000));
    this.#timer = setTimeout(() => {
      this.#timerAt = undefined;
      this.input({ kind: 'wake' });
    }, delayMs);
  }
}
