// A room that needs no Daily: pages of one browser find one another over a BroadcastChannel named after the
// room, and hear one another over a real RTCPeerConnection. It knows the events and the order of things of
// Daily's call object as far as its documents tell; a token is any text that is not "wrong".
import type { Call, CallEvent, CallEventBody, JoinOptions, Participant } from './call.ts';

type Word = { readonly from: string; readonly to?: string } & (
  | { readonly kind: 'here' | 'bye' }
  | { readonly kind: 'message'; readonly data: unknown }
  | { readonly kind: 'description'; readonly description: RTCSessionDescriptionInit }
  | { readonly kind: 'candidate'; readonly candidate: RTCIceCandidateInit }
);

type Other = { readonly participant: Participant; readonly peer: RTCPeerConnection };

/** Larger messages are refused, as Daily does. */
const MESSAGE_CHARS_MAX = 64 << 10;

export class StandInCall implements Call {
  readonly #id = crypto.randomUUID();
  readonly #handlers = new Map<CallEvent, ((body: CallEventBody) => void)[]>();
  readonly #others = new Map<string, Other>();
  #channel: BroadcastChannel | undefined;
  #voice: MediaStreamTrack | undefined;

  on(event: CallEvent, handler: (body: CallEventBody) => void): this {
    this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), handler]);
    return this;
  }

  async join({ url, token, audioSource }: JoinOptions): Promise<void> {
    if (token === undefined || token === 'wrong') {
      this.#emit('error', { errorMsg: 'You are not allowed to join this meeting' });
      throw new Error('You are not allowed to join this meeting');
    }
    this.#voice = audioSource;
    this.#channel = new BroadcastChannel(url);
    this.#channel.onmessage = ({ data }: MessageEvent<Word>) => void this.#hear(data);
    this.#say({ kind: 'here' });
    // Whoever is there already answers within this time.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  participants(): Readonly<Record<string, Participant>> {
    const local: Participant = { session_id: this.#id, local: true };
    const others = [...this.#others].map(([id, { participant }]) => [id, participant] as const);
    return { local, ...Object.fromEntries(others) };
  }

  sendAppMessage(data: unknown, to: string): void {
    if (JSON.stringify(data).length > MESSAGE_CHARS_MAX) throw new Error('Message data too large');
    this.#say({ kind: 'message', data, ...(to === '*' ? {} : { to }) });
  }

  async leave(): Promise<void> {
    this.#say({ kind: 'bye' });
    for (const { peer } of this.#others.values()) peer.close();
    this.#others.clear();
    this.#channel?.close();
    this.#channel = undefined;
    this.#emit('left-meeting', {});
  }

  #emit(event: CallEvent, body: CallEventBody): void {
    for (const handler of this.#handlers.get(event) ?? []) handler(body);
  }

  #say(word: DistributiveOmit<Word, 'from'>): void {
    this.#channel?.postMessage({ ...word, from: this.#id });
  }

  async #hear(word: Word): Promise<void> {
    const { from, to } = word;
    if (to !== undefined && to !== this.#id) return;
    const known = this.#others.get(from);
    if (word.kind === 'here') return this.#meet(from, true);
    if (word.kind === 'description') {
      if (known === undefined) this.#meet(from, false);
      return this.#described(from, word.description);
    }
    if (known === undefined) return;
    if (word.kind === 'candidate') return known.peer.addIceCandidate(word.candidate);
    if (word.kind === 'message') return this.#emit('app-message', { data: word.data, fromId: from });
    known.peer.close();
    this.#others.delete(from);
    this.#emit('participant-left', { participant: known.participant });
  }

  /** `first`: this side was there first, and makes the offer. */
  #meet(id: string, first: boolean): void {
    const peer = new RTCPeerConnection();
    const participant: Participant = { session_id: id, local: false };
    this.#others.set(id, { participant, peer });
    if (this.#voice !== undefined) peer.addTrack(this.#voice);
    peer.onicecandidate = ({ candidate }) => {
      if (candidate !== null) this.#say({ kind: 'candidate', candidate: candidate.toJSON(), to: id });
    };
    peer.ontrack = ({ track }) => {
      const heard = { ...participant, tracks: { audio: { persistentTrack: track } } };
      this.#others.set(id, { participant: heard, peer });
      this.#emit('track-started', { participant: heard, track, type: 'audio' });
    };
    this.#emit('participant-joined', { participant });
    if (first) void this.#offer(id, peer);
  }

  async #offer(id: string, peer: RTCPeerConnection): Promise<void> {
    await peer.setLocalDescription();
    this.#describe(id, peer);
  }

  async #described(id: string, description: RTCSessionDescriptionInit): Promise<void> {
    const peer = this.#others.get(id)?.peer;
    await peer?.setRemoteDescription(description);
    if (peer === undefined || description.type !== 'offer') return;
    await peer.setLocalDescription();
    this.#describe(id, peer);
  }

  #describe(id: string, peer: RTCPeerConnection): void {
    const description = peer.localDescription?.toJSON();
    if (description !== undefined) this.#say({ kind: 'description', description, to: id });
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
