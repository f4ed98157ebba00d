// An agent's HTTP exchanges with a vendor over modelled streams, with the manners of a keep-alive
// agent: an idle connection is used again, a new one pays for TCP and, for https, TLS; one that was
// aborted or cut is gone. Each exchange ends in exactly one `end` or `broken`, or in an abort; where
// nothing gets through, when it was silent for as long as `agent/io/http.ts` allows.
import { Buffer } from 'node:buffer';
import { LIMITS } from '#agent/core/limit.ts';
import type { Micros } from '#agent/core/time.ts';
import type { HttpEvent, HttpRequest } from '#agent/core/wire.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import type { Vendor, VendorExchange } from '#sim/providers/vendor.ts';
import { HTTP_HEAD_BYTES, lowerCaseNames } from './frame-size.ts';
import type { WireTap } from './socket-leg.ts';
import type { Connect, Connection, NetworkProfile } from './stream.ts';

type Exchange = {
  readonly id: number;
  readonly streams: Connection;
  done: boolean;
  head: boolean;
  aborted: (() => void) | undefined;
  /** When the agent last heard anything of it. */
  heardUs: Micros;
  watch: Timer | undefined;
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
  readonly #idle: Connection[] = [];
  readonly #running = new Map<number, Exchange>();

  constructor(options: HttpLegOptions) {
    this.#options = options;
  }

  request(request: HttpRequest): void {
    if (request.kind === 'abort') return this.#abort(request.id);
    const { clock, connect, profile } = this.#options;
    const kept = this.#idle.pop();
    const streams = kept ?? connect(profile);
    const exchange: Exchange = {
      id: request.id,
      streams,
      done: false,
      head: false,
      aborted: undefined,
      heardUs: clock.now(),
      watch: undefined,
    };
    this.#running.set(request.id, exchange);
    this.#watch(exchange);
    const send = () => {
      if (exchange.done) return;
      const bytes = HTTP_HEAD_BYTES + Buffer.byteLength(request.body);
      streams.up.write(bytes, () => this.#arrive(request, exchange), undefined);
    };
    if (kept !== undefined) return send();
    // Of all that opens in one instant the WebSockets ask first.
    streams.open(request.url.startsWith('https:'), () => void clock.after(0, send, undefined));
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
    const { clock, tap, place, deliver } = this.#options;
    exchange.heardUs = clock.now();
    if (event.kind === 'chunk') tap(place + 1, event.data);
    if (event.kind === 'end' || event.kind === 'broken') {
      this.#finish(exchange);
      if (event.kind === 'end') this.#idle.push(exchange.streams);
    }
    deliver(event);
  }

  /** The connection goes with the exchange; the vendor hears of it one way later. */
  #abort(id: number): void {
    const exchange = this.#running.get(id);
    if (exchange === undefined) return;
    this.#finish(exchange);
    exchange.streams.up.write(HTTP_HEAD_BYTES, () => exchange.aborted?.(), undefined);
  }

  #finish(exchange: Exchange): void {
    exchange.done = true;
    this.#running.delete(exchange.id);
    if (exchange.watch !== undefined) this.#options.clock.cancel(exchange.watch);
    exchange.watch = undefined;
  }

  /** Cuts the exchange once nothing has come for too long. */
  #watch(exchange: Exchange): void {
    const { clock, deliver } = this.#options;
    const look = () => {
      if (clock.now() - exchange.heardUs < LIMITS.httpSilenceUs) return this.#watch(exchange);
      this.#abort(exchange.id);
      deliver({ kind: 'broken', id: exchange.id, message: 'silent for too long' });
    };
    exchange.watch = clock.after(exchange.heardUs + LIMITS.httpSilenceUs - clock.now(), look, undefined);
  }
}
