// An agent's WebSocket to a vendor over modelled streams: the same vendor class that listens on a
// real port is hosted here, and sees the same requests and messages. Connecting costs what it
// costs: one round trip for TCP, one for TLS, one for the upgrade.

import type { Micros } from '#agent/core/time.ts';
import type { SocketEvent, SocketRequest } from '#agent/core/wire.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { UpgradeAnswer, Vendor, VendorSocketHandler } from '#sim/providers/vendor.ts';
import { HTTP_HEAD_BYTES, webSocketBytes } from './frame-size.ts';
import type { Connect, Duplex, NetworkProfile } from './stream.ts';

/** Called for every message delivered, in either direction. */
export type WireTap = (place: number, data: string | Uint8Array) => void;

export class SocketLeg {
  readonly #clock: Clock;
  readonly #vendor: Vendor;
  readonly #connect: Connect;
  readonly #profile: NetworkProfile;
  readonly #deliver: (event: SocketEvent) => void;
  readonly #tap: WireTap;
  readonly #place: number;
  #connection: Connection | undefined;

  constructor(options: {
    readonly clock: Clock;
    readonly vendor: Vendor;
    readonly connect: Connect;
    readonly profile: NetworkProfile;
    readonly tap: WireTap;
    readonly place: number;
    /** Hands an event to the agent. */
    readonly deliver: (event: SocketEvent) => void;
  }) {
    this.#clock = options.clock;
    this.#vendor = options.vendor;
    this.#connect = options.connect;
    this.#profile = options.profile;
    this.#deliver = options.deliver;
    this.#tap = options.tap;
    this.#place = options.place;
  }

  request(request: SocketRequest): void {
    switch (request.kind) {
      case 'open':
        this.#connection = this.#open(request.url, request.headers);
        return;
      case 'send':
        return this.#connection?.send(request.data);
      case 'close':
        this.#connection?.close(request.code, request.reason);
    }
  }

  #open(url: string, headers: Readonly<Record<string, string>>): Connection {
    const target = new URL(url);
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const connection = new Connection({
      streams: this.#connect(this.#profile),
      tap: this.#tap,
      place: this.#place,
      deliver: (event) => {
        if (this.#connection === connection) this.#deliver(event);
      },
    });
    const handshakes = target.protocol === 'wss:' ? 2 : 1;
    const arriveUs: Micros = handshakes * 2 * this.#profile.oneWayUs + this.#profile.oneWayUs;
    const upgrade = () => {
      const answer = this.#vendor.upgrade({
        method: 'GET',
        path: target.pathname,
        query: target.searchParams,
        headers: lower,
        body: new Uint8Array(0),
      });
      const afterUs = answer.kind === 'drop' ? 0 : answer.afterUs;
      this.#clock.after(afterUs, (given: UpgradeAnswer) => connection.answered(given), answer);
    };
    this.#clock.after(arriveUs, upgrade, undefined);
    return connection;
  }
}

type ConnectionOptions = {
  readonly streams: Duplex;
  readonly tap: WireTap;
  readonly place: number;
  readonly deliver: (event: SocketEvent) => void;
};

class Connection {
  readonly #options: ConnectionOptions;
  #handler: VendorSocketHandler | undefined;
  #closed = false;
  readonly #arriveUp: (data: string | Uint8Array) => void;
  readonly #arriveDown: (data: string | Uint8Array) => void;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#arriveUp = (data) => {
      if (this.#closed) return;
      options.tap(options.place, data);
      this.#handler?.message(data);
    };
    this.#arriveDown = (data) => {
      if (this.#closed) return;
      options.tap(options.place + 1, data);
      options.deliver({ kind: 'message', data });
    };
  }

  answered(answer: UpgradeAnswer): void {
    if (this.#closed) return;
    const { deliver } = this.#options;
    const { down } = this.#options.streams;
    if (answer.kind === 'accept') {
      this.#handler = answer.open({
        send: (data) => this.#down(data),
        close: (code, reason) => this.#end(code, reason),
        destroy: () => this.#end(1006, ''),
      });
      down.write(HTTP_HEAD_BYTES, () => deliver({ kind: 'opened' }), undefined);
      return;
    }
    this.#closed = true;
    const event: SocketEvent =
      answer.kind === 'drop'
        ? { kind: 'failed', message: 'connection refused' }
        : { kind: 'refused', status: answer.status, headers: answer.headers, body: answer.body };
    down.write(HTTP_HEAD_BYTES, deliver, event);
  }

  send(data: string | Uint8Array): void {
    if (!this.#closed) this.#options.streams.up.write(webSocketBytes(data, true), this.#arriveUp, data);
  }

  /** The agent closes: the vendor hears of it one way later, the agent of its end one way after. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    const handler = this.#handler;
    const { streams, deliver } = this.#options;
    const event: SocketEvent =
      handler === undefined
        ? { kind: 'failed', message: 'closed before it was open' }
        : { kind: 'closed', code, reason };
    const tell = () => {
      if (this.#closed) return;
      this.#closed = true;
      handler?.closed(code);
      streams.down.write(HTTP_HEAD_BYTES, deliver, event);
    };
    streams.up.write(HTTP_HEAD_BYTES, tell, undefined);
  }

  #down(data: string | Uint8Array): void {
    if (!this.#closed) this.#options.streams.down.write(webSocketBytes(data, false), this.#arriveDown, data);
  }

  /** The vendor ends it, with or without a close frame; what was sent before still arrives. */
  #end(code: number, reason: string): void {
    if (this.#closed) return;
    const tell = () => {
      if (this.#closed) return;
      this.#closed = true;
      this.#handler?.closed(code);
      this.#options.deliver({ kind: 'closed', code, reason });
    };
    this.#options.streams.down.write(HTTP_HEAD_BYTES, tell, undefined);
  }
}
