// The plain HTTP side of the server, as a function from request to answer: what it offers, where to
// connect, and a clear word for everything else. Pages of strange origins learn nothing and start
// nothing. Errors are JSON with `detail`, which is the text the stock clients show.

import type { IncomingHttpHeaders } from 'node:http';
import type { TransportName } from '../call.ts';
import { judgeOrigin, type OriginVerdict } from './origin.ts';
import type { IceServer } from './webrtc/peer.ts';

export type HttpQuestion = {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Address of whoever asks, for a log. */
  readonly peer?: string;
  /** A proxy has handed it on, told or untold: then nobody's address is sure. */
  readonly relayed?: boolean;
  /** Whoever asks has an encrypted connection, which it may have with a proxy. */
  readonly secure?: boolean;
};

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

/** What else is answered here, such as pages; undefined for what is not theirs. */
export type Pages = (question: HttpQuestion) => HttpAnswer | Promise<HttpAnswer> | undefined;

/** Where clients open their WebSocket: the named path, and the root for clients that know only a host. */
const isSocketPath = (path: string): boolean => path === SOCKET_PATH || path === '/';

export type Door = {
  /** This server's own `host:port`, for requests that do not say how they reached it. */
  readonly address: string;
  readonly allowedOrigins: ReadonlySet<string>;
  /** Whether this `Authorization` is the key with which sessions are asked for; anybody may when absent. */
  mayStart?(authorization: string | undefined): boolean;
  /** The id of a session that may begin soon. */
  issue(): string;
  /** Why nobody new may call now; undefined when they may, as everybody may when absent. */
  turnAway?(): string | undefined;
  readonly pages?: Pages;
  /** Peer connections; WebSocket only when absent. */
  readonly peers?: PeerDoor;
  /** Rooms of Daily; none when absent. */
  readonly daily?: DailyDoor;
  /** What a start is answered with that names no transport; WebSocket when absent. */
  readonly transport?: TransportName;
};

/** Where calls in rooms of Daily begin. */
export type DailyDoor = {
  /** Answers a start; `session` is the id that the call is to have, `peer` the address that asks. */
  start(session: string, peer: string): Promise<HttpAnswer>;
};

/** Where offers of peer connections are taken. */
export type PeerDoor = {
  offer(question: PeerQuestion): Promise<HttpAnswer>;
  candidates(question: PeerQuestion): HttpAnswer;
  /** For the client. */
  readonly iceServers: readonly IceServer[];
};

export type PeerQuestion = {
  readonly body: string;
  /** Address of whoever asks, for a log. */
  readonly peer: string;
  /** As its address names it. */
  readonly session: string | undefined;
};

export async function answerHttp(question: HttpQuestion, door: Door): Promise<HttpAnswer> {
  const verdict = judgeOrigin(question.headers, door.allowedOrigins);
  const answer = await answerAny(question, door, verdict);
  if (!verdict.ok || verdict.origin === undefined) return answer;
  const headers = { ...answer.headers, 'access-control-allow-origin': verdict.origin, vary: 'origin' };
  return { ...answer, headers };
}

/** Why an upgrade of this request to a WebSocket is refused; undefined when it is not. */
export function refuseSocket(
  question: HttpQuestion,
  door: Door,
  clientCount: number,
  clientsMax: number,
): HttpAnswer | undefined {
  if (!isSocketPath(question.path)) return nothingAt(question, door);
  const verdict = judgeOrigin(question.headers, door.allowedOrigins);
  if (!verdict.ok) return json(403, { detail: verdict.reason });
  if (clientCount < clientsMax) return undefined;
  return json(503, { detail: `all ${clientsMax} places are taken; try again later` });
}

function answerAny(
  question: HttpQuestion,
  door: Door,
  verdict: OriginVerdict,
): HttpAnswer | Promise<HttpAnswer> {
  const { method, path } = question;
  if (method === 'OPTIONS') return { status: 204, headers: preflightHeaders(question), body: '' };
  const page = verdict.ok ? door.pages?.(question) : undefined;
  if (page !== undefined) return page;
  if (method === 'GET' && path === '/status')
    return json(200, { status: 'ready', transports: transportsOf(door) });
  if (method === 'POST' && path === '/start') {
    return verdict.ok ? start(question, door) : json(403, { detail: verdict.reason });
  }
  const offered = OFFER_PATH.exec(path);
  if (door.peers !== undefined && offered !== null && (method === 'POST' || method === 'PATCH')) {
    if (!verdict.ok) return json(403, { detail: verdict.reason });
    const { body, peer = 'unknown' } = question;
    const asked = { body, peer, session: offered[1] };
    return method === 'POST' ? door.peers.offer(asked) : door.peers.candidates(asked);
  }
  if (method === 'GET' && path === SOCKET_PATH) {
    return json(
      426,
      { detail: `${SOCKET_PATH} is a WebSocket; connect to it with ws://` },
      { upgrade: 'websocket' },
    );
  }
  return nothingAt(question, door);
}

