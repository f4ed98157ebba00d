// A browser's WebRTC without a browser: libwebrtc itself, headless, doing what the stock client of
// SmallWebRTC does over HTTP and on its data channel. The judge of our server, never part of it: what it
// hears has gone through its jitter buffer and decoder. Pictures are offered as a browser offers them.
import { setTimeout as sleep } from 'node:timers/promises';

export const EAR_RATE = 48_000;

export type Offer = { readonly sdp: string; readonly type: string };

export type Dialled = {
  /** Where its offers go: `http://…/sessions/<id>/api/offer`. */
  readonly endpoint: string;
  /** A new peer connection for the call of this one, which is closed as soon as there is an answer. */
  readonly replaces?: HeadlessClient;
};

/** An address for offers of a session of its own. */
export async function startCall(base: string): Promise<string> {
  const body = JSON.stringify({ transport: 'webrtc', enableDefaultIceServers: true, body: {} });
  const answer = await fetch(`${base}/start`, { method: 'POST', body });
  const { sessionId } = (await answer.json()) as { sessionId: string };
  return `${base}/sessions/${sessionId}/api/offer`;
}

export class HeadlessClient {
  readonly messages: string[] = [];
  readonly endpoint: string;
  peerId: string | null;
  /** What the ear got, 48 kHz mono, 10 ms apiece, and when. */
  readonly heard: { readonly atMs: number; readonly samples: Int16Array }[] = [];
  readonly #library: Library;
  readonly #pc: PeerConnection;
  readonly #channel: DataChannel;
  readonly #source: AudioSource;
  readonly #track: Track;
  readonly #sinks: AudioSink[] = [];
  #speech: Int16Array[] = [];
  #mic: NodeJS.Timeout | undefined;
  #micStartMs = 0;
  #micFrames = 0;
  #candidates: unknown[] | undefined = [];

  private constructor(library: Library, { endpoint, replaces }: Dialled) {
    const { RTCPeerConnection, nonstandard } = library;
    this.#library = library;
    this.endpoint = endpoint;
    this.peerId = replaces?.peerId ?? null;
    this.#pc = new RTCPeerConnection({ iceServers: [] });
    this.#source = new nonstandard.RTCAudioSource();
    this.#track = this.#source.createTrack();
    this.#pc.ontrack = ({ track }) => this.#listen(track);
    this.#pc.onicecandidate = ({ candidate }) => this.#found(candidate);
    this.#pc.addTransceiver(this.#track, { direction: 'sendrecv' });
    this.#pc.addTransceiver('video', { direction: 'sendrecv' });
    this.#channel = this.#pc.createDataChannel('chat', { ordered: true });
    this.#channel.onmessage = ({ data }) => this.messages.push(String(data));
  }

  /** Connected, with an open data channel; rejects with the status and words of a refusal. */
  static async dial(dialled: Dialled): Promise<HeadlessClient> {
    const client = new HeadlessClient(await loadLibrary(), dialled);
    const open = Promise.withResolvers<void>();
    client.#channel.onopen = () => open.resolve();
    await client.offer(dialled.replaces !== undefined);
    // The stock client does not wait for the new channel either.
    dialled.replaces?.close();
    await Promise.race([open.promise, failure(5_000, 'the data channel did not open')]);
    client.#beginMic();
    return client;
  }

  /** Offer and answer; again on the same connection when called again. */
  async offer(restarts = false): Promise<Offer> {
    const offer = await this.#pc.createOffer();
    await this.#pc.setLocalDescription(offer);
    const { sdp, type } = this.#pc.localDescription;
    const body = JSON.stringify({ sdp, type, pc_id: this.peerId, restart_pc: restarts });
    const answer = await fetch(this.endpoint, { method: 'POST', body });
    const words = await answer.text();
    if (answer.status !== 200) {
      this.close();
      throw new Error(`${answer.status} ${words}`);
    }
    const { pc_id: id, ...described } = JSON.parse(words) as Offer & { pc_id: string };
    this.peerId = id;
    await this.#pc.setRemoteDescription(described);
    await this.#flush();
    return described;
  }

  send(text: string): void {
    this.#channel.send(text);
  }

  /** Speaks behind what is still to be said: 48 kHz mono. */
  say(samples: Int16Array): void {
    for (let at = 0; at + TEN_MS <= samples.length; at += TEN_MS) {
      this.#speech.push(samples.slice(at, at + TEN_MS));
    }
  }

