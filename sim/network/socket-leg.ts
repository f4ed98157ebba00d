// An agent's WebSocket to a vendor over modelled streams: the same vendor class that listens on a
// real port is hosted here, and sees the same requests and messages. Connecting costs what it costs:
// one round trip for TCP, one for TLS, one for the upgrade. Each `open` ends in exactly one terminal
// event, and nothing of a former socket is delivered once the next one is opened.
import type { Micros } from '#agent/core/time.ts';
import type { Headers, SocketEvent, SocketRequest } from '#agent/core/wire.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { UpgradeAnswer, Vendor, VendorSocketHandler } from '#sim/providers/vendor.ts';
import { HTTP_HEAD_BYTES, lowerCaseNames, webSocketBytes } from './frame-size.ts';
import type { Connect, Duplex, NetworkProfile } from './stream.ts';

/** Called for every message delivered, in either direction. */
export type WireTap = (place: number, data: string | Uint8Array) => void;

export type SocketLegOptions = {
  readonly clock: Clock;
  readonly vendor: Vendor;
  readonly connect: Connect;
  readonly profile: NetworkProfile;
  readonly tap: WireTap;
  readonly place: number;
  /** Hands an event to the agent. */
  readonly deliver: (event: SocketEvent) => void;
};

export class SocketLeg {
  readonly #options: SocketLegOptions;
  #connection: Connection | undefined;

  constructor(options: SocketLegOptions) {
    this.#options = options;
  }

  request(request: SocketRequest): void {
    switch (request.kind) {
      case 'open': {
        const former = this.#connection;
        this.#connection = this.#open(request.url, request.headers);
        return former?.abandon();
      }
      case 'send':
        return this.#connection?.send(request.data);
      case 'close':
        return this.#connection?.close(request.code, request.reason);
    }
  }

  #open(url: string, headers: Headers): Connection {
    const { clock, vendor, connect, profile, tap, place, deliver } = this.#options;
    const target = new URL(url);
    const connection = new Connection({
      streams: connect(profile),
      tap,
      place,
      deliver: (event) => {
        if (this.#connection === connection) deliver(event);
      },
    });
    const handshakes = target.protocol === 'wss:' ? 2 : 1;
    const arriveUs: Micros = handshakes * 2 * profile.oneWayUs + profile.oneWayUs;
    const upgrade = () => {
      if (connection.over) return;
      const answer = vendor.upgrade({
        method: 'GET',
        path: target.pathname,
        query: target.searchParams,
        headers: lowerCaseNames(headers),
        body: new Uint8Array(0),
      });
      const afterUs = answer.kind === 'drop' ? 0 : answer.afterUs;
      clock.after(afterUs, (given: UpgradeAnswer) => connection.answered(given), answer);
    };
    clock.after(arriveUs, upgrade, undefined);
    return connection;
  }
}

type ConnectionOptions = Pick<SocketLegOptions, 'tap' | 'place' | 'deliver'> & { readonly streams: Duplex };

class Connection {
  readonly #options: ConnectionOptions;
  #handler: VendorSocketHandler | undefined;
  /** The agent has been told that it is open. */
  #opened = false;
  /** The agent has asked for the end; nothing it sends leaves any more. */
  #closing = false;
  #over = false;
  readonly #arriveUp: (data: string | Uint8Array) => void;
  readonly #arriveDown: (data: string | Uint8Array) => void;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#arriveUp = (data) => {
      if (this.#over) return;
      options.tap(options.place, data);
      this.#handler?.message(data);
    };
    this.#arriveDown = (data) => {
      if (this.#over) return;
      options.tap(options.place + 1, data);
      options.deliver({ kind: 'message', data });
    };
  }

  /** Neither end hears of the other any more. */
  get over(): boolean {
    return this.#over;
  }

  answered(answer: UpgradeAnswer): void {
    if (this.#over) return;
    const { down } = this.#options.streams;
    if (answer.kind !== 'accept') return this.#end(refusalOf(answer));
    // The answer leaves before anything the vendor says on the socket.
    down.write(HTTP_HEAD_BYTES, this.#tellOpened, undefined);
    this.#handler = answer.open({
      send: (data) => {
        if (!this.#over) down.write(webSocketBytes(data, false), this.#arriveDown, data);
      },
      close: (code, reason) => this.#end({ kind: 'closed', code, reason }),
      destroy: () => this.#end({ kind: 'closed', code: 1006, reason: '' }),
    });
  }

  readonly #tellOpened = (): void => {
    if (this.#over || this.#closing) return;
    this.#opened = true;
    this.#options.deliver({ kind: 'opened' });
  };

  send(data: string | Uint8Array): void {
    if (this.#over || this.#closing || !this.#opened) return;
    this.#options.streams.up.write(webSocketBytes(data, true), this.#arriveUp, data);
  }

  /** The agent closes: the vendor hears of it one way later, the agent of its end one way after. */
  close(code: number, reason: string): void {
    if (this.#over || this.#closing) return;
    this.#closing = true;
    const { streams, deliver } = this.#options;
    const event: SocketEvent = this.#opened
      ? { kind: 'closed', code, reason }
      : { kind: 'failed', message: 'closed before it was open' };
    const tell = () => {
      if (this.#over) return;
      this.#over = true;
      this.#handler?.closed(this.#opened ? code : 1006);
      streams.down.write(HTTP_HEAD_BYTES, deliver, event);
    };
    streams.up.write(HTTP_HEAD_BYTES, tell, undefined);
  }

  /** The agent has opened another: this one is cut, as the vendor learns one way later. */
  abandon(): void {
    if (this.#over) return;
    this.#closing = true;
    const tell = () => {
      if (this.#over) return;
      this.#over = true;
      this.#handler?.closed(1006);
    };
    this.#options.streams.up.write(0, tell, undefined);
  }

  /** The vendor ends it; what was sent before still arrives. */
  #end(event: SocketEvent): void {
    if (this.#over) return;
    const tell = () => {
      if (this.#over) return;
      this.#over = true;
      this.#handler?.closed(event.kind === 'closed' ? event.code : 1006);
      this.#options.deliver(event);
    };
    this.#options.streams.down.write(HTTP_HEAD_BYTES, tell, undefined);
  }
}

const refusalOf = (answer: Exclude<UpgradeAnswer, { kind: 'accept' }>): SocketEvent =>
  answer.kind === 'drop'
    ? { kind: 'failed', message: 'connection refused' }
    : {
        kind: 'refused',
        status: answer.status,
        headers: lowerCaseNames(answer.headers),
        body: answer.body,
      };