function nothingAt({ method, path }: HttpQuestion, { peers }: Door): HttpAnswer {
  const webrtc = peers === undefined ? '' : ', POST and PATCH /api/offer (WebRTC)';
  const known = `GET /status, POST /start, GET ${SOCKET_PATH} (WebSocket)${webrtc}`;
  return json(404, { detail: `nothing at ${method} ${path.slice(0, 200)}; known: ${known}` });
}

const transportsOf = ({ peers, daily }: Door): readonly TransportName[] => [
  'websocket',
  ...(peers === undefined ? [] : ['webrtc' as const]),
  ...(daily === undefined ? [] : ['daily' as const]),
];

/** The direct one, and what the stock client makes of a start's `sessionId`. */
const OFFER_PATH = /^(?:\/sessions\/([\w-]{1,100}))?\/api\/offer\/?$/;

export const tooLarge = (bytesMax: number): HttpAnswer =>
  json(413, { detail: `the body is larger than ${bytesMax} bytes` });

export const refused = (status: number, detail: string): HttpAnswer => json(status, { detail });

export const internalError = (): HttpAnswer => json(500, { detail: 'internal error' });

const SOCKET_PATH = '/ws-client';

/** Query key of a WebSocket's address. */
export const SESSION_KEY = 'session';

/**
 * The stock clients refuse what they do not know: exactly one key is answered over WebSocket. It holds the
 * session's id: whoever calls the same address again after a broken connection goes on with the same
 * conversation. Over WebRTC the client makes the address of its offers of the id; over Daily it is told the
 * way into a room.
 */
function start(question: HttpQuestion, door: Door): HttpAnswer | Promise<HttpAnswer> {
  if (door.mayStart?.(headerOf(question, 'authorization')) === false) return keyless();
  const shut = door.turnAway?.();
  if (shut !== undefined) return refused(503, shut);
  const asked = transportOf(question.body, door);
  if (!asked.ok) return json(400, { detail: asked.reason });
  const { address, issue, peers, daily } = door;
  if (asked.transport === 'daily' && daily !== undefined)
    return daily.start(issue(), question.peer ?? 'unknown');
  if (asked.transport === 'webrtc') {
    return json(200, { sessionId: issue(), iceConfig: { iceServers: peers?.iceServers ?? [] } });
  }
  const stated = headerOf(question, 'x-forwarded-host') ?? headerOf(question, 'host');
  const host = stated !== undefined && HOST.test(stated) ? stated : address;
  const socket = `${question.secure === true ? 'wss' : 'ws'}://${host}${SOCKET_PATH}`;
  return json(200, { wsUrl: `${socket}?${SESSION_KEY}=${issue()}` });
}

function keyless(): HttpAnswer {
  const detail =
    'POST /start takes the key of this agent here: a server of yours sends Authorization: Bearer';
  return json(401, { detail: `${detail} and its AUTH_SECRET, and gives the answer to a client` }, BEARER);
}

const BEARER = { 'www-authenticate': 'Bearer' };

/** Names, IPv4 and bracketed IPv6 with an optional port. */
const HOST = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

type AskedTransport =
  | { readonly ok: true; readonly transport: TransportName }
  | { readonly ok: false; readonly reason: string };

function transportOf(body: string, door: Door): AskedTransport {
  const usual = { ok: true, transport: door.transport ?? 'websocket' } as const;
  if (body === '') return usual;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON.
    return { ok: false, reason: 'the body of /start must be JSON or empty' };
  }
  if (typeof parsed !== 'object' || parsed === null) return usual;
  // The stock page's way of asking for Daily without naming it.
  const wantsRoom = 'createDailyRoom' in parsed && parsed.createDailyRoom === true;
  const named = 'transport' in parsed ? parsed.transport : undefined;
  const transport = named ?? (wantsRoom ? 'daily' : undefined);
  if (transport === undefined) return usual;
  const offered = transportsOf(door);
  const found = offered.find((one) => one === transport);
  if (found !== undefined) return { ok: true, transport: found };
  const name = JSON.stringify(transport).slice(0, 100);
  const known = offered.map((one) => `"${one}"`).join(' or ');
  return { ok: false, reason: `the transport ${name} is not offered here; use ${known}` };
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

export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}
