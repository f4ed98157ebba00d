// A caller on a WebSocket: messages of both ends on one modelled connection, in order.
import type { Micros } from '#agent/core/time.ts';
import type { CallerClient, CallerClientHooks, HeardPiece } from '../caller/client/client.ts';
import { type ClientKind, WebsocketCallerClient } from '../caller/client/websocket-client.ts';
import { micUs } from '../caller/utterance.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NetworkFact } from '../kernel/fact.ts';
import { webSocketBytes } from '../network/frame-size.ts';
import type { WireTap } from '../network/socket-leg.ts';
import type { Duplex } from '../network/stream.ts';
import { DelayMeter } from './delay-meter.ts';
import { GapMeter } from './gap-meter.ts';
import type { ClientLeg, LegEnds } from './leg.ts';
import { OpusSizer } from './opus-sizer.ts';
import { MessageCounter } from './traffic.ts';

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
  readonly #count = { up: new MessageCounter(), down: new MessageCounter() };
  readonly #delay = { up: new DelayMeter(), down: new DelayMeter() };
  /** From the agent to the ear, at the beginning of each reply: before its lead has built up. */
  readonly #toEar = new DelayMeter();
  readonly #gaps: GapMeter;
  #flightUs: Micros = 0;
  /** Our own client codes its audio; the stock one sends samples. */
  readonly #sizer: { readonly up: OpusSizer; readonly down: OpusSizer } | undefined;

  constructor(options: WebsocketLegOptions) {
    const { clock, tap, place, ends, playerRate, kind, seed } = options;
    this.#options = options;
    this.#gaps = new GapMeter(playerRate);
    const sizer = (name: string) => new OpusSizer(seed, name);
    this.#sizer = kind === 'stock' ? undefined : { up: sizer('up'), down: sizer('down') };
    this.#atAgent = (data) => {
      tap(place, data);
      this.#delay.up.arrived(clock.now());
      ends.agentHears(data);
    };
    this.#atCaller = (data) => {
      tap(place + 1, data);
      this.#flightUs = this.#delay.down.arrived(clock.now());
      this.#client?.receive(data);
    };
  }

  client(hooks: CallerClientHooks): CallerClient {
    const { clock, kind, playerRate, interning, ends, wire } = this.#options;
    const line = {
      send: (data: Uint8Array) => this.#up(data),
      close: () => wire.up.write(CLOSE_BYTES, () => ends.agentClosed('hung up'), undefined),
    };
    const heard = (piece: HeardPiece) => {
      this.#gaps.heard(piece);
      if (!piece.continues) this.#toEar.add(piece.startUs - piece.arrivedUs + this.#flightUs);
      hooks.heard(piece);
    };
    const all = { kind, clock, playerRate, interning, line, hooks: { ...hooks, heard } };
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
    this.#count.down.sent(bytes);
    this.#delay.down.sent(clock.now());
    wire.down.write(bytes, this.#atCaller, data);
  }

  /** There is no media path here. */
  media(): void {}

  close(code: number, reason: string): void {
    const { wire, ends } = this.#options;
    wire.down.write(CLOSE_BYTES, () => ends.callerClosed(code, reason), undefined);
  }

  facts(t: Micros): readonly NetworkFact[] {
    const { wire } = this.#options;
    const whole = { expected: this.#delay.up.count, lost: 0, bursts: 0 };
    const delayUp = this.#delay.up.meanUs + this.#captureUs;
    const codec = this.#sizer === undefined ? 'pcm16' : 'opus-wb-vbr-13';
    const traffic = { t, who: 'network', what: 'traffic' } as const;
    const voice = { t, who: 'network', what: 'voice', codec, bufferUs: 0 } as const;
    return [
      { ...traffic, direction: 'up', ...this.#count.up.traffic(wire.up) },
      { ...traffic, direction: 'down', ...this.#count.down.traffic(wire.down) },
      { ...voice, direction: 'up', ...whole, delayUs: delayUp },
      { ...voice, direction: 'down', ...this.#gaps.loss, delayUs: this.#toEar.meanUs },
    ];
  }

  #up(data: Uint8Array): void {
    const { clock, wire } = this.#options;
    const plain = webSocketBytes(data, true);
    const bytes = this.#sizer?.up.bytes(data, plain) ?? plain;
    this.#count.up.sent(bytes);
    this.#delay.up.sent(clock.now());
    wire.up.write(bytes, this.#atAgent, data);
  }
}
