// A caller on a WebSocket: messages of both ends on one modelled connection, in order.
import type { Micros } from '#agent/core/time.ts';
import type { CallerClient, CallerClientHooks } from '../caller/client/client.ts';
import { type ClientKind, WebsocketCallerClient } from '../caller/client/websocket-client.ts';
import { micUs } from '../caller/utterance.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NetworkFact } from '../kernel/fact.ts';
import { webSocketBytes } from '../network/frame-size.ts';
import type { WireTap } from '../network/socket-leg.ts';
import type { Duplex } from '../network/stream.ts';
import type { ClientLeg, LegEnds } from './leg.ts';
import { OpusSizer } from './opus-sizer.ts';
import { WebsocketMeter } from './websocket-meter.ts';

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
  readonly seed: number;
  readonly tap: WireTap;
  readonly place: number;
  readonly ends: LegEnds;
};

export class WebsocketLeg implements ClientLeg {
  readonly #options: WebsocketLegOptions;
  #client: WebsocketCallerClient | undefined;
  #captureUs: Micros = 0;
  readonly #atAgent: (data: Uint8Array) => void;
  readonly #atCaller: (data: string | Uint8Array) => void;
  readonly #meter: WebsocketMeter;
  /** Our own client codes its audio; the stock one sends samples. */
  readonly #sizer: { readonly up: OpusSizer; readonly down: OpusSizer } | undefined;

  constructor(options: WebsocketLegOptions) {
    const { clock, tap, place, ends, playerRate, kind, seed } = options;
    this.#options = options;
    this.#meter = new WebsocketMeter(playerRate, kind === 'stock' ? 'pcm16' : 'opus-wb-vbr-13');
    const sizer = (name: string) => new OpusSizer(seed, name);
    this.#sizer = kind === 'stock' ? undefined : { up: sizer('up'), down: sizer('down') };
    this.#atAgent = (data) => {
      tap(place, data);
      this.#meter.arrived('up', clock.now());
      ends.agentHears(data);
    };
    this.#atCaller = (data) => {
      tap(place + 1, data);
      this.#meter.arrived('down', clock.now());
      this.#client?.receive(data);
    };
  }

  client(hooks: CallerClientHooks): CallerClient {
    const { clock, kind, playerRate, interning, ends, wire } = this.#options;
    const line = {
      send: (data: Uint8Array) => this.#up(data),
      close: () => wire.up.write(CLOSE_BYTES, () => ends.agentClosed('hung up'), undefined),
    };
    const all = { kind, clock, playerRate, interning, line, hooks: this.#meter.listening(hooks) };
    this.#client = new WebsocketCallerClient(all);
    this.#captureUs = micUs(this.#client.micChunkSamples);
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
    const { clock, wire } = this.#options;
    const plain = webSocketBytes(data, false);
    const bytes = this.#sizer?.down.bytes(data, plain) ?? plain;
    this.#meter.sent('down', clock.now(), bytes);
    wire.down.write(bytes, this.#atCaller, data);
  }

  /** There is no media path here. */
  media(): void {}

  close(code: number, reason: string): void {
    const { wire, ends } = this.#options;
    wire.down.write(CLOSE_BYTES, () => ends.callerClosed(code, reason), undefined);
  }

  facts(t: Micros): readonly NetworkFact[] {
    return this.#meter.facts(t, this.#captureUs, this.#options.wire);
  }

  #up(data: Uint8Array): void {
    const { clock, wire } = this.#options;
    const plain = webSocketBytes(data, true);
    const bytes = this.#sizer?.up.bytes(data, plain) ?? plain;
    this.#meter.sent('up', clock.now(), bytes);
    wire.up.write(bytes, this.#atAgent, data);
  }
}