  /** What libwebrtc counted of our voice. */
  async inbound(): Promise<Readonly<Record<string, number>>> {
    for (const one of (await this.#pc.getStats()).values()) {
      if (one['type'] === 'inbound-rtp' && one['kind'] === 'audio') return one as Record<string, number>;
    }
    return {};
  }

  /** Gone without a word, as far as libwebrtc can: as a browser does when its tab is closed. */
  close(): void {
    clearInterval(this.#mic);
    for (const sink of this.#sinks) sink.stop();
    this.#track.stop();
    this.#channel.close();
    this.#pc.close();
  }

  #listen(track: Track): void {
    if (track.kind !== 'audio') return;
    const sink = new this.#library.nonstandard.RTCAudioSink(track);
    sink.ondata = ({ samples, channelCount }) => {
      const mono = channelCount === 1 ? samples.slice() : samples.filter((_, at) => at % channelCount === 0);
      this.heard.push({ atMs: performance.now(), samples: mono });
    };
    this.#sinks.push(sink);
  }

  /** 10 ms of microphone, every 10 ms on average. */
  #beginMic(): void {
    this.#micStartMs = performance.now();
    this.#mic = setInterval(() => {
      const due = Math.floor((performance.now() - this.#micStartMs) / 10);
      for (; this.#micFrames < due; this.#micFrames += 1) {
        const samples = this.#speech.shift() ?? new Int16Array(TEN_MS);
        const shape = { sampleRate: EAR_RATE, bitsPerSample: 16, channelCount: 1, numberOfFrames: TEN_MS };
        this.#source.onData({ samples, ...shape });
      }
    }, 5);
  }

  #found(candidate: Candidate | null): void {
    if (candidate === null) return;
    this.#candidates ??= [];
    const { sdpMid, sdpMLineIndex } = candidate;
    this.#candidates.push({
      candidate: candidate.candidate,
      sdp_mid: sdpMid,
      sdp_mline_index: sdpMLineIndex,
    });
    if (this.peerId !== null) void this.#flush();
  }

  async #flush(): Promise<void> {
    const candidates = this.#candidates ?? [];
    this.#candidates = [];
    if (candidates.length === 0) return;
    const body = JSON.stringify({ pc_id: this.peerId, candidates });
    await fetch(this.endpoint, { method: 'PATCH', body });
  }
}

const TEN_MS = EAR_RATE / 100;

async function failure(afterMs: number, what: string): Promise<never> {
  await sleep(afterMs, undefined, { ref: false });
  throw new Error(what);
}

/** As far as it is used here; its own declarations are those of a browser's page, which this is not. */
type Library = {
  readonly RTCPeerConnection: new (config: object) => PeerConnection;
  readonly nonstandard: {
    readonly RTCAudioSource: new () => AudioSource;
    readonly RTCAudioSink: new (track: Track) => AudioSink;
  };
};
type Track = { readonly kind: string; stop(): void };
type AudioSource = { createTrack(): Track; onData(data: object): void };
type AudioSink = {
  ondata: (data: { readonly samples: Int16Array; readonly channelCount: number }) => void;
  stop(): void;
};
type Candidate = { readonly candidate: string; readonly sdpMid: string; readonly sdpMLineIndex: number };
type DataChannel = {
  onopen: () => void;
  onmessage: (event: { readonly data: unknown }) => void;
  send(text: string): void;
  close(): void;
};
type PeerConnection = {
  ontrack: (event: { readonly track: Track }) => void;
  onicecandidate: (event: { readonly candidate: Candidate | null }) => void;
  readonly localDescription: Offer;
  addTransceiver(trackOrKind: Track | string, init: object): unknown;
  createDataChannel(label: string, init: object): DataChannel;
  createOffer(): Promise<Offer>;
  setLocalDescription(offer: Offer): Promise<void>;
  setRemoteDescription(answer: Offer): Promise<void>;
  getStats(): Promise<Map<string, Readonly<Record<string, unknown>>>>;
  close(): void;
};

async function loadLibrary(): Promise<Library> {
  const loaded: unknown = await import('@roamhq/wrtc');
  return (loaded as { readonly default: Library }).default;
}
