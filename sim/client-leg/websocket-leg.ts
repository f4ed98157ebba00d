// A caller on a WebSocket: messages of both ends on one modelled connection, in order.
import type { Micros } from '#agent/core/time.ts';
import type { CallerClient, CallerClientHooks } from '../caller/client/client.ts';
import { type ClientKind, WebsocketCallerClient } from '../caller/client/websocket-client.ts';
import { micUs } from '../caller/utterance.ts';
import { codingOf, MODEL_CODEC, type WireCodec } from '../codec.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NetworkFact } from '../kernel/fact.ts';
import { webSocketBytes } from '../network/frame-size.ts';
import type { WireTap } from '../network/socket-leg.ts';
import type { Connection } from '../network/stream.ts';
import { carriedCodec } from './carried-codec.ts';
import { CodedSizer } from './coded-size.ts';
import type { ClientLeg, LegEnds } from './leg.ts';
import { WebsocketMeter } from './websocket-meter.ts';

/** A close frame with its code. */
const CLOSE_BYTES = 8;
/** The upgrade request and its answer. */
const UPGRADE_BYTES = 400;

export type WebsocketLegOptions = {
  readonly clock: Clock;
  /** Not open yet. */
  readonly wire: Connection;
  readonly kind: ClientKind;
  readonly codec: WireCodec;
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
  /** Coded audio travels as samples and weighs what it would weigh coded. */
  readonly #sizer: { readonly up: CodedSizer; readonly down: CodedSizer } | undefined;

  constructor(options: WebsocketLegOptions) {
    const { clock, tap, place, ends, playerRate, codec, seed } = options;
    this.#options = options;
    this.#meter = new WebsocketMeter(playerRate, MODEL_CODEC[codec]);
    this.#sizer =
      codec === 'pcm16'
        ? undefined
        : { up: new CodedSizer(codec, seed, 'up'), down: new CodedSizer(codec, seed, 'down') };
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
    const { clock, kind, codec, playerRate, interning, ends, wire } = this.#options;
    const coding = codingOf(codec, playerRate, carriedCodec);
    const line = {
      send: (data: Uint8Array) => this.#up(data),
      close: () => wire.up.write(CLOSE_BYTES, () => ends.agentClosed('hung up'), undefined),
    };
    const all = { kind, clock, playerRate, interning, line, coding, hooks: this.#meter.listening(hooks) };
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
    // Without TLS, as the agent's own port is.
    wire.open(false, () => wire.up.write(UPGRADE_BYTES, upgraded, undefined));
  }

  send(data: string | Uint8Array): void {
    const { clock, wire } = this.#options;
    const bytes = this.#sizer?.down.bytes(data, false) ?? webSocketBytes(data, false);
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
    const bytes = this.#sizer?.up.bytes(data, true) ?? webSocketBytes(data, true);
    this.#meter.sent('up', clock.now(), bytes);
    wire.up.write(bytes, this.#atAgent, data);
  }
}
