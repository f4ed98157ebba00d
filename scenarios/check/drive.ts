// A provider's real session on real sockets, outside of any call: it is given what it asks for, told what
// happens and woken when it wants to be. What went over the wire is kept as evidence, because a session
// makes one word of many causes. It ends when told to; nothing of it stays open.
import type { ProviderSession } from '#agent/core/provider.ts';
import type { Micros } from '#agent/core/time.ts';
import type { HttpEvent, HttpRequest, SocketEvent, SocketRequest } from '#agent/core/wire.ts';
import { HttpClient, keepAliveAgents } from '#agent/io/http.ts';
import { ClientSocket } from '#agent/io/socket.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';

/** What was seen on the wire. Times in microseconds of the clock. */
export class Evidence {
  url = '';
  /** When the latest connection or exchange was asked for, and when it was answered. */
  askedUs: Micros | undefined;
  answeredUs: Micros | undefined;
  /** Of the latest plain answer. */
  status: number | undefined;
  isHtml = false;
  /** Exchanges that are over, in any way. */
  ended = 0;

  asked(now: Micros, url: string): void {
    this.url = url;
    this.askedUs = now;
    this.answeredUs = undefined;
  }

  answered(now: Micros, status: number | undefined, contentType = '', body = ''): void {
    this.answeredUs ??= now;
    this.status = status;
    this.isHtml = /^text\/html/i.test(contentType) || /^\s*<(!doctype|html)/i.test(body);
  }
}

export class Drive<S extends ProviderSession> {
  readonly evidence: Evidence;
  readonly session: S;
  readonly #clock: Clock;
  readonly #hangUp: () => void;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(clock: Clock, evidence: Evidence, session: S, hangUp: () => void) {
    this.#clock = clock;
    this.evidence = evidence;
    this.session = session;
    this.#hangUp = hangUp;
  }

  /** Does something with the session, and sees to its next deadline. */
  act(run: (now: Micros, session: S) => void): void {
    if (this.#isOver) return;
    run(this.#clock.now(), this.session);
    this.#follow();
  }

  end(): void {
    if (this.#isOver) return;
    this.session.stop(this.#clock.now());
    this.#isOver = true;
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#hangUp();
  }

  #follow(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#timer = undefined;
    const at = this.session.deadline();
    if (this.#isOver || at === undefined || at === Infinity) return;
    const wake = (drive: Drive<S>) => drive.act((now, session) => session.wake(now));
    this.#timer = this.#clock.after(Math.max(0, at - this.#clock.now()), wake, this);
  }
}

/** What carries a session's requests out. */
type Carrier<R> = { request(request: R): void; destroy(): void };

export type Carriers = {
  socket(report: (event: SocketEvent) => void): Carrier<SocketRequest>;
  http(report: (event: HttpEvent) => void): Carrier<HttpRequest>;
};

/** Real sockets. An exchange's connections are its own, and end with it. */
export const REAL: Carriers = {
  socket: (report) => new ClientSocket(report),
  http: (report) => {
    const agents = keepAliveAgents();
    const client = new HttpClient(report, agents);
    return {
      request: (request) => client.request(request),
      destroy: () => {
        client.destroy();
        agents.plain.destroy();
        agents.secure.destroy();
      },
    };
  },
};

type OnSocket = ProviderSession & { receive(now: Micros, event: SocketEvent): void };
type OnHttp = ProviderSession & { receive(now: Micros, event: HttpEvent): void };
type Ask<R> = (now: Micros, request: R) => void;

/** A session of one WebSocket. */
export function driveSocket<S extends OnSocket>(
  clock: Clock,
  carriers: Carriers,
  make: (ask: Ask<SocketRequest>) => S,
): Drive<S> {
  const evidence = new Evidence();
  const socket = carriers.socket((event) => {
    const now = clock.now();
    if (event.kind === 'opened') evidence.answered(now, undefined);
    if (event.kind === 'refused') {
      evidence.answered(now, event.status, event.headers['content-type'], event.body);
    }
    drive.act((at, session) => session.receive(at, event));
  });
  const session = make((now, request) => {
    if (request.kind === 'open') evidence.asked(now, request.url);
    socket.request(request);
  });
  // A close that was asked for gets its time: who is cut off may count the call for longer.
  const drive = new Drive(clock, evidence, session, () => clock.after(CLOSE_US, () => socket.destroy(), 0));
  return drive;
}

/** A session of HTTP exchanges, on connections of its own. `seen` is told of every event first. */
export function driveHttp<S extends OnHttp>(
  clock: Clock,
  carriers: Carriers,
  make: (ask: Ask<HttpRequest>) => S,
  seen: (event: HttpEvent, evidence: Evidence) => void,
): Drive<S> {
  const evidence = new Evidence();
  const client = carriers.http((event) => {
    if (event.kind === 'head') evidence.answered(clock.now(), event.status, event.headers['content-type']);
    drive.act((at, session) => session.receive(at, event));
    if (event.kind === 'end' || event.kind === 'broken') evidence.ended += 1;
    seen(event, evidence);
  });
  const session = make((now, request) => {
    if (request.kind === 'request') evidence.asked(now, request.url);
    client.request(request);
  });
  const drive = new Drive(clock, evidence, session, () => client.destroy());
  return drive;
}

const CLOSE_US = 300_000;
