// The caller's end of a call over real WebRTC: a native peer connection of its own, Opus in our own RTP,
// a jitter buffer at the ear. The agent is served by its own stack. With a network, all packets go through a
// hop on this machine; whoever breaks off makes a new peer connection and says so.
import { assert } from '#agent/core/assert.ts';
import { type Micros, toMs } from '#agent/core/time.ts';
import type { Connection } from '#agent/io/connection.ts';
import { libopus } from '#agent/io/webrtc/libopus.ts';
import { nativePeers } from '#agent/io/webrtc/native-peer.ts';
import type { PeerFactory } from '#agent/io/webrtc/peer.ts';
import type { AudioCodec } from '#agent/media/codec/codec.ts';
import { makeCodec } from '#agent/media/codec/make.ts';
import { OpusCodec } from '#agent/media/codec/opus-codec.ts';
import type { OpusDecoder } from '#agent/media/codec/opus-decoder.ts';
import { writeRtp } from '#agent/media/rtp.ts';
import { PLAYER_RATE } from '../../caller/caller.ts';
import type { CallerClient, CallerClientHooks, HeardPiece } from '../../caller/client/client.ts';
import { RtcCallerClient } from '../../caller/client/rtc-client.ts';
import type { Drop } from '../../caller/outage.ts';
import { MIC_RATE } from '../../caller/utterance.ts';
import type { NetworkFact } from '../../kernel/fact.ts';
import type { Impairment } from '../../network/impairment.ts';
import type { Recogniser } from '../../providers/ear.ts';
import type { CallerEnd, CallerEndHooks } from '../caller-end.ts';
import type { RealClock } from '../clock.ts';
import type { ImpairedPort } from '../proxy/proxy.ts';
import { startUdpProxy } from '../proxy/udp.ts';
import { SoundMemory } from '../sound-memory.ts';
import { CALLER_SSRC, CallerPeer, type CallerPeerHooks, PAYLOAD_TYPE } from './caller-peer.ts';
import { PacketEar } from './packet-ear.ts';
import { tapped } from './tapped-peers.ts';
import { VoiceMemory } from './voice-memory.ts';
import { VoiceMeter } from './voice-meter.ts';

/** 20 ms on Opus's clock. */
const FRAME_TICKS = 960;

export type WebrtcEndOptions = {
  readonly clock: RealClock;
  readonly seed: number;
  /** Nothing but this machine's own sockets when absent. */
  readonly network: Impairment | undefined;
};

export class WebrtcEnd implements CallerEnd {
  readonly transport = 'webrtc';
  readonly server;
  readonly codecs = makeCodec;
  readonly #options: WebrtcEndOptions;
  readonly #spoken = new SoundMemory();
  readonly #memory = new VoiceMemory();
  readonly #meter: VoiceMeter;
  readonly #ears: PacketEar[] = [];
  readonly #proxies: ImpairedPort[] = [];
  readonly #peers: CallerPeer[] = [];
  #mic: Microphone | undefined;
  #client: RtcCallerClient | undefined;
  #hooks: CallerClientHooks | undefined;
  #peer: CallerPeer | undefined;
  #broken = false;
  #over = false;
  #leaving: Promise<void> | undefined;
  #redial: () => void = () => {};
  #return: NodeJS.Timeout | undefined;

