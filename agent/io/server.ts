// The agent's door: HTTP for finding the way in, WebSockets for calls. A port that cannot be had is
// an error value that says what to do; nothing a client sends reaches beyond its own connection.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TransportName } from '../call.ts';
import { LIMITS } from '../core/limit.ts';
import { type Micros, toMs } from '../core/time.ts';
import { questionOf } from './arrival.ts';
import { monotonicUs } from './clock.ts';
import type { Connection, SocketConnection } from './connection.ts';
import { DailyDesk, type DailyOptions } from './daily/desk.ts';
import { openEntrance } from './entrance.ts';
import { type Guard, USUAL_LIMITS } from './guard.ts';
import { Reception } from './reception.ts';
import {
  answerHttp,
  type Door,
  type HttpAnswer,
  internalError,
  type Pages,
  type PeerDoor,
  tooLarge,
} from './route.ts';
import type { Tickets } from './ticket.ts';
import { PeerDesk } from './webrtc/desk.ts';
import type { IceServer, PeerFactory } from './webrtc/peer.ts';
import type { VoiceEncoder } from './webrtc/voice-line.ts';

export type ServerOptions = {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /**
   * Called for each client that connected, but not for one that comes back to its session; sets its
   * listeners before it returns.
   */
  onClient(connection: Connection): void;
  /** Web origins that may call, besides this host's own and localhost; none by default. */
  readonly allowedOrigins?: ReadonlySet<string>;
  /** Who may call, how much, and over which certificate; anybody over plain HTTP when absent. */
  readonly guard?: Guard;
  /** Answered before all else that is asked over HTTP. */
  readonly pages?: Pages;
  /** Peer connections, which it closes with itself; WebSocket only when absent. */
  readonly webrtc?: WebrtcOptions | undefined;
  /** Rooms of Daily, which it leaves with its end; none when absent. */
  readonly daily?: DailyOptions | undefined;
  /** What `POST /start` is answered with that names no transport; WebSocket when absent. */
  readonly transport?: TransportName;
  /** What a listener or a route threw: a bug of ours, already confined to its client. */
  onFault?(error: unknown): void;
  readonly pingEveryUs?: Micros;
  readonly deadAfterUs?: Micros;
};

export type WebrtcOptions = {
  readonly peers: PeerFactory;
  /** For the clients; the factory has its own. */
  readonly iceServers?: readonly IceServer[];
  /** Codes the voice for one peer; the usual way when absent. */
  readonly encoder?: () => VoiceEncoder;
};

export type AgentServer = {
  /** The port it listens on. */
  readonly port: number;
  /** Ends every call with 1001, then the listener. */
  close(): Promise<void>;
};

export type StartResult =
  | { readonly ok: true; readonly server: AgentServer }
  /** The environment lacks something (exit code 3); the reason names it and what to do. */
  | { readonly ok: false; readonly reason: string };

export async function startServer(options: ServerOptions): Promise<StartResult> {
  const { guard = { limits: USUAL_LIMITS } } = options;
  const http = listenerOf(guard);
  const failure = await listen(http, options.host, options.port);
  if (failure !== undefined) return { ok: false, reason: failure };
  const port = portOf(http);
  const reception = new Reception(guard);
  const fault = options.onFault ?? (() => {});
  const places = new Places(reception);
  const desk = options.webrtc && deskOf(options.webrtc, options, reception, places);
  const rooms = options.daily && roomsOf(options.daily, options, reception, places);
  places.rooms = rooms;
  const door = {
    ...doorOf(options, `${options.host}:${port}`, reception, desk),
    ...(guard.tickets === undefined ? {} : { mayStart: mayStart(guard.tickets) }),
    ...(rooms === undefined ? {} : { daily: rooms }),
  };
  const { proxied = false } = guard;
  const callers = () => places.taken;
  places.clients = openEntrance(http, {
    door,
    reception,
    proxied,
    callers,
    onClient: options.onClient,
    fault,
  });
  places.desk = desk;
  watchLiveness(http, places, options);
  http.on('error', fault);
  http.on('request', (request, response) => {
    answer(request, response, door, proxied).catch((error: unknown) => {
      fault(error);
      if (response.headersSent) response.destroy();
      else write(response, internalError());
    });
  });
  return { ok: true, server: { port, close: () => closeAll(http, places, reception) } };
}

/** A request that takes longer than this to arrive is from nobody who wants to talk. */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 20_000 };

const listenerOf = ({ tls }: Guard): Server =>
  tls === undefined ? createServer(PATIENCE) : createSecureServer({ ...PATIENCE, ...tls });

const mayStart =
  (tickets: Tickets): NonNullable<Door['mayStart']> =>
  (authorization) =>
    tickets.isKey(authorization);

/** Who is here, by whatever way. */
class Places {
  clients: ReadonlySet<SocketConnection> = new Set();
  desk: PeerDesk | undefined;
  rooms: DailyDesk | undefined;
  readonly #reception: Reception;

