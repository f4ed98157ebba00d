// HTTP exchanges with streamed answers, carried out as a session asks and reported as they come.
// Connections are kept alive between exchanges, so that only the first turn pays for a handshake.
// An aborted exchange reports nothing more; nothing here throws.
import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import { unreachable } from '../core/assert.ts';
import { LIMITS } from '../core/limit.ts';
import { toMs } from '../core/time.ts';
import type { Headers, HttpEvent, HttpRequest } from '../core/wire.ts';
import { headersOf } from './response-header.ts';
import { scrub } from './scrub.ts';

/** Keep-alive connections, for as many clients as share them. */
export type HttpAgents = { readonly plain: Agent; readonly secure: SecureAgent };

export function keepAliveAgents(): HttpAgents {
  const options = {
    keepAlive: true,
    maxSockets: LIMITS.httpConnectionsMax,
    maxFreeSockets: LIMITS.clientsMax,
    timeout: toMs(LIMITS.httpIdleUs),
  };
  return { plain: new Agent(options), secure: new SecureAgent(options) };
}

export class HttpClient {
  readonly #report: (event: HttpEvent) => void;
  readonly #agents: HttpAgents;
  readonly #exchanges = new Map<number, ClientRequest>();

  constructor(report: (event: HttpEvent) => void, agents: HttpAgents) {
    this.#report = report;
    this.#agents = agents;
  }

  request(request: HttpRequest): void {
    switch (request.kind) {
      case 'request':
        return this.#begin(request);
      case 'abort': {
        const exchange = this.#exchanges.get(request.id);
        this.#exchanges.delete(request.id);
        exchange?.destroy();
        return;
      }
      default:
        return unreachable(request);
    }
  }

  /** Aborts every exchange. The agents belong to whoever made them. */
  destroy(): void {
    for (const id of [...this.#exchanges.keys()]) this.request({ kind: 'abort', id });
  }

  #begin(request: HttpRequest & { kind: 'request' }): void {
    const { id } = request;
    const exchange = this.#start(request);
    if (exchange instanceof Error) {
      const message = scrub(exchange, request.headers);
      // Later, as all other events: no session expects an answer inside its own request.
      queueMicrotask(() => this.#report({ kind: 'broken', id, message }));
      return;
    }
    this.#exchanges.set(id, exchange);
    exchange.on('response', (response) => this.#follow(id, exchange, response, request.headers));
    exchange.on('error', (error) => this.#broken(id, exchange, scrub(error, request.headers)));
    exchange.on('close', () => this.#broken(id, exchange, 'cut before its end'));
    exchange.setTimeout(toMs(LIMITS.httpSilenceUs), () => exchange.destroy(new Error('silent for too long')));
    exchange.end(request.body === '' ? undefined : request.body);
  }

  #start(request: HttpRequest & { kind: 'request' }): ClientRequest | Error {
    try {
      const url = new URL(request.url);
      const secure = url.protocol === 'https:';
      const length = request.body === '' ? {} : { 'content-length': String(Buffer.byteLength(request.body)) };
      const options = { method: request.method, headers: { ...request.headers, ...length } };
      return secure
        ? requestHttps(url, { ...options, agent: this.#agents.secure })
        : requestHttp(url, { ...options, agent: this.#agents.plain });
    } catch (error) {
      return error instanceof Error ? error : new Error('not an address');
    }
  }

  #follow(id: number, exchange: ClientRequest, response: IncomingMessage, sent: Headers): void {
    this.#tell(exchange, {
      kind: 'head',
      id,
      status: response.statusCode ?? 0,
      headers: headersOf(response),
    });
    response.on('data', (data: Buffer) => this.#tell(exchange, { kind: 'chunk', id, data }));
    response.on('end', () => {
      // A cut answer may also `end`; only a complete one is whole.
      if (!response.complete) return this.#broken(id, exchange, 'cut before its end');
      this.#tell(exchange, { kind: 'end', id });
      this.#exchanges.delete(id);
    });
    response.on('error', (error) => this.#broken(id, exchange, scrub(error, sent)));
  }

  #broken(id: number, exchange: ClientRequest, message: string): void {
    this.#tell(exchange, { kind: 'broken', id, message });
    if (this.#exchanges.get(id) === exchange) this.#exchanges.delete(id);
  }

  #tell(exchange: ClientRequest, event: HttpEvent): void {
    if (this.#exchanges.get(event.id) === exchange) this.#report(event);
  }
}
