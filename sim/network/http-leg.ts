// An agent's HTTP exchanges with a vendor over modelled streams, with the manners of a keep-alive
// agent: an idle connection is used again, a new one pays for TCP and, for https, TLS; one that was
// aborted or cut is gone. Each exchange ends in exactly one `end` or `broken`, or in an abort.
import { Buffer } from 'node:buffer';
import type { HttpEvent, HttpRequest } from '#agent/core/wire.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Vendor, VendorExchange } from '#sim/providers/vendor.ts';
import { HTTP_HEAD_BYTES, lowerCaseNames } from './frame-size.ts';
import type { WireTap } from './socket-leg.ts';
import type { Connect, Duplex, NetworkProfile } from './stream.ts';

type Exchange = {
  readonly id: number;
  readonly streams: Duplex;
  done: boolean;
  head: boolean;
  aborted: (() => void) | undefined;
};

export type HttpLegOptions = {
  readonly clock: Clock;
  readonly vendor: Vendor;
  readonly connect: Connect;
  readonly profile: NetworkProfile;
  readonly tap: WireTap;
  readonly place: number;
  /** Hands an event to the agent. */
  readonly deliver: (event: HttpEvent) => void;
};

export class HttpLeg {
  readonly #options: HttpLegOptions;
  readonly #idle: Duplex[] = [];
  readonly #running = new Map<number, Exchange>();

  constructor(options: HttpLegOptions) {
    this.#options = options;
  }

  request(request: HttpRequest): void {
    if (request.kind === 'abort') return this.#abort(request.id);
    const { clock, connect, profile } = this.#options;
    const kept = this.#idle.pop();
    const streams = kept ?? connect(profile);
    const exchange: Exchange = { id: request.id, streams, done: false, head: false, aborted: undefined };
    this.#running.set(request.id, exchange);
    const send = () => {
      if (exchange.done) return;
      const bytes = HTTP_HEAD_BYTES + Buffer.byteLength(request.body);
      streams.up.write(bytes, () => this.#arrive(request, exchange), undefined);
    };
    if (kept !== undefined) return send();
    const handshakes = request.url.startsWith('https:') ? 2 : 1;
    clock.after(handshakes * 2 * profile.oneWayUs, send, undefined);
  }

  #arrive(request: HttpRequest & { kind: 'request' }, exchange: Exchange): void {
    if (exchange.done) return;
    const { tap, place, vendor } = this.#options;
    tap(place, request.body);
    const target = new URL(request.url);
    vendor.exchange(
      {
        method: request.method,
        path: target.pathname,
        query: target.searchParams,
        headers: lowerCaseNames(request.headers),
        body: Buffer.from(request.body),
      },
      this.#vendorEnd(exchange),
    );
  }

  #vendorEnd(exchange: Exchange): VendorExchange {
    const { id } = exchange;
    const tell = (bytes: number, event: HttpEvent) => {
      if (exchange.done) return;
      exchange.streams.down.write(bytes, (given: HttpEvent) => this.#hand(exchange, given), event);
    };
    return {
      head: (status, headers) => {
        exchange.head = true;
        tell(HTTP_HEAD_BYTES, { kind: 'head', id, status, headers: lowerCaseNames(headers) });
      },
      write: (data) => tell(data.length, { kind: 'chunk', id, data }),
      end: () => {
        exchange.aborted = undefined;
        tell(0, { kind: 'end', id });
      },
      destroy: () => {
        exchange.aborted = undefined;
        tell(0, { kind: 'broken', id, message: exchange.head ? 'socket hang up' : 'connection refused' });
      },
      onAbort: (run) => {
        exchange.aborted = run;
      },
    };
  }

  #hand(exchange: Exchange, event: HttpEvent): void {
    if (exchange.done) return;
    const { tap, place, deliver } = this.#options;
    if (event.kind === 'chunk') tap(place + 1, event.data);
    if (event.kind === 'end' || event.kind === 'broken') {
      exchange.done = true;
      this.#running.delete(exchange.id);
      if (event.kind === 'end') this.#idle.push(exchange.streams);
    }
    deliver(event);
  }

  /** The connection goes with the exchange; the vendor hears of it one way later. */
  #abort(id: number): void {
    const exchange = this.#running.get(id);
    if (exchange === undefined) return;
    this.#running.delete(id);
    exchange.done = true;
    exchange.streams.up.write(HTTP_HEAD_BYTES, () => exchange.aborted?.(), undefined);
  }
}
