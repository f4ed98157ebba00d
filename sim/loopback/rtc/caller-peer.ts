// One peer connection of the caller's, as a stock client of SmallWebRTC makes it: it offers one voice and
// one data channel over HTTP and takes the answer. The native stack does ICE, DTLS and SRTP; packets and
// texts come and go as they are. A refusal is a reason, and nothing is reported once it is closed.
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataChannel, PeerConnection, Track } from 'node-datachannel';
import { isSignalling, PEER_LEFT } from '#agent/transports/webrtc/signalling.ts';

export const PAYLOAD_TYPE = 111;
export const CALLER_SSRC = 0x70_61_72_6c;

export type CallerPeerHooks = {
  /** The data channel is open. */
  opened(): void;
  /** A message of the agent's. */
  message(json: string): void;
  /** An RTP or RTCP packet. */
  packet(bytes: Uint8Array): void;
  /** The agent has gone, or was never reached. */
  closed(reason: string): void;
};

export type Dialled = {
  /** Where offers go. */
  readonly endpoint: string;
  /** The connection whose place this one takes. */
  readonly replaces?: string | undefined;
  /** Port of a hop on this machine through which all packets go; straight to the agent when absent. */
  through?(port: number): Promise<number>;
};

/**
 * Kept for as long as the process lives: node-datachannel 0.33.4 ends the process in its `cleanup` when
 * objects of closed connections have been collected before.
 */
const held: unknown[] = [];

export class CallerPeer {
  /** By which the agent knows it; undefined before it has answered. */
  id: string | undefined;
  readonly #connection: PeerConnection;
  readonly #channel: DataChannel;
  readonly #voice: Track;
  readonly #gone = Promise.withResolvers<void>();
  #hooks: CallerPeerHooks | undefined;

  private constructor(library: typeof import('node-datachannel'), hooks: CallerPeerHooks) {
    this.#hooks = hooks;
    const config = { iceServers: [], disableAutoNegotiation: true, bindAddress: LOCALHOST };
    this.#connection = new library.PeerConnection('caller', config);
    const medium = new library.Audio('0', 'SendRecv');
    medium.addOpusCodec(PAYLOAD_TYPE);
    medium.addSSRC(CALLER_SSRC, 'caller', 'caller', 'caller-voice');
    this.#voice = this.#connection.addTrack(medium);
    this.#voice.onMessage((packet) => this.#hooks?.packet(packet));
    this.#channel = this.#connection.createDataChannel('chat');
    this.#channel.onOpen(() => this.#hooks?.opened());
    this.#channel.onMessage((text) => this.#text(text));
    this.#connection.onStateChange((state) => this.#changed(state));
    held.push(this.#connection, this.#channel, this.#voice, medium);
  }

  /** Begins to connect; what comes of it the hooks are told. */
  static async dial(dialled: Dialled, hooks: CallerPeerHooks): Promise<CallerPeer> {
    const peer = new CallerPeer(await import('node-datachannel'), hooks);
    peer.#offer(dialled).catch((error: unknown) => peer.#fail(String(error)));
    return peer;
  }

  sendText(json: string): void {
    if (this.#hooks !== undefined && this.#channel.isOpen()) this.#channel.sendMessage(json);
  }

  sendPacket(bytes: Uint8Array): void {
    if (this.#hooks === undefined || !this.#voice.isOpen()) return;
    this.#voice.sendMessageBinary(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  }

  /** Says goodbye as a stock client does, by closing its channel, and lets that arrive. */
  async hangUp(): Promise<void> {
    this.#hooks = undefined;
    this.#channel.close();
    await Promise.race([this.#gone.promise, sleep(GOODBYE_MS)]);
    await this.close();
  }

  /** Resolves once the native stack has let go of it, or will not soon. */
  async close(): Promise<void> {
    this.#hooks = undefined;
    this.#connection.close();
    await Promise.race([this.#gone.promise, sleep(CLOSE_PATIENCE_MS, undefined, { ref: false })]);
  }

  async #offer({ endpoint, replaces, through }: Dialled): Promise<void> {
    const gathered = Promise.withResolvers<void>();
    this.#connection.onGatheringStateChange((state) => {
      if (state === 'complete') gathered.resolve();
    });
    this.#connection.setLocalDescription('offer');
    await gathered.promise;
    const described = this.#connection.localDescription()?.sdp ?? '';
    // Who knows our own address would not go through the hop.
    const sdp = through === undefined ? described : described.replaceAll(/a=candidate:.*\r?\n/g, '');
    const body = { sdp, type: 'offer', pc_id: replaces ?? null, restart_pc: replaces !== undefined };
    const response = await fetch(endpoint, { method: 'POST', body: JSON.stringify(body) });
    const answer = (await response.json()) as Answer;
    if (response.status !== 200) return this.#fail(answer.detail ?? `status ${response.status}`);
    const led = through === undefined ? answer.sdp : await ledThrough(answer.sdp, through);
    if (this.#hooks === undefined) return;
    this.id = answer.pc_id;
    this.#connection.setRemoteDescription(led, 'answer');
  }

  #text(text: string | Buffer | ArrayBuffer): void {
    if (typeof text !== 'string') return;
    if (text === PEER_LEFT) this.#fail('the agent has left');
    else if (!isSignalling(text)) this.#hooks?.message(text);
  }

  #changed(state: string): void {
    if (state === 'closed') this.#gone.resolve();
    if (state === 'closed' || state === 'failed') this.#fail(`the peer connection ${state}`);
  }

  #fail(reason: string): void {
    const hooks = this.#hooks;
    this.#hooks = undefined;
    hooks?.closed(reason);
  }
}

type Answer = { readonly sdp: string; readonly pc_id: string; readonly detail?: string };

const LOCALHOST = '127.0.0.1';
const CLOSE_PATIENCE_MS = 2_000;
/** Enough for a few round trips of most networks. */
const GOODBYE_MS = 1_000;
/** Of this machine, the one candidate that an agent bound to it has. */
const CANDIDATE = /^(a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 )(\d+)( typ host.*)$/im;

/** `sdp` with the agent's address replaced by that of the hop before it. */
async function ledThrough(sdp: string, through: (port: number) => Promise<number>): Promise<string> {
  const port = Number(CANDIDATE.exec(sdp)?.[2]);
  if (!Number.isInteger(port)) throw new Error('the answer names no address of this machine');
  const hop = await through(port);
  return sdp.replaceAll(new RegExp(CANDIDATE, 'gim'), `$1${hop}$3`);
}
