// A caller on a WebSocket: messages of both ends on one modelled connection, in order.
import type { CallerClient, CallerClientHooks } from '../caller/client/client.ts';
import { type ClientKind, WebsocketCallerClient } from '../caller/client/websocket-client.ts';
import type { Clock } from '../kernel/clock.ts';
import { webSocketBytes } from '../network/frame-size.ts';
import type { WireTap } from '../network/socket-leg.ts';
import type { Duplex } from '../network/stream.ts';
import type { ClientLeg, LegEnds } from './leg.ts';

/** A close frame with its code. */
const CLOSE_BYTES = 8;
/** The upgrade request and its answer. */
const UPGRADE_BYTES = 400;

export type WebsocketLegOptions = {
  readonly clock: Clock;
  readonly wire: Duplex;
  readonly kind: ClientKind;
  readonly playerRate: number;
  readonly interning: boolean;
  readonly tap: WireTap;
  readonly place: number;
  readonly ends: LegEnds;
};

export class WebsocketLeg implements ClientLeg {
  readonly #options: WebsocketLegOptions;
  #client: WebsocketCallerClient | undefined;
  readonly #atAgent: (data: Uint8Array) => void;
  readonly #atCaller: (data: string | Uint8Array) => void;

  constructor(options: WebsocketLegOptions) {
    const { tap, place, ends } = options;
    this.#options = options;
    this.#atAgent = (data) => {
      tap(place, data);
      ends.agentHears(data);
    };
    this.#atCaller = (data) => {
      tap(place + 1, data);
      this.#client?.receive(data);
    };
  }

  client(hooks: CallerClientHooks): CallerClient {
    const { clock, wire, kind, playerRate, interning, ends } = this.#options;
    const line = {
      send: (data: Uint8Array) => wire.up.write(webSocketBytes(data, true), this.#atAgent, data),
      close: () => wire.up.write(CLOSE_BYTES, () => ends.agentClosed('hung up'), undefined),
    };
    this.#client = new WebsocketCallerClient({ kind, clock, playerRate, line, hooks, interning });
    return this.#client;
  }

  open(): void {
    const { wire, ends } = this.#options;
    const upgraded = () => {
      ends.agentOpened();
      wire.down.write(UPGRADE_BYTES, () => ends.callerOpened(), undefined);
    };
    wire.up.write(UPGRADE_BYTES, upgraded, undefined);
  }

  send(data: string | Uint8Array): void {
    this.#options.wire.down.write(webSocketBytes(data, false), this.#atCaller, data);
  }

  /** There is no media path here. */
  media(): void {}

  close(code: number, reason: string): void {
    const { wire, ends } = this.#options;
    wire.down.write(CLOSE_BYTES, () => ends.callerClosed(code, reason), undefined);
  }
}
