// Where WebSockets come in: who may is let in or told why not, whoever comes back is led to their session,
// also to one that another process held. It promises an answer to every request, and that nobody waits for a
// store who does not come for what is in it.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { LIMITS } from '../core/limit.ts';
import { toMs } from '../core/time.ts';
import { questionOf } from './arrival.ts';
import { monotonicUs } from './clock.ts';
import { type Connection, SocketConnection } from './connection.ts';
import type { Admission, Reception } from './reception.ts';
import {
  type Door,
  type HttpAnswer,
  type HttpQuestion,
  internalError,
  refused,
  refuseSocket,
  SESSION_KEY,
} from './route.ts';
import { bearerOf } from './ticket.ts';

export type EntranceOptions = {
  readonly door: Door;
  readonly reception: Reception;
  readonly proxied: boolean;
  /** Callers who have a place, by whatever way. */
  callers(): number;
  onClient(connection: Connection): void;
  fault(error: unknown): void;
};

/**
 * Twice what a session takes: a message that is too large still reaches its session, which tells the
 * client so; beyond this the library closes with 1009 before reading it.
 */
const PAYLOAD_BYTES_MAX = 2 * LIMITS.clientMessageBytesMax;

/** The clients that are connected, from now on. */
export function openEntrance(http: Server, options: EntranceOptions): ReadonlySet<SocketConnection> {
  const clients = new Set<SocketConnection>();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: PAYLOAD_BYTES_MAX,
    perMessageDeflate: false,
    clientTracking: false,
  });
  refuseOddities(http);
  http.on('upgrade', (request, socket, head) => {
    // The peer may go at any time; there is nobody to tell then.
    socket.on('error', () => {});
    const session = sessionOf(request);
    const enter = () => {
      if (socket.destroyed) return;
      const question = questionOf(request, '', options.proxied);
      const { peer = 'unknown' } = question;
      const arrival = { transport: 'websocket', peer } as const;
      const admission = options.reception.judge(monotonicUs(), session, arrival);
      const refusal = refusalOf(question, admission, options);
      if (refusal !== undefined || !admission.ok) return refuseUpgrade(socket, refusal ?? internalError());
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = connectionOf(webSocket, peer, admission.id, options);
        clients.add(connection);
        webSocket.on('close', () => clients.delete(connection));
        welcome(connection, admission, options);
      });
    };
    const recalled = options.reception.recall(session);
    if (recalled === undefined) enter();
    else void recalled.then(enter);
  });
  return clients;
}

/** What is no request of ours at all is told so as well, instead of an empty answer. */
function refuseOddities(http: Server): void {
  http.on('connect', (_request, socket) => {
    socket.on('error', () => {});
    refuseUpgrade(socket, refused(405, 'this is no proxy: CONNECT is not taken'));
  });
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const [status, reason] = ODDITIES.get(error.code ?? '') ?? [400, 'this is no HTTP request'];
    refuseUpgrade(socket, refused(status, reason));
  });
}

/** Codes of Node's parser that are a matter of how much, not of what. */
const ODDITIES: ReadonlyMap<string, readonly [status: number, reason: string]> = new Map([
  ['HPE_HEADER_OVERFLOW', [431, 'the headers of this request are larger than 16 KiB']],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', [413, 'the chunk extensions of this request are too large']],
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'this request took too long to arrive']],
] as const);

function connectionOf(
  webSocket: ConstructorParameters<typeof SocketConnection>[0],
  peer: string,
  session: string,
  { reception, fault }: EntranceOptions,
): SocketConnection {
  return new SocketConnection(webSocket, {
    session,
    peer,
    now: monotonicUs,
    fault,
    limits: reception.limits,
    stay: (whoever) => reception.settle(session, whoever, 'websocket', peer),
  });
}

type Admitted = Extract<Admission, { ok: true }>;

function welcome(
  connection: SocketConnection,
  { resident }: Admitted,
  { onClient, fault }: EntranceOptions,
): void {
  try {
    if (resident !== undefined && !resident.ended) resident.back(connection);
    else onClient(connection);
  } catch (error) {
    fault(error);
    connection.close(1011, 'internal error');
  }
}

/** Why the upgrade is refused, a bug of ours included; undefined when it is not. */
function refusalOf(
  question: HttpQuestion,
  admission: Admission,
  { door, reception, callers, fault }: EntranceOptions,
): HttpAnswer | undefined {
  try {
    // Who comes back has a place already.
    const others = admission.ok && admission.resident !== undefined ? 0 : callers();
    const refusal = refuseSocket(question, door, others, reception.callersMax);
    if (refusal !== undefined || admission.ok) return refusal;
    return refused(admission.status, admission.reason);
  } catch (error) {
    fault(error);
    return internalError();
  }
}

/** Says why and reads no more. Whoever stays is cut: nobody else looks after this socket. */
function refuseUpgrade(socket: Duplex, { status, headers, body }: HttpAnswer): void {
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-length': Buffer.byteLength(body),
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\n${body}`);
  socket.resume();
  const impatience = setTimeout(() => socket.destroy(), toMs(LIMITS.clientLingerUs));
  socket.on('close', () => clearTimeout(impatience));
}

/**
 * As the address states it or, from clients that can set it, the header `Authorization`; undefined when
 * neither does. Not what has no place in an address: that is no id of ours.
 */
function sessionOf({ url = '', headers }: IncomingMessage): string | undefined {
  const stated = new URLSearchParams(url.split('?', 2)[1] ?? '').get(SESSION_KEY);
  return stated ?? bearerOf(headers.authorization);
}
