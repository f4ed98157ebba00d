// A caller on a WebSocket: messages of both ends on one modelled connection, in order.
import { LIMITS } from '#agent/core/limit.ts';
import type { Micros } from '#agent/core/time.ts';
import { decodeFrame } from '#agent/transports/websocket/wire.ts';
import type { CallerClient, CallerClientHooks } from '../caller/client/client.ts';
import { type ClientKind, WebsocketCallerClient } from '../caller/client/websocket-client.ts';
import type { Drop } from '../caller/outage.ts';
import { micUs } from '../caller/utterance.ts';
import { codingOf, MODEL_CODEC, type WireCodec } from '../codec.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NetworkFact } from '../kernel/fact.ts';
import { webSocketBytes } from '../network/frame-size.ts';
import type { WireTap } from '../network/socket-leg.ts';
import type { Connection } from '../network/stream.ts';
import { untilAligned } from './alignment.ts';
import { carriedCodec } from './carried-codec.ts';
import { CodedSizer } from './coded-size.ts';
import { type ClientLeg, type LegEnds, RETRY_US } from './leg.ts';
import { WebsocketMeter } from './websocket-meter.ts';

/** A close frame with its code. */
const CLOSE_BYTES = 8;
/** The upgrade request and its answer. */
const UPGRADE_BYTES = 400;

export type WebsocketLegOptions = {
  readonly clock: Clock;
  /** Makes a connection to the agent; not open yet. */
  connect(): Connection;
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
  #wire: Connection;
  #atAgent: (data: Uint8Array) => void = () => {};
  #atCaller: (data: string | Uint8Array) => void = () => {};
  /** Numbers the connections: what was sent on one that is broken never arrives. */
  #line = 0;
  /** Nothing passes. */
  #broken = false;
  #over = false;
  /** Samples of the caller's that were lost with the connection. */
  #lostSamples = 0;
  readonly #meter: WebsocketMeter;
  /** Coded audio travels as samples and weighs what it would weigh coded. */
  readonly #sizer: { readonly up: CodedSizer; readonly down: CodedSizer } | undefined;

  constructor(options: WebsocketLegOptions) {
    const { playerRate, codec, seed } = options;
    this.#options = options;
    this.#meter = new WebsocketMeter(playerRate, MODEL_CODEC[codec]);
    this.#sizer =
      codec === 'pcm16'
        ? undefined
        : { up: new CodedSizer(codec, seed, 'up'), down: new CodedSizer(codec, seed, 'down') };
    this.#wire = this.#dial();
  }

  client(hooks: CallerClientHooks): CallerClient {
    const { clock, kind, codec, playerRate, interning } = this.#options;
    const coding = codingOf(codec, playerRate, carriedCodec);
    const line = {
      send: (data: Uint8Array) => this.#up(data),
      close: () => this.#hangUp(),
    };
    const all = { kind, clock, playerRate, interning, line, coding, hooks: this.#meter.listening(hooks) };
    this.#client = new WebsocketCallerClient(all);
    this.#captureUs = micUs(this.#client.micChunkSamples);
    return this.#client;
  }

  open(): void {
    const wire = this.#wire;
    const { ends } = this.#options;
    const upgraded = () => {
      ends.agentOpened();
      wire.down.write(UPGRADE_BYTES, () => ends.callerOpened(), undefined);
    };
    // Without TLS, as the agent's own port is.
    wire.open(false, () => wire.up.write(UPGRADE_BYTES, upgraded, undefined));
  }

  send(data: string | Uint8Array): void {
    const { clock } = this.#options;
    if (this.#broken) return;
    const bytes = this.#sizer?.down.bytes(data, false) ?? webSocketBytes(data, false);
    this.#meter.sent('down', clock.now(), bytes);
    this.#wire.down.write(bytes, this.#atCaller, data);
  }

  /** There is no media path here. */
  media(): void {}

  close(code: number, reason: string): void {
    const { ends } = this.#options;
    this.#over = true;
    this.#wire.down.write(CLOSE_BYTES, () => ends.callerClosed(code, reason), undefined);
  }

  /** What is on its way is lost, and whatever is sent after it. */
  drop({ forUs, reset }: Drop): void {
    const { clock, ends } = this.#options;
    if (this.#broken || this.#over) return;
    this.#broken = true;
    this.#line += 1;
    // A microphone sends hardly anything but sound.
    this.#lostSamples += this.#meter.broke() * (this.#client?.micChunkSamples ?? 0);
    const wire = this.#wire;
    const noticed = () => {
      if (this.#wire === wire) ends.agentLost(reset ? 'code 1006' : 'no sign of life');
    };
    clock.after(reset ? 0 : LIMITS.clientDeadAfterUs, noticed, undefined);
    const online = () => {
      ends.callerOnline();
      this.#redial();
    };
    clock.after(forUs, online, undefined);
  }

  resumed(now: Micros): void {
    this.#meter.resumed(now);
  }

  facts(t: Micros): readonly NetworkFact[] {
    return this.#meter.facts(t, this.#captureUs, this.#wire);
  }

  /** A new connection; what arrives over it is not what was sent over another one. */
  #dial(): Connection {
    const { clock, tap, place, ends, connect } = this.#options;
    const line = this.#line;
    this.#atAgent = (data) => {
      if (line !== this.#line) return;
      tap(place, data);
      this.#meter.arrived('up', clock.now());
      ends.agentHears(data);
    };
    this.#atCaller = (data) => {
      if (line !== this.#line) return;
      tap(place + 1, data);
      this.#meter.arrived('down', clock.now());
      this.#client?.receive(data);
    };
    return connect();
  }

  #redial(): void {
    if (this.#over) return;
    const { clock, ends } = this.#options;
    const wire = this.#dial();
    const answered = () => {
      this.#wire = wire;
      const welcome = ends.agentBack();
      if (welcome === 'busy') return void clock.after(RETRY_US, () => this.#redial(), undefined);
      if (welcome === 'over') return void wire.down.write(UPGRADE_BYTES, refused, undefined);
      this.#broken = false;
      wire.down.write(UPGRADE_BYTES, () => ends.callerReturned(), undefined);
    };
    const refused = () => ends.callerClosed(1006, 'the session is over');
    wire.open(false, () => wire.up.write(UPGRADE_BYTES, answered, undefined));
  }

  #hangUp(): void {
    this.#over = true;
    if (this.#broken) return;
    this.#wire.up.write(CLOSE_BYTES, () => this.#options.ends.agentClosed('hung up'), undefined);
  }

  /** While nothing passes, and then for as long as sound must be cut to be known again. */
  #swallows(data: Uint8Array): boolean {
    if (!this.#broken && untilAligned(this.#lostSamples) === 0) return false;
    const decoded = decodeFrame(data);
    if (!decoded.ok || decoded.frame.kind !== 'audio') return this.#broken;
    this.#lostSamples += this.#client?.micChunkSamples ?? 0;
    return true;
  }

  #up(data: Uint8Array): void {
    const { clock } = this.#options;
    if (this.#swallows(data)) return;
    const bytes = this.#sizer?.up.bytes(data, true) ?? webSocketBytes(data, true);
    this.#meter.sent('up', clock.now(), bytes);
    this.#wire.up.write(bytes, this.#atAgent, data);
  }
}
