// An agent's HTTP exchanges with a vendor over modelled streams. The first request pays for the
// connection (TCP and, for https, TLS); later ones reuse it, as a keep-alive agent does.
import type { HttpEvent, HttpRequest } from '#agent/core/wire.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Vendor, VendorExchange } from '#sim/providers/vendor.ts';
import { HTTP_HEAD_BYTES } from './frame-size.ts';
import type { WireTap } from './socket-leg.ts';
import type { Connect, Duplex, NetworkProfile } from './stream.ts';

type Exchange = { readonly id: number; done: boolean; head: boolean; aborted: (() => void) | undefined };

export class HttpLeg {
  readonly #clock: Clock;
  readonly #vendor: Vendor;
  readonly #profile: NetworkProfile;
  readonly #tap: WireTap;
  readonly #place: number;
  readonly #deliver: (event: HttpEvent) => void;
  readonly #streams: Duplex;
  readonly #running = new Map<number, Exchange>();
  #connected = false;

  constructor(options: {
    readonly clock: Clock;
    readonly vendor: Vendor;
    readonly connect: Connect;
    readonly profile: NetworkProfile;
    readonly tap: WireTap;
    readonly place: number;
    readonly deliver: (event: HttpEvent) => void;
  }) {
    this.#clock = options.clock;
    this.#vendor = options.vendor;
    this.#profile = options.profile;
    this.#tap = options.tap;
    this.#place = options.place;
    this.#deliver = options.deliver;
    this.#streams = options.connect(options.profile);
  }

  request(request: HttpRequest): void {
    if (request.kind === 'abort') return this.#abort(request.id);
    const exchange: Exchange = { id: request.id, done: false, head: false, aborted: undefined };
    this.#running.set(request.id, exchange);
    const handshakes = request.url.startsWith('https:') ? 2 : 1;
    const connectUs = this.#connected ? 0 : handshakes * 2 * this.#profile.oneWayUs;
    this.#connected = true;
    const start = () => {
      this.#streams.up.write(
        HTTP_HEAD_BYTES + request.body.length,
        () => this.#arrive(request, exchange),
        undefined,
      );
    };
    if (connectUs === 0) start();
    else this.#clock.after(connectUs, start, undefined);
  }

  #arrive(request: HttpRequest & { kind: 'request' }, exchange: Exchange): void {
    if (exchange.done) return;
    this.#tap(this.#place, request.body);
    const target = new URL(request.url);
    const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
    this.#vendor.exchange(
      {
        method: request.method,
        path: target.pathname,
        query: target.searchParams,
        headers: Object.fromEntries(headers),
        body: Buffer.from(request.body),
      },
      this.#vendorEnd(exchange),
    );
  }

  #vendorEnd(exchange: Exchange): VendorExchange {
    const { id } = exchange;
    const tell = (bytes: number, event: HttpEvent, last: boolean) => {
      if (exchange.done) return;
      this.#streams.down.write(bytes, (given: HttpEvent) => this.#hand(exchange, given, last), event);
    };
    return {
      head: (status, headers) => {
        exchange.head = true;
        tell(HTTP_HEAD_BYTES, { kind: 'head', id, status, headers }, false);
      },
      write: (data) => tell(data.length, { kind: 'chunk', id, data }, false),
      end: () => tell(0, { kind: 'end', id }, true),
      destroy: () => {
        const message = exchange.head ? 'socket hang up' : 'connection refused';
        tell(0, { kind: 'broken', id, message }, true);
      },
      onAbort: (run) => {
        exchange.aborted = run;
      },
    };
  }

  #hand(exchange: Exchange, event: HttpEvent, last: boolean): void {
    if (exchange.done) return;
    if (event.kind === 'chunk') this.#tap(this.#place + 1, event.data);
    if (last) {
      exchange.done = true;
      this.#running.delete(exchange.id);
    }
    this.#deliver(event);
  }

  #abort(id: number): void {
    const exchange = this.#running.get(id);
    if (exchange === undefined) return;
    this.#running.delete(id);
    exchange.done = true;
    this.#streams.up.write(HTTP_HEAD_BYTES, () => exchange.aborted?.(), undefined);
  }
}
