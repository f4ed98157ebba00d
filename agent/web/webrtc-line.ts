// The line over WebRTC, in the way of the stock small-webrtc-transport: an offer by HTTP, sound in both
// directions as media, messages on a data channel named "chat", a ping on it every second. When the network
// path dies, a new connection is offered under the same session, which goes on as if nothing had been.
import type { Line, LineHooks } from './line.ts';

export type WebRtcOptions = {
  /** Takes offers (POST) and candidates (PATCH). */
  readonly url: string;
  readonly iceServers: RTCIceServer[];
  readonly microphone: MediaStream;
  /** The peer connection that this one takes the place of, as the agent named it. */
  readonly instead?: string | undefined;
  /** How the agent names this one. */
  named(id: string): void;
};

const PING_MS = 1_000;
/** A path that was interrupted may come back by itself for so long. */
const PATIENCE_MS = 4_000;
/** To close a lost connection at once might still be heard, as hanging up. */
const LINGER_MS = 20_000;

export class WebRtcLine implements Line {
  readonly #options: WebRtcOptions;
  readonly #hooks: LineHooks;
  readonly #peer: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  #peerId: string | undefined;
  #candidates: RTCIceCandidate[] = [];
  #pinging: ReturnType<typeof setInterval> | undefined;
  #over = false;

  constructor(options: WebRtcOptions, hooks: LineHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#peer = new RTCPeerConnection({ iceServers: options.iceServers });
    this.#channel = this.#peer.createDataChannel('chat', { ordered: true });
    this.#listen();
    this.#offer().catch((error: unknown) =>
      this.#fail(error instanceof Error ? error.message : String(error)),
    );
  }

  send(json: string): void {
    if (this.#channel.readyState === 'open') this.#channel.send(json);
  }

  /** The microphone is a track of its own. */
  speak(): void {}

  close(): void {
    this.#over = true;
    clearInterval(this.#pinging);
    this.#channel.close();
    this.#peer.close();
  }

  drop(): void {
    this.#over = true;
    clearInterval(this.#pinging);
    this.#channel.onmessage = null;
    this.#peer.ontrack = null;
    for (const { sender } of this.#peer.getTransceivers()) sender.replaceTrack(null).catch(() => {});
    setTimeout(() => this.#peer.close(), LINGER_MS);
  }

  #listen(): void {
    const [peer, channel] = [this.#peer, this.#channel];
    peer.ontrack = ({ streams, track }) => this.#hooks.stream(streams[0] ?? new MediaStream([track]));
    peer.onicecandidate = ({ candidate }) => {
      if (candidate !== null) this.#trickle(candidate);
    };
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'failed') this.#fail('the network path is gone');
      if (peer.connectionState === 'disconnected') {
        setTimeout(() => {
          if (peer.connectionState === 'disconnected') this.#fail('the network path is gone');
        }, PATIENCE_MS);
      }
    };
    channel.onopen = () => {
      const ping = (): void => channel.send(`ping: ${Date.now()}`);
      this.#pinging = setInterval(() => channel.readyState === 'open' && ping(), PING_MS);
      ping();
      this.#hooks.opened();
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data !== 'string') return;
      if (data.includes('"peerLeft"')) return this.#hungUp();
      this.#hooks.message(data);
    };
    channel.onclose = () => this.#fail('the data channel was closed');
  }

  /** Sound both ways, then a video line each that stays empty, as the stock client has them. */
  async #offer(): Promise<void> {
    const [track] = this.#options.microphone.getAudioTracks();
    this.#peer.addTransceiver(track ?? 'audio', { direction: 'sendrecv' });
    this.#peer.addTransceiver('video', { direction: 'sendrecv' });
    const offer = await this.#peer.createOffer();
    await this.#peer.setLocalDescription(offer);
    const { instead = null } = this.#options;
    const question = { sdp: offer.sdp, type: 'offer', pc_id: instead, restart_pc: instead !== null };
    const answer = await this.#ask('POST', question);
    if (answer === undefined) return this.#hungUp();
    const { sdp, pc_id } = answer as { readonly sdp: string; readonly pc_id: string };
    this.#peerId = pc_id;
    this.#options.named(pc_id);
    if (this.#over) return;
    await this.#peer.setRemoteDescription({ type: 'answer', sdp });
    this.#flushCandidates();
  }

  #trickle(candidate: RTCIceCandidate): void {
    this.#candidates.push(candidate);
    if (this.#peerId !== undefined) this.#flushCandidates();
  }

  #flushCandidates(): void {
    if (this.#candidates.length === 0) return;
    const candidates = this.#candidates.map(({ candidate, sdpMid, sdpMLineIndex }) => ({
      candidate,
      sdp_mid: sdpMid,
      sdp_mline_index: sdpMLineIndex,
    }));
    this.#candidates = [];
    // A candidate that is lost is one path less, not the end.
    this.#ask('PATCH', { pc_id: this.#peerId, candidates }).catch(() => {});
  }

  /** Undefined when the agent knows no such call any more. */
  async #ask(method: 'POST' | 'PATCH', body: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.#options.url, { method, headers, body: JSON.stringify(body) });
    const answer: unknown = await response.json();
    if (response.status === 404 || response.status === 410) return undefined;
    if (!response.ok) throw new Error(`WebRTC: ${response.status}`);
    return answer;
  }

  #fail(reason: string): void {
    if (this.#over) return;
    this.drop();
    this.#hooks.closed(false, reason);
  }

  #hungUp(): void {
    if (this.#over) return;
    this.close();
    this.#hooks.closed(true, 'The agent hung up.');
  }
}
