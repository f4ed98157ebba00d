// What the agent needs of a WebRTC stack: to answer one offer, to carry packets of one voice and texts of one
// data channel, and to say when the other end is gone. Whoever implements it takes care that nothing which
// comes from a client can end the process, and reports only through the hooks, never within a call.
import type { LocalDescription, LocalVoice } from '../../transports/webrtc/sdp-answer.ts';
import type { RemoteOffer } from '../../transports/webrtc/sdp-offer.ts';

export type PeerHooks = {
  /** The data channel is open, and so is the way of the voice. Once. */
  opened(): void;
  /** One message of the data channel. */
  message(data: string | Uint8Array): void;
  /** One RTP or RTCP packet, whoever made it up: decrypted, otherwise unseen. */
  packet(bytes: Uint8Array): void;
  /** Once, unless this side closed it. `hungUp`: the other end said so; else it is out of reach. */
  closed(hungUp: boolean, reason: string): void;
};

export interface Peer {
  /** How this end is reached, once that is known. Rejects never; undefined when the offer led nowhere. */
  readonly described: Promise<LocalDescription | undefined>;
  /** As `parseCandidate` writes it. */
  addCandidate(candidate: string): void;
  /** False when it did not go: the channel is not open, or the text is more than the far end takes. */
  sendText(text: string): boolean;
  sendPacket(bytes: Uint8Array): void;
  /** Written to the data channel and not yet gone. */
  readonly backlogBytes: number;
  /** Nothing is reported any more. */
  close(): void;
}

export interface PeerFactory {
  /** Begins to answer `offer`; `reason` when the stack does not take it. */
  open(offer: RemoteOffer, voice: LocalVoice, hooks: PeerHooks): OpenedPeer;
  /** Closes what is still open, and lets the process end. */
  close(): Promise<void>;
}

export type OpenedPeer =
  | { readonly ok: true; readonly peer: Peer }
  | { readonly ok: false; readonly reason: string };

/** STUN and TURN servers, as browsers take them. */
export type IceServer = {
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
};
