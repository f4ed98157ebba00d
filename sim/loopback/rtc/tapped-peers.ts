// The agent's own WebRTC stack with somebody who watches: every packet of either voice and every text is
// told of as it leaves or arrives, and goes on unchanged.
import type { Peer, PeerFactory, PeerHooks } from '#agent/io/webrtc/peer.ts';

export type PeerTap = {
  packetLeft(bytes: Uint8Array): void;
  packetArrived(bytes: Uint8Array): void;
  textLeft(text: string): void;
};

export const tapped = (peers: PeerFactory, tap: PeerTap): PeerFactory => ({
  open: (offer, voice, hooks) => {
    const opened = peers.open(offer, voice, watched(hooks, tap));
    return opened.ok ? { ok: true, peer: new TappedPeer(opened.peer, tap) } : opened;
  },
  close: () => peers.close(),
});

const watched = (hooks: PeerHooks, tap: PeerTap): PeerHooks => ({
  opened: () => hooks.opened(),
  message: (data) => hooks.message(data),
  packet: (bytes) => {
    tap.packetArrived(bytes);
    hooks.packet(bytes);
  },
  closed: (hungUp, reason) => hooks.closed(hungUp, reason),
});

class TappedPeer implements Peer {
  readonly #peer: Peer;
  readonly #tap: PeerTap;

  constructor(peer: Peer, tap: PeerTap) {
    this.#peer = peer;
    this.#tap = tap;
  }

  get described(): Peer['described'] {
    return this.#peer.described;
  }

  get backlogBytes(): number {
    return this.#peer.backlogBytes;
  }

  addCandidate(candidate: string): void {
    this.#peer.addCandidate(candidate);
  }

  sendText(text: string): boolean {
    const went = this.#peer.sendText(text);
    if (went) this.#tap.textLeft(text);
    return went;
  }

  sendPacket(bytes: Uint8Array): void {
    this.#tap.packetLeft(bytes);
    this.#peer.sendPacket(bytes);
  }

  close(): void {
    this.#peer.close();
  }
}
