// An agent's WebSocket to a vendor over modelled streams: the same vendor class that listens on a
// real port is hosted here, and sees the same requests and messages. Connecting costs what it costs:
// a round trip for TCP, one for TLS, one for the upgrade, and what the network loses of them. Each `open`
// ends in exactly one terminal event, with the patience of `agent/io/socket.ts` where nothing gets through,
// and nothing of a former socket is delivered once the next one is opened.
import { LIMITS } from '#agent/core/limit.ts';
import type { Micros } from '#agent/core/time.ts';
import type { Headers, SocketEvent, SocketRequest } from '#agent/core/wire.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
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
  #socket: Socket | undefined;

  constructor(options: SocketLegOptions) {
    this.#options = options;
  }

  request(request: SocketRequest): void {
    switch (request.kind) {
      case 'open': {
        const former = this.#socket;
        this.#socket = this.#open(request.url, request.headers);
        return former?.abandon();
      }
      case 'send':
        return this.#socket?.send(request.data);
      case 'close':
        return this.#socket?.close(request.code, request.reason);
    }
  }

  #open(url: string, headers: Headers): Socket {
    const { clock, vendor, connect, profile, tap, place, deliver } = this.#options;
    const target = new URL(url);
    const streams = connect(profile);
    const socket = new Socket({
      clock,
      streams,
      tap,
      place,
      deliver: (event) => {
        if (this.#socket === socket) deliver(event);
      },
    });
    const upgrade = () => {
      if (socket.over) return;
      const answer = vendor.upgrade({
        method: 'GET',
        path: target.pathname,
        query: target.searchParams,
        headers: lowerCaseNames(headers),
        body: new Uint8Array(0),
      });
      const afterUs = answer.kind === 'drop' ? 0 : answer.afterUs;
      clock.after(afterUs, (given: UpgradeAnswer) => socket.answered(given), answer);
    };
    streams.open(target.protocol === 'wss:', () => socket.ask(upgrade));
    return socket;
  }
}

type SocketOptions = Pick<SocketLegOptions, 'clock' | 'tap' | 'place' | 'deliver'> & {
  readonly streams: Duplex;
};

class Socket {
  readonly #options: SocketOptions;
  #handler: VendorSocketHandler | undefined;
  /** The agent has been told that it is open. */
  #opened = false;
  /** The agent has asked for the end; nothing it sends leaves any more. */
  #closing = false;
  /** The vendor has been told the end, or has told it. */
  #over = false;
  /** The agent has been told the end. */
  #ended = false;
  /** When the agent's patience with the network ends. */
  #patience: Timer | undefined;
  readonly #arriveUp: (data: string | Uint8Array) => void;
  readonly #arriveDown: (data: string | Uint8Array) => void;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#waitAtMost(LIMITS.connectUs, TIMED_OUT);
    this.#arriveUp = (data) => {
      if (this.#over) return;
      options.tap(options.place, data);
      this.#handler?.message(data);
    };
    this.#arriveDown = (data) => {
      if (this.#over || this.#ended) return;
      options.tap(options.place + 1, data);
      options.deliver({ kind: 'message', data });
    };
  }

  /** Neither end hears of the other any more. */
  get over(): boolean {
    return this.#over;
  }

  /** The connection stands. The agent's patience starts afresh: it is counted from the last sign of life. */
  ask(upgrade: () => void): void {
    if (this.#closing) return;
    this.#waitAtMost(LIMITS.connectUs, TIMED_OUT);
    this.#options.streams.up.write(HTTP_HEAD_BYTES, upgrade, undefined);
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
    this.#waitNoMore();
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
    const { streams } = this.#options;
    const early: SocketEvent = { kind: 'failed', message: 'closed before it was open' };
    this.#waitAtMost(LIMITS.vendorCloseUs, this.#opened ? { kind: 'closed', code: 1006, reason: '' } : early);
    const event: SocketEvent = this.#opened ? { kind: 'closed', code, reason } : early;
    const tell = () => {
      if (this.#over) return;
      this.#over = true;
      this.#handler?.closed(this.#opened ? code : 1006);
      streams.down.write(HTTP_HEAD_BYTES, this.#tellEnd, event);
    };
    streams.up.write(HTTP_HEAD_BYTES, tell, undefined);
  }

  /** The agent has opened another: this one is cut, as the vendor learns one way later. */
  abandon(): void {
    this.#waitNoMore();
    this.#ended = true;
    if (this.#over) return;
    this.#closing = true;
    const tell = () => {
      if (this.#over) return;
      this.#over = true;
      this.#handler?.closed(1006);
    };
    this.#options.streams.up.write(0, tell, undefined);
  }

  readonly #tellEnd = (event: SocketEvent): void => {
    if (this.#ended) return;
    this.#waitNoMore();
    this.#ended = true;
    this.#options.deliver(event);
  };

  /** Cut by the agent with `event`, unless it is open or over by then. */
  #waitAtMost(us: Micros, event: SocketEvent): void {
    this.#waitNoMore();
    const cut = () => {
      const { deliver } = this.#options;
      this.abandon();
      deliver(event);
    };
    this.#patience = this.#options.clock.after(us, cut, undefined);
  }

  #waitNoMore(): void {
    if (this.#patience !== undefined) this.#options.clock.cancel(this.#patience);
    this.#patience = undefined;
  }

  /** The vendor ends it; what was sent before still arrives. */
  #end(event: SocketEvent): void {
    if (this.#over) return;
    const tell = () => {
      if (this.#over) return;
      this.#over = true;
      this.#handler?.closed(event.kind === 'closed' ? event.code : 1006);
      this.#tellEnd(event);
    };
    this.#options.streams.down.write(HTTP_HEAD_BYTES, tell, undefined);
  }
}

const TIMED_OUT: SocketEvent = { kind: 'failed', message: 'Opening handshake has timed out' };

const refusalOf = (answer: Exclude<UpgradeAnswer, { kind: 'accept' }>): SocketEvent =>
  answer.kind === 'drop'
    ? { kind: 'failed', message: 'connection refused' }
    : {
        kind: 'refused',
        status: answer.status,
        headers: lowerCaseNames(answer.headers),
        body: answer.body,
      };
