// A WebRTC stack that is none: it answers every offer at once, and a test says what its far end does.
import type { LocalDescription, LocalVoice } from '../../transports/webrtc/sdp-answer.ts';
import type { RemoteOffer } from '../../transports/webrtc/sdp-offer.ts';
import type { OpenedPeer, Peer, PeerFactory, PeerHooks } from './peer.ts';

const LOCAL: LocalDescription = {
  ufrag: 'KSeN',
  pwd: '+EknWDXVp35KmsKMTsn9aX',
  fingerprint: `sha-256 ${'AF:'.repeat(31)}6E`,
  setup: 'active',
  candidates: ['candidate:1 1 UDP 2114977791 192.0.2.2 34463 typ host'],
};

export class StandInPeer implements Peer {
  readonly described = Promise.resolve(LOCAL);
  readonly offer: RemoteOffer;
  readonly voice: LocalVoice;
  /** The far end. */
  readonly far: PeerHooks;
  readonly texts: string[] = [];
  readonly packets: Uint8Array[] = [];
  readonly candidates: string[] = [];
  backlogBytes = 0;
  closed = false;

  constructor(offer: RemoteOffer, voice: LocalVoice, hooks: PeerHooks) {
    this.offer = offer;
    this.voice = voice;
    this.far = hooks;
  }

  addCandidate(candidate: string): void {
    this.candidates.push(candidate);
  }

  /** 1,000 characters are too much for it. */
  sendText(text: string): boolean {
    if (this.closed || text.length > 1_000) return false;
    this.texts.push(text);
    return true;
  }

  sendPacket(bytes: Uint8Array): void {
    this.packets.push(bytes);
  }

  close(): void {
    this.closed = true;
  }
}

export class StandInPeers implements PeerFactory {
  readonly peers: StandInPeer[] = [];
  /** Why it takes no offer; it does when undefined. */
  refusal: string | undefined;
  closed = false;

  open(offer: RemoteOffer, voice: LocalVoice, hooks: PeerHooks): OpenedPeer {
    if (this.refusal !== undefined) return { ok: false, reason: this.refusal };
    const peer = new StandInPeer(offer, voice, hooks);
    this.peers.push(peer);
    return { ok: true, peer };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  get last(): StandInPeer {
    const peer = this.peers.at(-1);
    if (peer === undefined) throw new Error('no offer was taken yet');
    return peer;
  }
}
