// From where a request comes and how: of the connection itself, or, where the settings say that a proxy is in
// front, of what that proxy added. Without a proxy the headers that one would add are nobody's word and
// removed.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { HttpQuestion } from './route.ts';

export type RequestOrigin = {
  /** Address of the client. */
  readonly peer: string;
  /** The client's own connection is encrypted. */
  readonly secure: boolean;
  /** With those of a proxy only where there is one. */
  readonly headers: IncomingHttpHeaders;
};

export function originOf(request: IncomingMessage, proxied: boolean): RequestOrigin {
  const { socket, headers } = request;
  const peer = socket.remoteAddress ?? 'unknown';
  if (!proxied) return { peer, secure: 'encrypted' in socket, headers: unforwarded(headers) };
  const forwarded = lastOf(headers['x-forwarded-for']);
  return {
    peer: forwarded === undefined || !ADDRESS.test(forwarded) ? peer : forwarded,
    secure: lastOf(headers['x-forwarded-proto']) === 'https',
    headers,
  };
}

/** A request as routes know it. */
export const questionOf = (request: IncomingMessage, body: string, proxied: boolean): HttpQuestion => ({
  method: request.method ?? 'GET',
  path: (request.url ?? '/').split('?', 1)[0] ?? '/',
  body,
  relayed: Object.keys(request.headers).some((name) => RELAY_HEADER.test(name)),
  ...originOf(request, proxied),
});

/** What proxies add, each kind of its own. */
const RELAY_HEADER = /^(?:x-forwarded-.+|forwarded|via|x-real-ip)$/;

/** Every client of this machine, or behind an untold proxy, has such an address: it tells nobody apart. */
export const isLoopback = (address: string): boolean => /^(?:(?:::ffff:)?127\.|::1$)/.test(address);

function unforwarded(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    'x-forwarded-for': _for,
    'x-forwarded-host': _host,
    'x-forwarded-proto': _proto,
    ...rest
  } = headers;
  return rest;
}

/** Each proxy adds behind what it was told: only the last is the word of our own. */
function lastOf(header: string | string[] | undefined): string | undefined {
  const all = Array.isArray(header) ? header.join(',') : header;
  return all?.split(',').at(-1)?.trim().toLowerCase();
}

const ADDRESS = /^[0-9a-f.:]{2,45}$/;
