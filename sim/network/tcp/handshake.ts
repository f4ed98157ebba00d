// The three packets before the first byte: SYN, SYN-ACK, ACK. Each may be lost; the SYN and the
// SYN-ACK are sent again after a second, four times, then with doubling pauses for as long as it takes.
import type { Micros } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import type { Link } from '../link.ts';
import type { TcpCounters } from './counters.ts';
import { HEADER_BYTES, SYN_BYTES } from './packet.ts';
import { RTO_MAX_US } from './rtt.ts';

const RETRY_US = 1_000_000;
/** Linux repeats the first pauses before it doubles them (tcp_syn_linear_timeouts). */
const RETRIES_LINEAR = 4;

type Side = { tries: number; sentUs: Micros; timer: Timer | undefined; done: boolean };

export type HandshakeOptions = {
  readonly clock: Clock;
  readonly links: { readonly up: Link; readonly down: Link };
  /** The client may send; the round trip if it took one try. */
  readonly connected: (rttUs: Micros | undefined) => void;
  /** The server may send. */
  readonly accepted: (rttUs: Micros | undefined) => void;
  readonly client: TcpCounters;
  readonly server: TcpCounters;
};

export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #client: Side = { tries: 0, sentUs: 0, timer: undefined, done: false };
  readonly #server: Side = { tries: 0, sentUs: 0, timer: undefined, done: false };
  readonly #waiting: (() => void)[] = [];

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  /** Sends the SYN, once. */
  start(): void {
    if (this.#client.tries === 0 && !this.#client.done) this.#syn();
  }

  whenConnected(run: () => void): void {
    if (this.#client.done) {
      this.#options.clock.after(0, run, undefined);
      return;
    }
    this.#waiting.push(run);
    this.start();
  }

  /** As if it had happened before the world began. */
  skip(): void {
    this.#client.done = true;
    this.#server.done = true;
  }

  readonly #syn = (): void => {
    const { links, client } = this.#options;
    if (this.#client.done) return;
    this.#send(links.up, SYN_BYTES, client, this.#synArrived);
    this.#retry(this.#client, this.#syn);
  };

  readonly #synArrived = (): void => {
    // To a SYN that was repeated in vain the server repeats what it said.
    if (!this.#server.done) this.#synAck();
  };

  readonly #synAck = (): void => {
    const { clock, links, server } = this.#options;
    if (this.#server.done) return;
    if (this.#server.timer !== undefined) clock.cancel(this.#server.timer);
    this.#send(links.down, SYN_BYTES, server, this.#synAckArrived);
    this.#retry(this.#server, this.#synAck);
  };

  readonly #synAckArrived = (): void => {
    const { clock, links, client, connected } = this.#options;
    // The answer may get lost too; the first data does as well, or else the server asks again.
    this.#send(links.up, HEADER_BYTES, client, this.reached);
    if (this.#client.done) return;
    this.#client.done = true;
    connected(this.#client.tries === 1 ? clock.now() - this.#client.sentUs : undefined);
    for (const run of this.#waiting.splice(0)) run();
  };

  /** Something of the client's arrived at the server after the SYN. */
  readonly reached = (): void => {
    const { clock, accepted } = this.#options;
    if (this.#server.done) return;
    this.#server.done = true;
    accepted(this.#server.tries === 1 ? clock.now() - this.#server.sentUs : undefined);
  };

  #send(link: Link, bytes: number, counters: TcpCounters, arrived: () => void): void {
    const { clock } = this.#options;
    const now = clock.now();
    counters.packets += 1;
    counters.wireBytes += bytes;
    const arrival = link.transmit(now, bytes);
    if (arrival === undefined) counters.dropped += 1;
    else clock.after(arrival - now, arrived, undefined);
  }

  #retry(side: Side, again: () => void): void {
    side.tries += 1;
    side.sentUs = this.#options.clock.now();
    const doublings = Math.max(0, side.tries - RETRIES_LINEAR);
    const pauseUs = Math.min(RETRY_US * 2 ** doublings, RTO_MAX_US);
    side.timer = this.#options.clock.after(pauseUs, again, undefined);
  }
}
