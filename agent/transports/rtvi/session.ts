// One RTVI conversation, whatever carries it: JSON text in, JSON text and events out. It answers the
// handshake, refuses bad messages without ending the session, and stays silent about the pipeline
// until the client is ready. Framing, audio and closing belong to the transport.
import { z } from 'zod';
import { unreachable } from '../../core/assert.ts';
import type { ClientEvent, Said } from '../../core/client.ts';
import type { Frame } from '../../core/frame.ts';
import { type Micros, ms, toMs } from '../../core/time.ts';
import { type ClientCommand, parseClientMessage } from './client-message.ts';
import { type Dialect, handshake } from './handshake.ts';
import { errorMessage, formatMessage, RTVI_VERSION, type ServerMessage } from './message.ts';
import { RtviObserver } from './observer.ts';
import { conversationRequests } from './request.ts';
import { TurnClock, WATCH_TURNS } from './turn-timing.ts';

/** Answers one kind of `client-message`; `ok: false` rejects the client's request with the reason. */
export type RequestHandler = (
  data: unknown,
) => { readonly ok: true; readonly data?: unknown } | { readonly ok: false; readonly reason: string };

export type RtviOptions = {
  /** Wall clock at microsecond 0 of the session, milliseconds since 1970. */
  readonly epochMs: number;
  /** With what a client whose connection broke comes back, where that is possible. */
  readonly sessionId?: string | undefined;
  /** The app's own requests by their `t`; others are answered with an error-response. */
  readonly requests?: ReadonlyMap<string, RequestHandler>;
  /** The client has introduced itself to another process, not to be repeated: it is spoken to as most are. */
  readonly introduced?: boolean;
  /** The client may change the system prompt and pin facts; it may not when absent. */
  readonly mayInstruct?: boolean;
};

/**
 * `t` of the `client-message` by which a client that drops audio on `bot-interrupted` answers it, each time:
 * `d.ms` is what it had received and did not play.
 */
export const UNPLAYED_AUDIO = 'unplayed-audio';

export type RtviHooks = {
  /** The JSON text of one message for the client. */
  send(now: Micros, json: string): void;
  event(now: Micros, event: ClientEvent): void;
  /** The conversation so far; nothing without. */
  history?(): readonly Said[];
  /** The client wants its audio in `codec`: whether it will be. Without this hook it never is. */
  agree?(codec: string): boolean;
};

export class RtviSession {
  readonly #options: RtviOptions;
  readonly #hooks: RtviHooks;
  /** Of the conversation, then the app's own. */
  readonly #requests: ReadonlyMap<string, RequestHandler>;
  #observer: RtviObserver | undefined;
  /** For a client that asked for it. */
  #clock: TurnClock | undefined;
  #now: Micros = 0;
  #library: string | undefined;
  /** On a new connection, and not greeted there yet. */
  #returned: { readonly awayUs: Micros } | undefined;

  constructor(options: RtviOptions, hooks: RtviHooks) {
    this.#options = options;
    this.#hooks = hooks;
    const port = {
      history: () => hooks.history?.() ?? [],
      event: (event: ClientEvent) => this.#event(event),
    };
    const own = conversationRequests(port, options.mayInstruct === true);
    const watch: RequestHandler = () => {
      this.#clock ??= new TurnClock((data) => this.#tell({ type: 'server-message', data }));
      return { ok: true, data: {} };
    };
    if (options.introduced === true) this.#observer = this.#observerOf(handshake(RTVI_VERSION).dialect);
    this.#requests = new Map([...own, [WATCH_TURNS, watch], ...(options.requests ?? [])]);
  }

  /** Which client library this is, by its own word; undefined until it has said so. */
  get library(): string | undefined {
    return this.#library;
  }

  /** True from the client's `client-ready` on. */
  get ready(): boolean {
    return this.#observer !== undefined;
  }

  receive(now: Micros, json: string): void {
    this.#now = now;
    const parsed = parseClientMessage(json);
    if (!parsed.ok) return this.#refuse(parsed.id, parsed.reason);
    if (!this.ready && parsed.command.kind !== 'client-ready') {
      return this.#refuse(parsed.id, 'the first message must be client-ready');
    }
    this.#obey(parsed.id, parsed.command);
  }

