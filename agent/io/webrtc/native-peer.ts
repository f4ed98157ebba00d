// Peers on node-datachannel (libdatachannel): ICE, DTLS, SRTP and SCTP in native threads. The library aborts
// the process on a candidate that comes before its description, so descriptions are set when a peer is
// opened, before anybody can name a candidate; and it never sees a text of a client's, only what was judged.
import { networkInterfaces } from 'node:os';
import type { DataChannel, PeerConnection, RtcConfig, Track } from 'node-datachannel';
import { LIMITS } from '../../core/limit.ts';
import { toMs } from '../../core/time.ts';
import {
  CHANNEL_MESSAGE_BYTES_MAX,
  canonicalOffer,
  type LocalDescription,
  type LocalVoice,
  MIRRORED,
} from '../../transports/webrtc/sdp-answer.ts';
import type { Direction, RemoteOffer } from '../../transports/webrtc/sdp-offer.ts';
import type { IceServer, OpenedPeer, Peer, PeerFactory, PeerHooks } from './peer.ts';

type Library = typeof import('node-datachannel');

export type NativePeersOptions = {
  /** Of this machine: the only one that packets go through; all but loopback when absent. */
  readonly address?: string | undefined;
  /** Ports of UDP, from and to; any when absent. */
  readonly ports?: readonly [number, number] | undefined;
  readonly iceServers?: readonly IceServer[];
};

export type NativePeersResult =
  | { readonly ok: true; readonly peers: PeerFactory }
  /** The environment lacks something; the reason names it. */
  | { readonly ok: false; readonly reason: string };

/** Loads the library, some 40 ms. */
export async function nativePeers(options: NativePeersOptions = {}): Promise<NativePeersResult> {
  try {
    // It comes as one binary for each platform, and a platform may have none.
    return { ok: true, peers: new NativePeers(await import('node-datachannel'), options) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: `node-datachannel cannot be loaded on this machine: ${reason}` };
  }
}

/** The library's threads end with the last factory of the process, and not before. */
const factories = new Set<NativePeers>();

class NativePeers implements PeerFactory {
  readonly #library: Library;
  readonly #config: RtcConfig;
  readonly #open = new Set<NativePeer>();