  private constructor(options: WebrtcEndOptions, peers: PeerFactory) {
    this.#options = options;
    this.#meter = new VoiceMeter(() => options.clock.now(), this.#memory);
    const { encoder } = this.#memory;
    this.server = { webrtc: { peers: tapped(peers, this.#meter), encoder } };
  }

  /** Rejects where this machine has no WebRTC. */
  static async open(options: WebrtcEndOptions): Promise<WebrtcEnd> {
    const native = await nativePeers({ address: '127.0.0.1' });
    if (!native.ok) throw new Error(native.reason);
    return new WebrtcEnd(options, native.peers);
  }

  recogniser(known: Recogniser): Recogniser {
    return this.#spoken.recogniser(known);
  }

  /** Its packets are counted by the stack. */
  metered(connection: Connection): Connection {
    return connection;
  }

  client(hooks: CallerClientHooks): CallerClient {
    this.#hooks = hooks;
    const sendMessage = (json: string) => {
      if (this.#broken) return;
      this.#meter.callerSent(json);
      this.#peer?.sendText(json);
    };
    const close = () => this.#hangUp();
    this.#client = new RtcCallerClient({ sendFrame: (pcm) => this.#speak(pcm), sendMessage, close }, hooks);
    return this.#client;
  }

  async dial(port: number, hooks: CallerEndHooks): Promise<void> {
    const endpoint = `http://127.0.0.1:${port}/api/offer`;
    this.#redial = () => {
      hooks.online();
      const old = this.#peer;
      void this.#connect(endpoint, hooks, old?.id, () => {
        this.#broken = false;
        void old?.close();
        hooks.returned();
      });
    };
    await this.#connect(endpoint, hooks, undefined, () => hooks.opened());
  }

  /** However it breaks, no packet passes: nobody can tell the far end of a dead path that it is one. */
  drop({ forUs }: Drop): void {
    if (this.#broken || this.#over) return;
    this.#broken = true;
    this.#return = setTimeout(() => this.#redial(), toMs(forUs));
  }

  resumed(): void {}

  facts(now: Micros): readonly NetworkFact[] {
    return this.#meter.facts(now, this.#ears);
  }

  async destroy(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#return);
    await this.#leaving;
    for (const peer of this.#peers) await peer.close();
    for (const ear of this.#ears) ear.close();
    this.#mic?.free();
    for (const proxy of this.#proxies) await proxy.close();
  }

  async #connect(
    endpoint: string,
    hooks: CallerEndHooks,
    replaces: string | undefined,
    opened: () => void,
  ): Promise<void> {
    const { clock, seed, network } = this.#options;
    const heard = (piece: HeardPiece) => this.#hooks?.heard(piece);
    const passes = (peer: CallerPeer | undefined) => peer === this.#peer && !this.#broken && !this.#over;
    let ear: PacketEar | undefined;
    const peerHooks: CallerPeerHooks = {
      opened: () => {
        for (const before of this.#ears) before.close();
        ear = new PacketEar({ clock, rate: PLAYER_RATE, seed, memory: this.#memory, heard });
        this.#ears.push(ear);
        this.#mic?.free();
        this.#mic = new Microphone(this.#spoken);
        opened();
      },
      message: (json) => {
        if (passes(peer)) this.#client?.receive(json);
      },
      packet: (bytes) => {
        if (passes(peer)) ear?.receive(bytes);
      },
      closed: (reason) => {
        if (peer === this.#peer && !this.#over) hooks.closed(1006, reason);
      },
    };
    const through = network === undefined ? {} : { through: (port: number) => this.#hop(port, network) };
    const peer = await CallerPeer.dial({ endpoint, replaces, ...through }, peerHooks);
    this.#peers.push(peer);
    this.#peer = peer;
    if (this.#over) await peer.close();
  }

  /** Port of a hop to `port` with the asked network. */
  async #hop(port: number, impairment: Impairment): Promise<number> {
    const { seed } = this.#options;
    const proxy = await startUdpProxy({ target: { host: '127.0.0.1', port }, impairment, seed });
    this.#proxies.push(proxy);
    return proxy.port;
  }

  #speak(pcm: Uint8Array): void {
    if (this.#broken || this.#over || this.#mic === undefined) return;
    const packet = this.#mic.packet(pcm);
    this.#meter.callerSent(packet);
    this.#peer?.sendPacket(packet);
  }

  #hangUp(): void {
    this.#over = true;
    clearTimeout(this.#return);
    this.#leaving = this.#peer?.hangUp();
  }
}

/** The caller's voice on one peer connection, from its first packet on. */
class Microphone {
  readonly #codec: AudioCodec;
  readonly #decoder: OpusDecoder;
  readonly #free: () => void;
  #frames = 0;

  /** `memory` learns as what the agent will hear each frame: it decodes as we do here. */
  constructor(memory: SoundMemory) {
    const opus = OpusCodec.protectedAt(MIC_RATE);
    assert(opus !== undefined, 'libopus takes 16 kHz');
    const decoder = libopus().decoder(MIC_RATE);
    const { name, wireRate, frameSamples, lossless } = opus;

    const encode = (pcm: Uint8Array) => opus.encode(pcm);
    const decode = (bytes: Uint8Array) => decoder.decode(bytes);
    const codec: AudioCodec = { name, wireRate, frameSamples, lossless, encode, decode };
    this.#decoder = decoder;
    this.#codec = memory.watching(() => codec)(name, MIC_RATE) ?? codec;
    this.#free = () => opus.free();
  }

  /** The next 20 ms. */
  packet(pcm: Uint8Array): Uint8Array {
    const at = this.#frames;
    this.#frames += 1;
    return writeRtp({
      payloadType: PAYLOAD_TYPE,
      marker: at === 0,
      ssrc: CALLER_SSRC,
      sequence: at,
      timestamp: (at * FRAME_TICKS) % 2 ** 32,
      payload: this.#codec.encode(pcm),
    });
  }

  free(): void {
    this.#free();
    this.#decoder.free();
  }
}
