// The agent's door: HTTP for finding the way in, WebSockets for calls. A port that cannot be had is
// an error value that says what to do; nothing a client sends reaches beyond its own connection.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { LIMITS } from '../core/limit.ts';
import { type Micros, toMs } from '../core/time.ts';
import { monotonicUs } from './clock.ts';
import { type Connection, SocketConnection } from './connection.ts';
import { type Admission, Reception } from './reception.ts';
import {
  answerHttp,
  type Door,
  type HttpAnswer,
  type HttpQuestion,
  internalError,
  refused,
  refuseSocket,
  SESSION_KEY,
  tooLarge,
} from './route.ts';

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
  /** What a listener or a route threw: a bug of ours, already confined to its client. */
  onFault?(error: unknown): void;
  readonly pingEveryUs?: Micros;
  readonly deadAfterUs?: Micros;
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
  const http = createServer();
  const failure = await listen(http, options.host, options.port);
  if (failure !== undefined) return { ok: false, reason: failure };
  const port = portOf(http);
  const reception = new Reception();
  const door = {
    address: `${options.host}:${port}`,
    allowedOrigins: options.allowedOrigins ?? new Set<string>(),
    issue: () => reception.issue(monotonicUs()),
  };
  const fault = options.onFault ?? (() => {});
  const clients = serveClients(http, door, reception, options);
  http.on('error', fault);
  http.on('request', (request, response) => {
    answer(request, response, door).catch((error: unknown) => {
      fault(error);
      if (response.headersSent) response.destroy();
      else write(response, internalError());
    });
  });
  return { ok: true, server: { port, close: () => closeAll(http, clients, reception) } };
}

/**
 * Twice what a session takes: a message that is too large still reaches its session, which tells the
 * client so; beyond this the library closes with 1009 before reading it.
 */
const PAYLOAD_BYTES_MAX = 2 * LIMITS.clientMessageBytesMax;

function serveClients(
  http: Server,
  door: Door,
  reception: Reception,
  options: ServerOptions,
): Set<SocketConnection> {
  const clients = new Set<SocketConnection>();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: PAYLOAD_BYTES_MAX,
    perMessageDeflate: false,
    clientTracking: false,
  });
  const fault = options.onFault ?? (() => {});
  http.on('upgrade', (request, socket, head) => {
    const admission = reception.judge(monotonicUs(), sessionOf(request));
    const callers = clients.size + reception.awayCount;
    const refusal = refusalOf(request, door, admission, callers, fault);
    if (refusal !== undefined) return refuseUpgrade(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const peer = request.socket.remoteAddress ?? 'unknown';
      const { id, resident } = admission.ok ? admission : { id: '', resident: undefined };
      const connection = new SocketConnection(webSocket, {
        session: id,
        peer,
        now: monotonicUs,
        fault,
        stay: (whoever) => reception.settle(id, whoever),
      });
      clients.add(connection);
      webSocket.on('close', () => clients.delete(connection));
      try {
        if (resident !== undefined && !resident.ended) resident.back(connection);
        else options.onClient(connection);
      } catch (error) {
        fault(error);
        connection.close(1011, 'internal error');
      }
    });
  });
  const timer = setInterval(
    () => {
      const now = monotonicUs();
      for (const client of clients)
        client.checkLiveness(now, options.deadAfterUs ?? LIMITS.clientDeadAfterUs);
    },
    toMs(options.pingEveryUs ?? LIMITS.clientPingEveryUs),
  );
  http.on('close', () => clearInterval(timer));
  return clients;
}

/** Why the upgrade is refused, a bug of ours included; undefined when it is not. */
function refusalOf(
  request: IncomingMessage,
  door: Door,
  admission: Admission,
  callers: number,
  fault: (error: unknown) => void,
): HttpAnswer | undefined {
  try {
    // Who comes back has a place already.
    const others = admission.ok && admission.resident !== undefined ? 0 : callers;
    const refusal = refuseSocket(questionOf(request, ''), door, others);
    if (refusal !== undefined || admission.ok) return refusal;
    return refused(admission.status, admission.reason);
  } catch (error) {
    fault(error);
    return internalError();
  }
}

function refuseUpgrade(socket: Duplex, { status, headers, body }: HttpAnswer): void {
  // The peer may be gone already; there is nobody to tell then.
  socket.on('error', () => {});
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-length': Buffer.byteLength(body),
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\n${body}`);
}

async function answer(request: IncomingMessage, response: ServerResponse, door: Door): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) return;
  if (body.ok) return write(response, answerHttp(questionOf(request, body.text), door));
  const found = tooLarge(LIMITS.requestBodyBytesMax);
  write(response, { ...found, headers: { ...found.headers, connection: 'close' } });
}

function write(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, headers).end(body);
}

const questionOf = (request: IncomingMessage, body: string): HttpQuestion => ({
  method: request.method ?? 'GET',
  path: pathOf(request),
  headers: request.headers,
  body,
});

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

/** Undefined when the client states none. Not what has no place in an address: that is no id of ours. */
function sessionOf(request: IncomingMessage): string | undefined {
  const query = (request.url ?? '').split('?', 2)[1] ?? '';
  return new URLSearchParams(query).get(SESSION_KEY) ?? undefined;
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';

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

function closeAll(http: Server, clients: ReadonlySet<SocketConnection>, reception: Reception): Promise<void> {
  return new Promise((resolve) => {
    for (const client of clients) client.close(1001, SHUTTING_DOWN);
    reception.close(SHUTTING_DOWN);
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