  /** Before the client is ready only errors are told. */
  observe(now: Micros, frame: Frame): void {
    this.#now = now;
    if (this.#observer !== undefined) {
      this.#observer.observe(now, frame);
      this.#clock?.observe(now, frame);
      return;
    }
    if (frame.kind === 'Error')
      this.#tell(errorMessage(`${frame.stage}: ${frame.failure.message}`, frame.fatal));
  }

  tell(now: Micros, message: ServerMessage): void {
    this.#now = now;
    this.#tell(message);
  }

  /** The client has a new connection: it is told so when it has introduced itself there. */
  back(awayUs: Micros): void {
    this.#returned = { awayUs };
  }

  /** The same for a client that does not introduce itself again. */
  welcomeBack(now: Micros): void {
    const returned = this.#returned;
    if (returned === undefined) return;
    this.#returned = undefined;
    const awayMs = Math.round(toMs(returned.awayUs));
    const data = { type: 'session-resumed', resumed: true, awayMs };
    this.tell(now, { type: 'server-message', data });
  }

  #obey(id: string | undefined, command: ClientCommand): void {
    switch (command.kind) {
      case 'client-ready':
        this.#library ??= command.library;
        return this.#greet(id, command.version, command.codec);
      case 'disconnect-bot':
        return this.#event({ kind: 'left', reason: 'the client sent disconnect-bot' });
      case 'client-message':
        if (command.t === UNPLAYED_AUDIO) return this.#unplayed(id, command.d);
        return this.#answer(id, command.t, command.d);
      case 'text':
        return this.#event(command);
      case 'dtmf': // Keys have no meaning in this agent yet; accepting them keeps a keypad from failing.
      case 'ignored':
        return;
      default:
        unreachable(command);
    }
  }

  /** A repeated client-ready is answered again; the conversation starts once. */
  #greet(id: string | undefined, version: string | undefined, codec: string | undefined): void {
    const first = !this.ready;
    const agreed = handshake(version);
    const coded = codec !== undefined && this.#hooks.agree?.(codec) === true;
    const about = coded ? { about: { platform_details: { codec } } } : {};
    if (first) this.#observer = this.#observerOf(agreed.dialect);
    const { sessionId } = this.#options;
    const session = sessionId === undefined ? {} : { session: sessionId };
    const returned = this.#returned !== undefined;
    const resumed = returned ? ({ resumed: true } as const) : {};
    const data = { version: agreed.version, ...about, ...session, ...resumed };
    this.#tell({ type: 'bot-ready', ...(id === undefined ? {} : { id }), data });
    if (agreed.complaint !== undefined) this.#refuse(id, agreed.complaint);
    this.welcomeBack(this.#now);
    if (first || returned) this.#event({ kind: 'ready' });
  }

  #observerOf(dialect: Dialect): RtviObserver {
    const tell = (message: ServerMessage): void => this.#tell(message);
    return new RtviObserver({ dialect, epochMs: this.#options.epochMs, tell });
  }

  #answer(id: string | undefined, t: string, d: unknown): void {
    const handler = this.#requests.get(t);
    if (handler === undefined)
      return this.#refuse(id, `no handler for the client message ${JSON.stringify(t)}`);
    const answer = handler(d);
    if (!answer.ok) return this.#refuse(id, answer.reason);
    if (id === undefined) return;
    const data = answer.data === undefined ? { t } : { t, d: answer.data };
    this.#tell({ type: 'server-response', id, data });
  }

  #unplayed(id: string | undefined, d: unknown): void {
    const played = UNPLAYED.safeParse(d);
    if (!played.success) return this.#refuse(id, `${UNPLAYED_AUDIO} wants { ms: a number from 0 }`);
    this.#event({ kind: 'unplayed', us: Math.round(ms(played.data.ms)) });
  }

  /** To the one who asked when the message has an id, as a general error otherwise. */
  #refuse(id: string | undefined, reason: string): void {
    this.#tell(
      id === undefined
        ? errorMessage(reason, false)
        : { type: 'error-response', id, data: { error: reason } },
    );
  }

  #tell(message: ServerMessage): void {
    this.#hooks.send(this.#now, formatMessage(message));
  }

  #event(event: ClientEvent): void {
    this.#hooks.event(this.#now, event);
  }
}

/** More than a minute is no honest account of a queue. */
const UNPLAYED = z.object({ ms: z.number().min(0).max(60_000) });
