// A web client on a WebSocket: the stock one, which sends 16 ms chunks and plays what arrives, or our
// own, which plays adaptively and can drop what it has not played.
import { OWN_LIBRARY } from '#agent/transports/websocket/session.ts';
import { encodeAudio, encodeMessage } from '#agent/transports/websocket/wire.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { MIC_RATE } from '../utterance.ts';
import { AdaptivePlayer } from './adaptive-player.ts';
import type { CallerClient, CallerClientHooks } from './client.ts';
import type { Player } from './player.ts';
import { clientReady, understand } from './protocol.ts';
import { StockPlayer } from './stock-player.ts';

export type ClientKind = 'stock' | 'parley';

/** The caller's WebSocket to the agent. */
export interface CallerLine {
  send(data: Uint8Array): void;
  close(): void;
}

/** Chrome's recorder hands over 512 bytes: 256 samples, 16 ms at 16 kHz. */
const CHUNK_SAMPLES = 256;

export class WebsocketCallerClient implements CallerClient {
  readonly micChunkSamples = CHUNK_SAMPLES;
  readonly #kind: ClientKind;
  readonly #line: CallerLine;
  readonly #hooks: CallerClientHooks;
  readonly #player: Player;
  readonly #interning: boolean;
  readonly #encoded = new WeakMap<Uint8Array, Uint8Array>();

  constructor(options: {
    readonly kind: ClientKind;
    readonly clock: Clock;
    readonly playerRate: number;
    readonly line: CallerLine;
    readonly hooks: CallerClientHooks;
    readonly interning: boolean;
  }) {
    const { kind, clock, playerRate, line, hooks } = options;
    this.#kind = kind;
    this.#line = line;
    this.#hooks = hooks;
    this.#interning = options.interning;
    const Kind = kind === 'stock' ? StockPlayer : AdaptivePlayer;
    this.#player = new Kind(clock, playerRate, hooks.heard);
  }

  hello(): void {
    const library = this.#kind === 'stock' ? 'stock' : OWN_LIBRARY;
    this.#line.send(encodeMessage(clientReady(library)));
  }

  speak(pcm: Uint8Array): void {
    this.#line.send(this.#interning ? this.#encodedOnce(pcm) : encodeAudio(pcm, MIC_RATE));
  }

  leave(): void {
    this.#line.close();
  }

  /** One message from the agent. */
  receive(data: string | Uint8Array): void {
    const received = understand(data);
    if (received.kind === 'audio') return this.#player.arrived(received.pcm);
    if (received.kind !== 'message') return;
    if (received.type === 'bot-interrupted') this.#player.clear();
    this.#hooks.told(received.type);
  }

  /** The same chunk of speech is the same object, and is encoded once. */
  #encodedOnce(pcm: Uint8Array): Uint8Array {
    let message = this.#encoded.get(pcm);
    if (message === undefined) {
      message = encodeAudio(pcm, MIC_RATE);
      this.#encoded.set(pcm, message);
    }
    return message;
  }
}
