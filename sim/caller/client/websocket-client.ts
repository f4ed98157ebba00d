// A web client on a WebSocket: the stock one, which sends 16 ms chunks and plays what arrives, or our
// own, which plays adaptively, can drop what it has not played, and has its audio coded.
import type { AudioCodec } from '#agent/media/codec/codec.ts';
import { OWN_LIBRARY } from '#agent/transports/websocket/session.ts';
import { encodeAudio, encodeCoded, encodeMessage } from '#agent/transports/websocket/wire.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { MIC_RATE } from '../utterance.ts';
import { AdaptivePlayer } from './adaptive-player.ts';
import type { CallerClient, CallerClientHooks } from './client.ts';
import type { Player } from './player.ts';
import { clientReady, understand, unplayedAudio } from './protocol.ts';
import { StockPlayer } from './stock-player.ts';

export type ClientKind = 'stock' | 'parley';

/** The caller's WebSocket to the agent. */
export interface CallerLine {
  send(data: Uint8Array): void;
  close(): void;
}

/** Chrome's recorder hands over 512 bytes: 256 samples, 16 ms at 16 kHz. */
const CHUNK_SAMPLES = 256;

/** How a client codes what it sends and what it gets; both in the same codec. */
export type Coding = { readonly uplink: AudioCodec; readonly downlink: AudioCodec };

export class WebsocketCallerClient implements CallerClient {
  /** With a codec, a frame of it: our own recorder waits for nothing more and sends nothing less. */
  readonly micChunkSamples: number;
  readonly #kind: ClientKind;
  readonly #line: CallerLine;
  readonly #hooks: CallerClientHooks;
  readonly #player: Player;
  readonly #coding: Coding | undefined;
  readonly #interning: boolean;
  readonly #encoded = new WeakMap<Uint8Array, Uint8Array>();

  constructor(options: {
    readonly kind: ClientKind;
    readonly clock: Clock;
    readonly playerRate: number;
    readonly line: CallerLine;
    readonly hooks: CallerClientHooks;
    readonly interning: boolean;
    /** For our own client: what it asks the agent for. PCM16 when absent. */
    readonly coding?: Coding | undefined;
  }) {
    const { kind, clock, playerRate, line, hooks, coding, interning } = options;
    this.#kind = kind;
    this.#coding = coding;
    this.micChunkSamples = coding?.uplink.frameSamples ?? CHUNK_SAMPLES;
    this.#line = line;
    this.#hooks = hooks;
    // A codec with a memory gives the same chunk other bytes each time.
    this.#interning = interning && coding?.uplink.lossless !== false;
    const Kind = kind === 'stock' ? StockPlayer : AdaptivePlayer;
    this.#player = new Kind(clock, playerRate, hooks.heard);
  }

  hello(): void {
    const library = this.#kind === 'stock' ? 'stock' : OWN_LIBRARY;
    this.#line.send(encodeMessage(clientReady(library, this.#coding?.uplink.name)));
  }

  returned(): void {
    this.hello();
  }

  speak(pcm: Uint8Array): void {
    this.#line.send(this.#interning ? this.#encodedOnce(pcm) : this.#encode(pcm));
  }

  leave(): void {
    this.#line.close();
  }

  /** One message from the agent. */
  receive(data: string | Uint8Array): void {
    const received = understand(data);
    if (received.kind === 'audio') return this.#play(received.name, received.pcm);
    if (received.kind !== 'message') return;
    if (received.type === 'bot-interrupted') this.#clear();
    this.#hooks.told(received.type);
  }

  /** What is no frame of the codec agreed upon is passed over: there is nobody to complain to. */
  #play(name: string, bytes: Uint8Array): void {
    const coding = this.#coding;
    if (coding === undefined) return this.#player.arrived(bytes);
    const pcm = name === coding.downlink.name ? coding.downlink.decode(bytes) : undefined;
    if (pcm !== undefined) this.#player.arrived(pcm);
  }

  #encode(pcm: Uint8Array): Uint8Array {
    const codec = this.#coding?.uplink;
    if (codec === undefined) return encodeAudio(pcm, MIC_RATE);
    return encodeCoded(codec.name, codec.encode(pcm), codec.wireRate);
  }

  /** Who can drop audio tells how much it was: only so can the agent know what was heard. */
  #clear(): void {
    const droppedUs = this.#player.clear();
    if (droppedUs !== undefined) this.#line.send(encodeMessage(unplayedAudio(droppedUs)));
  }

  /** The same chunk of speech is the same object, and is encoded once. */
  #encodedOnce(pcm: Uint8Array): Uint8Array {
    let message = this.#encoded.get(pcm);
    if (message === undefined) {
      message = this.#encode(pcm);
      this.#encoded.set(pcm, message);
    }
    return message;
  }
}
