// Runs one session on real sockets, timers and the voice activity model: hands it what happens,
// carries out what it asks, wakes it at its deadline. Nothing here decides anything but one: a fault of
// ours, whoever's event or timer brought it up, ends the call that it is in and no other.
import type { AgentFact } from '../core/fact.ts';
import type { SessionEffect } from '../core/outlet.ts';
import type { Session, SessionInput } from '../core/session.ts';
import type { Micros } from '../core/time.ts';
import { BACKGROUND_EXCHANGES_FROM, type HttpRequest, type Lane, laneOf } from '../core/wire.ts';
import type { SileroEar } from '../media/silero/ear.ts';
import type { Tool } from '../tool/define.ts';
import type { Connection } from './connection.ts';
import { type HttpAgents, HttpClient } from './http.ts';
import type { Resident } from './reception.ts';
import { ClientSocket } from './socket.ts';
import { ToolBench } from './tool-bench.ts';
import type { Vad } from './vad.ts';

export type HostOptions = {
  readonly session: Session;
  readonly connection: Connection;
  readonly vad: Vad;
  /** Connections to vendors, shared by all sessions. */
  readonly agents: HttpAgents;
  /** The same for what no turn waits for; those of the turns when absent. */
  readonly backgroundAgents?: HttpAgents;
  /** What the session's model may call; nothing when absent. */
  readonly tools?: readonly Tool[];
  /** Integer microseconds since an origin of the caller's choice; the session's time. */
  now(): Micros;
  note(fact: AgentFact): void;
  /** What the session, or what carries out its wishes, threw: a bug of ours. The call is over then. */
  onFault(error: unknown): void;
  /** The session has ended and everything it had open is closed. */
  ended?(): void;
};

type VendorLines = {
  readonly stt: ClientSocket;
  readonly tts: ClientSocket;
  readonly llm: HttpClient;
  readonly background: HttpClient;
};

/** A connection that ended without a close frame: nobody hung up. */
const CUT = 1006;

