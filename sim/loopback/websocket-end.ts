// The caller's end of a call on a WebSocket, and the agent's end of the same socket as it is counted.
import type { Micros } from '#agent/core/time.ts';
import type { Connection } from '#agent/io/connection.ts';
import { makeCodec } from '#agent/media/codec/make.ts';
import { PLAYER_RATE } from '../caller/caller.ts';
import type { CallerClient, CallerClientHooks } from '../caller/client/client.ts';
import { type ClientKind, type Coding, WebsocketCallerClient } from '../caller/client/websocket-client.ts';
import type { Drop } from '../caller/outage.ts';
import { micUs } from '../caller/utterance.ts';
import { WebsocketMeter } from '../client-leg/websocket-meter.ts';
import { codingOf, MODEL_CODEC, type WireCodec, wireCodec } from '../codec.ts';
import type { NetworkFact } from '../kernel/fact.ts';
import { webSocketBytes } from '../network/frame-size.ts';
import type { Impairment } from '../network/impairment.ts';
import type { Recogniser } from '../providers/ear.ts';
import type { CallerEnd, CallerEndHooks } from './caller-end.ts';
import { CallerSocket } from './caller-socket.ts';
import type { RealClock } from './clock.ts';
import { SoundMemory } from './sound-memory.ts';
import { type Way, wayTo } from './way.ts';

export type WebsocketEndOptions = {
  readonly clock: RealClock;
  readonly seed: number;
  /** Nothing but this machine's own sockets when absent. */
  readonly network: Impairment | undefined;
  readonly client: ClientKind | undefined;
  readonly codec: WireCodec | undefined;
  readonly interning: boolean;
};

export class WebsocketEnd implements CallerEnd {
  readonly transport = 'websocket';
  readonly server = {};
  readonly codecs;
  readonly #options: WebsocketEndOptions;
  readonly #memory = { up: new SoundMemory(), down: new SoundMemory() };
  readonly #meter: WebsocketMeter;
  readonly #coding: Coding | undefined;
  #client: WebsocketCallerClient | undefined;
  #socket: CallerSocket | undefined;
  #way: Way | undefined;

  constructor(options: WebsocketEndOptions) {
    const codec = wireCodec(options.client, options.codec);
    this.#options = options;
    this.#meter = new WebsocketMeter(PLAYER_RATE, MODEL_CODEC[codec]);
    this.#coding = codingOf(codec, PLAYER_RATE, this.#memory.up.watching(makeCodec));
    this.codecs = this.#memory.down.watching(makeCodec);
  }

  recogniser(known: Recogniser): Recogniser {
    return this.#memory.up.recogniser(known);
  }

  client(hooks: CallerClientHooks): CallerClient {
    const { client: kind = 'stock', clock, interning } = this.#options;
    const coding = this.#coding;
    const line = { send: (data: Uint8Array) => this.#send(data), close: () => this.#socket?.close() };
    const listening = this.#meter.listening(
      coding === undefined ? hooks : this.#memory.down.listening(hooks),
    );
    const all = { kind, clock, playerRate: PLAYER_RATE, line, hooks: listening, interning, coding };
    this.#client = new WebsocketCallerClient(all);
    return this.#client;
  }

  async dial(port: number, hooks: CallerEndHooks): Promise<void> {
    const { clock, network, seed } = this.#options;
    this.#way = await wayTo(port, network, seed);
    this.#socket = new CallerSocket(`127.0.0.1:${this.#way.port}`, {
      ...hooks,
      message: (data, isBinary) => {
        this.#meter.arrived('down', clock.now());
        // The player counts from the arrival, and a chunk follows the one before it without a gap.
        clock.instant(() => this.#client?.receive(isBinary ? data : data.toString()));
      },
    });
  }

  drop(how: Drop): void {
    this.#meter.broke();
    this.#socket?.drop(how);
  }

  resumed(now: Micros): void {
    this.#meter.resumed(now);
  }

  facts(now: Micros): readonly NetworkFact[] {
    return this.#meter.facts(now, micUs(this.#client?.micChunkSamples ?? 0), this.#way?.wire());
  }

  async destroy(): Promise<void> {
    this.#socket?.destroy();
    await this.#way?.close();
  }

  /** The agent's end of the caller's connection, telling what leaves and arrives. */
  metered(connection: Connection): Connection {
    const { clock } = this.#options;
    const meter = this.#meter;
    return {
      transport: connection.transport,
      peer: connection.peer,
      session: connection.session,
      silentUs: () => connection.silentUs(),
      // Whoever comes back is told of as well.
      stay: (resident) =>
        connection.stay({
          get ended() {
            return resident.ended;
          },
          get silentUs() {
            return resident.silentUs;
          },
          back: (next) => resident.back(this.metered(next)),
          leave: (reason) => resident.leave(reason),
        }),
      send: (data) => {
        meter.sent('down', clock.now(), webSocketBytes(data, false));
        connection.send(data);
      },
      close: (code, reason) => connection.close(code, reason),
      onMessage: (listener) =>
        connection.onMessage((data) => {
          meter.arrived('up', clock.now());
          listener(data);
        }),
      media: (pcm) => connection.media(pcm),
      onMedia: (listener) => connection.onMedia(listener),
      onClosed: (listener) => connection.onClosed(listener),
    };
  }

  #send(data: Uint8Array): void {
    const socket = this.#socket;
    if (socket === undefined || socket.broken) return;
    this.#meter.sent('up', this.#options.clock.now(), webSocketBytes(data, true));
    socket.send(data);
  }
}
