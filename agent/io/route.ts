// The plain HTTP side of the server, as a function from request to answer: what it offers, where to
// connect, and a clear word for everything else. Pages of strange origins learn nothing and start
// nothing. Errors are JSON with `detail`, which is the text the stock clients show.

import type { IncomingHttpHeaders } from 'node:http';
import { LIMITS } from '../core/limit.ts';
import { judgeOrigin, type OriginVerdict } from './origin.ts';

export type HttpQuestion = {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Where clients open their WebSocket: the named path, and the root for clients that know only a host. */
const isSocketPath = (path: string): boolean => path === SOCKET_PATH || path === '/';

export type Door = {
  /** This server's own `host:port`, for requests that do not say how they reached it. */
  readonly address: string;
  readonly allowedOrigins: ReadonlySet<string>;
  /** The id of a session that may begin soon. */
  issue(): string;
};

export function answerHttp(question: HttpQuestion, door: Door): HttpAnswer {
  const verdict = judgeOrigin(question.headers, door.allowedOrigins);
  const answer = answerAny(question, door, verdict);
  if (!verdict.ok || verdict.origin === undefined) return answer;
  const headers = { ...answer.headers, 'access-control-allow-origin': verdict.origin, vary: 'origin' };
  return { ...answer, headers };
}

/** Why an upgrade of this request to a WebSocket is refused; undefined when it is not. */
export function refuseSocket(
  question: HttpQuestion,
  door: Door,
  clientCount: number,
): HttpAnswer | undefined {
  if (!isSocketPath(question.path)) return answerHttp(question, door);
  const verdict = judgeOrigin(question.headers, door.allowedOrigins);
  if (!verdict.ok) return json(403, { detail: verdict.reason });
  if (clientCount < LIMITS.clientsMax) return undefined;
  return json(503, { detail: `all ${LIMITS.clientsMax} places are taken; try again later` });
}

function answerAny(question: HttpQuestion, door: Door, verdict: OriginVerdict): HttpAnswer {
  const { method, path } = question;
  if (method === 'OPTIONS') return { status: 204, headers: preflightHeaders(question), body: '' };
  if (method === 'GET' && path === '/status')
    return json(200, { status: 'ready', transports: ['websocket'] });
  if (method === 'POST' && path === '/start') {
    return verdict.ok ? start(question, door) : json(403, { detail: verdict.reason });
  }
  if (method === 'GET' && path === SOCKET_PATH) {
    return json(
      426,
      { detail: `${SOCKET_PATH} is a WebSocket; connect to it with ws://` },
      { upgrade: 'websocket' },
    );
  }
  const known = `GET /status, POST /start, GET ${SOCKET_PATH} (WebSocket)`;
  return json(404, { detail: `nothing at ${method} ${path.slice(0, 200)}; known: ${known}` });
}

export const tooLarge = (bytesMax: number): HttpAnswer =>
  json(413, { detail: `the body is larger than ${bytesMax} bytes` });

export const refused = (status: number, detail: string): HttpAnswer => json(status, { detail });

export const internalError = (): HttpAnswer => json(500, { detail: 'internal error' });

const SOCKET_PATH = '/ws-client';

/** Query key of a WebSocket's address. */
export const SESSION_KEY = 'session';

/**
 * The stock client refuses any key beside `wsUrl` and `token`: exactly one is answered. It holds the
 * session's id: whoever calls the same address again after a broken connection goes on with the same
 * conversation.
 */
function start(question: HttpQuestion, { address, issue }: Door): HttpAnswer {
  const transport = transportOf(question.body);
  if (!transport.ok) return json(400, { detail: transport.reason });
  const forwarded = headerOf(question, 'x-forwarded-proto') === 'https';
  const stated = headerOf(question, 'x-forwarded-host') ?? headerOf(question, 'host');
  const host = stated !== undefined && HOST.test(stated) ? stated : address;
  const socket = `${forwarded ? 'wss' : 'ws'}://${host}${SOCKET_PATH}`;
  return json(200, { wsUrl: `${socket}?${SESSION_KEY}=${issue()}` });
}

/** Names, IPv4 and bracketed IPv6 with an optional port. */
const HOST = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

function transportOf(body: string): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
  if (body === '') return { ok: true };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON.
    return { ok: false, reason: 'the body of /start must be JSON or empty' };
  }
  if (typeof parsed !== 'object' || parsed === null || !('transport' in parsed)) return { ok: true };
  if (parsed.transport === undefined || parsed.transport === 'websocket') return { ok: true };
  const name = JSON.stringify(parsed.transport).slice(0, 100);
  return { ok: false, reason: `the transport ${name} is not offered here; use "websocket"` };
}

function preflightHeaders(question: HttpQuestion): Record<string, string> {
  const asked = headerOf(question, 'access-control-request-headers');
  return {
    'access-control-allow-methods': 'GET, POST, PATCH, OPTIONS',
    // An app may add headers of its own; echoing them allows those and no more.
    'access-control-allow-headers':
      asked !== undefined && HEADER_LIST.test(asked) ? asked : 'Content-Type, Authorization',
    'access-control-max-age': '600',
  };
}

const HEADER_LIST = /^[\w-]{1,100}(?:, ?[\w-]{1,100}){0,30}$/;

function headerOf(question: HttpQuestion, name: string): string | undefined {
  const value = question.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}