export class SessionHost implements Resident {
  readonly #options: HostOptions;
  /** Connections to the first provider of each stage, and to the one in reserve. */
  readonly #vendors: readonly [VendorLines, VendorLines];
  readonly #tools: ToolBench;
  readonly #ear: SileroEar;
  /** Of windows whose scores the session has not been told. */
  readonly #scores: number[] = [];
  #connection: Connection;
  /** The connection broke; the client may come back on another one. */
  #away = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt: Micros | undefined;
  #ended = false;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#vendors = [this.#linesTo(0), this.#linesTo(1)];
    this.#tools = new ToolBench(options.tools ?? [], (event) => this.input({ kind: 'tool', event }));
    this.#ear = options.vad.open();
    this.#connection = options.connection;
    this.#listenTo(options.connection);
    options.connection.stay(this);
    this.input({ kind: 'start' });
  }

  get ended(): boolean {
    return this.#ended;
  }

  get silentUs(): Micros {
    return this.#away ? Number.POSITIVE_INFINITY : this.#connection.silentUs();
  }

  /** Over `connection` from now on, which may be the same one; what is left of another is closed. */
  back(connection: Connection): void {
    if (!this.#away) this.#lost('the client came back on another connection');
    const before = this.#connection;
    this.#connection = connection;
    this.#away = false;
    if (before !== connection) before.close(1001, 'the client came back on another connection');
    this.#listenTo(connection);
    connection.stay(this);
    this.input({ kind: 'client.back' });
  }

  leave(reason: string): void {
    this.input({ kind: 'end', reason });
  }

  #listenTo(connection: Connection): void {
    connection.onMessage((data) => {
      if (connection === this.#connection) this.input({ kind: 'client', data });
    });
    connection.onMedia((pcm) => {
      if (connection === this.#connection) this.input({ kind: 'client.media', pcm });
    });
    connection.onClosed((code, why) => {
      if (connection !== this.#connection) return;
      const reason = why === '' ? `code ${code}` : why;
      if (code === CUT) this.#lost(reason);
      else this.input({ kind: 'client.closed', reason });
    });
  }

  #lost(reason: string): void {
    this.#away = true;
    const sinceUs = this.#options.now() - this.#connection.silentUs();
    this.input({ kind: 'client.lost', reason, sinceUs });
  }

  input(event: SessionInput): void {
    if (this.#ended) return;
    try {
      const { session } = this.#options;
      session.input(this.#options.now(), event);
      this.#carryOutAll();
      this.#tellScores();
      this.#schedule();
    } catch (error) {
      // A session that has thrown is not asked again: nobody knows what it still holds true.
      this.#options.onFault(error);
      this.#end(1011, 'internal error');
    }
  }

  /**
   * Questions to vendors first, then the rest: messages to the client and facts take their time, and what
   * goes to different ends has no order among itself.
   */
  #carryOutAll(): void {
    const { session } = this.#options;
    const later: SessionEffect[] = [];
    for (let effect = session.poll(); effect !== undefined; effect = session.poll()) {
      if (isQuestion(effect)) this.#carryOut(effect);
      else later.push(effect);
    }
    for (const effect of later) this.#carryOut(effect);
  }

  #carryOut(effect: SessionEffect): void {
    const { note } = this.#options;
    const connection = this.#connection;
    switch (effect.kind) {
      case 'fact':
        return note(effect.fact);
      case 'score':
        this.#scores.push(this.#ear.score(effect.pcm));
        return;
      case 'stt':
        return this.#vendors[effect.lane ?? 0].stt.request(effect.request);
      case 'tts':
        return this.#vendors[effect.lane ?? 0].tts.request(effect.request);
      case 'llm':
        return this.#exchange(this.#vendors[effect.lane ?? 0], effect.request);
      case 'tool':
        return this.#tools.request(effect.request);
      case 'client.send':
        return connection.send(effect.data);
      case 'client.media':
        return connection.media(effect.pcm);
      case 'client.close':
        return connection.close(effect.code, effect.reason);
      case 'ended':
        return this.#end(1000, 'the session has ended');
    }
  }

  /** Nothing is opened before the session asks for it. */
  #linesTo(lane: Lane): VendorLines {
    const on = laneOf(lane);
    const { agents, backgroundAgents = agents } = this.#options;
    const http = (own: HttpAgents) =>
      new HttpClient((event) => this.input({ kind: 'llm', event, ...on }), own);
    return {
      stt: new ClientSocket((event) => this.input({ kind: 'stt', event, ...on })),
      tts: new ClientSocket((event) => this.input({ kind: 'tts', event, ...on })),
      llm: http(agents),
      background: http(backgroundAgents),
    };
  }

  #exchange({ llm, background }: VendorLines, request: HttpRequest): void {
    (request.id < BACKGROUND_EXCHANGES_FROM ? llm : background).request(request);
  }

  /** Once all that was asked for with them is done: no session expects an answer inside its question. */
  #tellScores(): void {
    for (let score = this.#scores.shift(); score !== undefined; score = this.#scores.shift()) {
      this.#options.session.input(this.#options.now(), { kind: 'scored', score });
      this.#carryOutAll();
    }
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#tools.destroy();
    for (const { stt, tts, llm, background } of this.#vendors) {
      stt.destroy();
      tts.destroy();
      llm.destroy();
      background.destroy();
    }
    this.#connection.close(code, reason);
    this.#options.ended?.();
  }

  /**
   * Timers of Node are late by up to a millisecond or two, never early enough to matter. One that is set too
   * early is left alone: most deadlines move on with every packet of the caller's, and few are ever reached.
   */
  #schedule(): void {
    if (this.#ended) return;
    const at = this.#options.session.deadline();
    if (at === undefined || (this.#timerAt !== undefined && this.#timerAt <= at)) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(this.#due, Math.max(0, Math.ceil((at - this.#options.now()) / 1_000)));
  }

  readonly #due = (): void => {
    this.#timerAt = undefined;
    const at = this.#options.session.deadline();
    if (at !== undefined && at <= this.#options.now()) this.input({ kind: 'wake' });
    else this.#schedule();
  };
}

const isQuestion = ({ kind }: SessionEffect): boolean => kind === 'stt' || kind === 'llm' || kind === 'tts';