  constructor(library: Library, { address, ports, iceServers = [] }: NativePeersOptions) {
    const bindAddress = address ?? (hasNetwork() ? undefined : '127.0.0.1');
    const [portRangeBegin, portRangeEnd] = ports ?? [];
    this.#library = library;
    this.#config = {
      iceServers: iceServers.flatMap(addressesOf),
      disableAutoNegotiation: true,
      maxMessageSize: CHANNEL_MESSAGE_BYTES_MAX,
      ...(bindAddress === undefined ? {} : { bindAddress }),
      ...(portRangeBegin === undefined ? {} : { portRangeBegin }),
      ...(portRangeEnd === undefined ? {} : { portRangeEnd }),
    };
    factories.add(this);
  }

  open(offer: RemoteOffer, voice: LocalVoice, hooks: PeerHooks): OpenedPeer {
    let connection: PeerConnection | undefined;
    try {
      connection = new this.#library.PeerConnection('caller', this.#config);
      const peer = new NativePeer(connection, this.#library, offer, voice, hooks);
      this.#open.add(peer);
      void peer.gone.then(() => this.#open.delete(peer));
      return { ok: true, peer };
    } catch (error) {
      // The library has no other way of refusing a description.
      connection?.close();
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, reason: reason.slice(0, LIMITS.failureCharsMax) };
    }
  }

  async close(): Promise<void> {
    if (!factories.delete(this)) return;
    const peers = [...this.#open];
    for (const peer of peers) peer.close();
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, toMs(LIMITS.serverCloseUs));
    await Promise.race([Promise.all(peers.map(({ gone }) => gone)), patience.promise]);
    clearTimeout(timer);
    // Its threads keep the process alive; with a peer that still ends in one of them it may not be called.
    if (factories.size === 0 && this.#open.size === 0) this.#library.cleanup();
  }
}

class NativePeer implements Peer {
  readonly described: Promise<LocalDescription | undefined>;
  /** The library has let go of it. */
  readonly gone: Promise<void>;
  readonly #gone = Promise.withResolvers<void>();
  readonly #described = Promise.withResolvers<LocalDescription | undefined>();
  /**
   * Kept for as long as the process lives: node-datachannel 0.33.4 ends the process in its `cleanup` when
   * objects of closed connections have been collected before. That costs some 10 kB a call.
   */
  #held: { readonly connection: PeerConnection; readonly voice: Track; channel?: DataChannel } | undefined;
  readonly #mid: string;
  /** Let go at the end, for the library holds this. */
  #hooks: PeerHooks;
  readonly #gathering: NodeJS.Timeout;
  #open = true;

  constructor(
    connection: PeerConnection,
    library: Library,
    offer: RemoteOffer,
    voice: LocalVoice,
    hooks: PeerHooks,
  ) {
    this.#hooks = hooks;
    this.#mid = offer.voice.mid;
    this.described = this.#described.promise;
    this.gone = this.#gone.promise;
    connection.onStateChange((state) => this.#changed(state));
    connection.onGatheringStateChange((state) => {
      if (state === 'complete') this.#describe();
    });
    connection.onDataChannel((channel) => this.#take(channel));
    const medium = new library.Audio(offer.voice.mid, NATIVE[MIRRORED[offer.voice.direction]]);
    medium.addOpusCodec(offer.voice.payloadType);
    medium.addSSRC(voice.ssrc, voice.name, voice.name, `${voice.name}-voice`);
    const track = connection.addTrack(medium);
    track.onMessage((packet) => {
      if (this.#open) this.#hooks.packet(packet);
    });
    this.#held = { connection, voice: track };
    connection.setRemoteDescription(canonicalOffer(offer), 'offer');
    connection.setLocalDescription('answer');
    for (const candidate of offer.candidates) this.addCandidate(candidate);
    // Servers outside that do not answer are not waited for.
    this.#gathering = setTimeout(() => this.#describe(), toMs(LIMITS.peerGatherUs));
  }

  get backlogBytes(): number {
    return this.#open ? (this.#held?.channel?.bufferedAmount() ?? 0) : 0;
  }

  addCandidate(candidate: string): void {
    if (!this.#open) return;
    try {
      this.#held?.connection.addRemoteCandidate(candidate, this.#mid);
    } catch {
      // One that the library does not like is one way less to the client, and nothing worse.
    }
  }

  sendText(text: string): boolean {
    const channel = this.#held?.channel;
    if (!this.#open || channel === undefined) return false;
    try {
      if (text.length > channel.maxMessageSize() / 4 && Buffer.byteLength(text) > channel.maxMessageSize()) {
        return false;
      }
      channel.sendMessage(text);
      return true;
    } catch {
      // Closed by the other end between two of our turns, which is reported on its own.
      return false;
    }
  }

  sendPacket(bytes: Uint8Array): void {
    if (!this.#open) return;
    try {
      this.#held?.voice.sendMessageBinary(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    } catch {
      // As above; a packet of sound has no worth of its own.
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#gathering);
    this.#described.resolve(undefined);
    this.#held?.connection.close();
    this.#hooks = NOBODY;
  }

  /** The stock client opens one channel; further ones are nobody's. */
  #take(channel: DataChannel): void {
    const held = this.#held;
    if (!this.#open || held === undefined || held.channel !== undefined) return channel.close();
    held.channel = channel;
    channel.onMessage((data) => {
      if (!this.#open) return;
      this.#hooks.message(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
    });
    channel.onClosed(() => {
      // On its own it is the client that hangs up; with the connection, that is what counts.
      if (this.#open && this.#held?.connection.state() === 'connected') {
        this.#fail(true, 'the client closed the data channel');
      }
    });
    if (channel.isOpen()) this.#hooks.opened();
    else channel.onOpen(() => this.#open && this.#hooks.opened());
  }

  #changed(state: string): void {
    if (state === 'failed') this.#fail(false, 'the peer connection failed');
    if (state !== 'closed') return;
    this.#fail(true, 'the client closed the peer connection');
    this.#gone.resolve();
  }

  #fail(hungUp: boolean, reason: string): void {
    if (!this.#open) return;
    const { closed } = this.#hooks;
    this.close();
    closed(hungUp, reason);
  }

  #describe(): void {
    clearTimeout(this.#gathering);
    if (!this.#open) return;
    const sdp = this.#held?.connection.localDescription()?.sdp ?? '';
    const found = (name: string) => new RegExp(`^a=${name}:(.+)$`, 'm').exec(sdp)?.[1]?.trim() ?? '';
    const setup = found('setup') === 'passive' ? 'passive' : 'active';
    const candidates = [...sdp.matchAll(/^a=(candidate:.+)$/gm)].map(([, line = '']) => line.trim());
    this.#described.resolve({
      ufrag: found('ice-ufrag'),
      pwd: found('ice-pwd'),
      fingerprint: found('fingerprint'),
      setup,
      candidates: [...new Set(candidates)],
    });
  }
}

const NOBODY: PeerHooks = { opened: () => {}, message: () => {}, packet: () => {}, closed: () => {} };

const NATIVE = {
  sendrecv: 'SendRecv',
  sendonly: 'SendOnly',
  recvonly: 'RecvOnly',
  inactive: 'Inactive',
} as const satisfies Readonly<Record<Direction, string>>;

/** The library leaves loopback out unless it is told to use nothing else. */
const hasNetwork = (): boolean =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal));

/** `stun:host:port`, and for TURN `turn:user:password@host:port`, as the library takes them. */
function addressesOf({ urls, username, credential }: IceServer): string[] {
  const all = typeof urls === 'string' ? [urls] : urls;
  if (username === undefined || credential === undefined) return [...all];
  const login = `${encodeURIComponent(username)}:${encodeURIComponent(credential)}@`;
  return all.map((url) => url.replace(/^(turns?:)/, `$1${login}`));
}
