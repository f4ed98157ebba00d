// A TCP connection between a client and a server across two links: the same interface as the fixed
// delay, with the packets of a Linux stack underneath. Nothing is lost for good: what the links drop is
// sent again for as long as the world runs.
import type { Micros } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Link } from '../link.ts';
import type { Duplex, NetworkProfile, Stream } from '../stream.ts';
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
  /** Counts TLS records: 22 bytes for every 16 KiB or part of it. */
  readonly tls?: boolean;
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

export interface TcpDuplex extends Duplex {
  readonly up: TcpStream;
  readonly down: TcpStream;
  /**
   * Connects: SYN and SYN-ACK, with `tls` also the messages of a TLS 1.3 handshake. `opened` runs at
   * the client, two round trips later with TLS, one without, if nothing is lost.
   */
  open(tls: boolean, opened: () => void): void;
}

/** Sizes of a TLS 1.3 handshake with one certificate chain, as a browser and a common host exchange. */
const CLIENT_HELLO_BYTES = 517;
const SERVER_HELLO_BYTES = 2_900;
const CLIENT_FINISHED_BYTES = 64;
const RECORD_BYTES = 16_384;
const RECORD_HEADER_BYTES = 22;

export class TcpConnection implements TcpDuplex {
  readonly up: TcpStream;
  readonly down: TcpStream;
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
    const tls = options.tls === true;
    this.up = new EndpointStream(this.#client, tls, connect);
    this.down = new EndpointStream(this.#server, tls, connect);
    if (options.established === true) this.#skipHandshake();
  }

  open(tls: boolean, opened: () => void): void {
    if (!tls) return this.#handshake.whenConnected(opened);
    this.up.write(CLIENT_HELLO_BYTES, () => this.#greet(opened), undefined);
  }

  #greet(opened: () => void): void {
    const finish = (): void => {
      this.up.write(CLIENT_FINISHED_BYTES, () => {}, undefined);
      opened();
    };
    this.down.write(SERVER_HELLO_BYTES, finish, undefined);
  }

  #skipHandshake(): void {
    this.#handshake.skip();
    this.#client.establish(undefined);
    this.#server.establish(undefined);
  }
}

class EndpointStream implements TcpStream {
  readonly #endpoint: Endpoint;
  readonly #tls: boolean;
  readonly #connect: () => void;

  constructor(endpoint: Endpoint, tls: boolean, connect: () => void) {
    this.#endpoint = endpoint;
    this.#tls = tls;
    this.#connect = connect;
  }

  write<A>(bytes: number, deliver: (argument: A) => void, argument: A): void {
    const records = this.#tls ? Math.ceil(bytes / RECORD_BYTES) * RECORD_HEADER_BYTES : 0;
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
