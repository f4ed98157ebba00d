// A TCP connection between a client and a server across two links: the same interface as the fixed
// delay, with the packets of a Linux stack underneath, those that open it and agree on keys included.
// Nothing is lost for good: what the links drop is sent again for as long as the world runs.
import type { Micros } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Link } from '../link.ts';
import type { Connection, Stream } from '../stream.ts';
import { Bbr } from './bbr.ts';
import type { CongestionControl, CongestionName } from './congestion.ts';
import type { TcpCounters } from './counters.ts';
import { Cubic } from './cubic.ts';
import { Endpoint } from './endpoint.ts';
import { Handshake } from './handshake.ts';
import { PacketPool } from './packet.ts';
import { Reno } from './reno.ts';

export type LinkPair = { readonly up: Link; readonly down: Link };

export type TcpOptions = {
  readonly congestion?: CongestionName;
  /** Established from the start, as a connection that was opened earlier. */
  readonly established?: boolean;
  /** Time a host takes over a packet, from the wire to the application. */
  readonly hostUs?: Micros;
};

export interface TcpStream extends Stream {
  /** Written and not yet acknowledged, as a browser's `bufferedAmount` would have it. */
  readonly bufferedBytes: number;
  readonly counters: Readonly<TcpCounters>;
}

/**
 * A full TLS 1.3 handshake (RFC 8446, figure 1: one round trip), record headers included. Measured with
 * Node 24 (OpenSSL 3.5): a hello of 1,595 bytes, as it carries an X25519MLKEM768 key share; 2,443 back with
 * a lone certificate of 799, in the place of which a vendor sends a chain of two, some 2,650; 80 to finish.
 */
const CLIENT_HELLO_BYTES = 1_595;
const SERVER_FLIGHT_BYTES = 4_300;
const CLIENT_FINISHED_BYTES = 80;
/** A record and what surrounds it: header 5, content type 1, tag 16 (RFC 8446, section 5.2). */
const RECORD_BYTES = 16_384;
const RECORD_HEADER_BYTES = 22;

export class TcpConnection implements Connection {
  readonly up: EndpointStream;
  readonly down: EndpointStream;
  readonly #client: Endpoint;
  readonly #server: Endpoint;
  readonly #handshake: Handshake;

  constructor(clock: Clock, links: LinkPair, options: TcpOptions = {}) {
    const pool = new PacketPool();
    const control = options.congestion ?? 'cubic';
    const common = { clock, pool, hostUs: options.hostUs ?? 0 };
    this.#client = new Endpoint({
      ...common,
      link: links.up,
      control: controlOf(control),
      reached: () => {},
    });
    const reached = (): void => this.#handshake.reached();
    this.#server = new Endpoint({ ...common, link: links.down, control: controlOf(control), reached });
    this.#client.attach(this.#server);
    this.#server.attach(this.#client);
    this.#handshake = new Handshake({
      clock,
      links,
      connected: (rttUs) => this.#client.establish(rttUs),
      accepted: (rttUs) => this.#server.establish(rttUs),
      client: this.#client.counters,
      server: this.#server.counters,
    });
    const connect = (): void => this.#handshake.start();
    this.up = new EndpointStream(this.#client, connect);
    this.down = new EndpointStream(this.#server, connect);
    if (options.established === true) this.#skipHandshake();
  }

  open(tls: boolean, opened: () => void): void {
    if (!tls) return this.#handshake.whenConnected(opened);
    const { up, down } = this;
    const finish = (): void => {
      up.write(CLIENT_FINISHED_BYTES, () => {}, undefined);
      up.seal();
      down.seal();
      opened();
    };
    const greet = (): void => down.write(SERVER_FLIGHT_BYTES, finish, undefined);
    up.write(CLIENT_HELLO_BYTES, greet, undefined);
  }

  #skipHandshake(): void {
    this.#handshake.skip();
    this.#client.establish(undefined);
    this.#server.establish(undefined);
  }
}

class EndpointStream implements TcpStream {
  readonly #endpoint: Endpoint;
  readonly #connect: () => void;
  #sealed = false;

  constructor(endpoint: Endpoint, connect: () => void) {
    this.#endpoint = endpoint;
    this.#connect = connect;
  }

  /** From here on messages travel in TLS records. */
  seal(): void {
    this.#sealed = true;
  }

  write<A>(bytes: number, deliver: (argument: A) => void, argument: A): void {
    const records = this.#sealed ? Math.ceil(bytes / RECORD_BYTES) * RECORD_HEADER_BYTES : 0;
    // A message without bytes is told by something that has one: a last chunk, a FIN.
    this.#endpoint.write(Math.max(1, bytes + records), deliver, argument);
    this.#connect();
  }

  get bufferedBytes(): number {
    return this.#endpoint.bufferedBytes;
  }

  get counters(): Readonly<TcpCounters> {
    return this.#endpoint.counters;
  }
}

function controlOf(name: CongestionName): CongestionControl {
  switch (name) {
    case 'cubic':
      return new Cubic();
    case 'reno':
      return new Reno();
    case 'bbr':
      return new Bbr();
  }
}