  constructor(reception: Reception) {
    this.#reception = reception;
  }

  /** Callers who have a place, those out of reach included. */
  get taken(): number {
    const elsewhere = (this.desk?.count ?? 0) + (this.rooms?.count ?? 0);
    return this.clients.size + elsewhere + this.#reception.awayCount;
  }
}

const deskOf = (
  { peers, encoder }: WebrtcOptions,
  { onClient, onFault = () => {} }: ServerOptions,
  reception: Reception,
  places: Places,
): PeerDesk =>
  new PeerDesk({
    peers,
    encoder,
    reception,
    callers: () => places.taken,
    now: monotonicUs,
    onClient,
    fault: onFault,
  });

const roomsOf = (
  daily: DailyOptions,
  { onClient, onFault = () => {} }: ServerOptions,
  reception: Reception,
  places: Places,
): DailyDesk =>
  new DailyDesk({
    ...daily,
    reception,
    callers: () => places.taken,
    now: monotonicUs,
    onClient,
    fault: onFault,
  });

const doorOf = (
  { allowedOrigins = new Set<string>(), pages, transport, webrtc }: ServerOptions,
  address: string,
  reception: Reception,
  desk: PeerDesk | undefined,
): Door => ({
  address,
  allowedOrigins,
  issue: () => reception.issue(monotonicUs()),
  turnAway: () => reception.turnAway(),
  ...(pages === undefined ? {} : { pages }),
  ...(transport === undefined ? {} : { transport }),
  ...(desk === undefined ? {} : { peers: peerDoor(desk, webrtc?.iceServers ?? []) }),
});

const peerDoor = (desk: PeerDesk, iceServers: readonly IceServer[]): PeerDoor => ({
  offer: (question) => desk.offer(question),
  candidates: (question) => desk.candidates(question),
  iceServers,
});

/** Peers are looked at more often: their clients ping every second, and packets come all the time. */
const PEER_LOOK_MS = 500;

function watchLiveness(http: Server, { clients, desk, rooms }: Places, options: ServerOptions): void {
  const { pingEveryUs = LIMITS.clientPingEveryUs, deadAfterUs = LIMITS.clientDeadAfterUs } = options;
  const look = () => {
    const now = monotonicUs();
    for (const client of clients) client.checkLiveness(now, deadAfterUs);
    rooms?.checkLiveness(deadAfterUs);
  };
  const timers = [setInterval(look, toMs(pingEveryUs))];
  if (desk !== undefined) {
    timers.push(setInterval(() => desk.checkLiveness(monotonicUs(), deadAfterUs), PEER_LOOK_MS));
  }
  http.on('close', () => timers.forEach(clearInterval));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  proxied: boolean,
): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) return;
  if (body.ok) return write(response, await answerHttp(questionOf(request, body.text, proxied), door));
  const found = tooLarge(LIMITS.requestBodyBytesMax);
  write(response, { ...found, headers: { ...found.headers, connection: 'close' } });
}

function write(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, headers).end(body);
}

type Body = { readonly ok: true; readonly text: string } | { readonly ok: false };

/** Undefined when the request was cut before its end. */
async function bodyOf(request: IncomingMessage): Promise<Body | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size > LIMITS.requestBodyBytesMax) return { ok: false };
      chunks.push(chunk);
    }
  } catch {
    // The only error of this stream is that the client went away.
    return undefined;
  }
  return { ok: true, text: Buffer.concat(chunks).toString() };
}

function listen(http: Server, host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    http.once('error', (error: NodeJS.ErrnoException) => resolve(listenFailure(error.code, host, port)));
    http.listen(port, host, () => {
      http.removeAllListeners('error');
      resolve(undefined);
    });
  });
}

function listenFailure(code: string | undefined, host: string, port: number): string {
  if (code === 'EADDRINUSE') {
    return `port ${port} on ${host} is in use by another program; stop it or choose another port (0 for any)`;
  }
  if (code === 'EACCES') return `port ${port} may not be opened by this user; choose one above 1023`;
  return `cannot listen on ${host}:${port} (${code ?? 'unknown error'}); check the host, e.g. 127.0.0.1`;
}

function portOf(http: Server): number {
  const address: AddressInfo | string | null = http.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const SHUTTING_DOWN = 'the server is shutting down';

async function closeAll(http: Server, { clients, desk, rooms }: Places, reception: Reception): Promise<void> {
  for (const client of clients) client.close(1001, SHUTTING_DOWN);
  reception.close(SHUTTING_DOWN);
  await Promise.all([desk?.close(SHUTTING_DOWN), rooms?.close(SHUTTING_DOWN), closeHttp(http, clients)]);
}

function closeHttp(http: Server, clients: ReadonlySet<SocketConnection>): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => {
      for (const client of clients) client.cut(1001, SHUTTING_DOWN);
      http.closeAllConnections();
    }, toMs(LIMITS.serverCloseUs));
    http.close(() => {
      clearTimeout(impatience);
      resolve();
    });
    http.closeIdleConnections();
  });
}
