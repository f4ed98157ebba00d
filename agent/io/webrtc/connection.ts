// One client's peer connection: texts of the data channel, the voice on its media path. To a session it is
// what a WebSocket is, with the same bounds: a flood, a slow reader and a silent peer are cut with a
// reason. A peer that falls silent is out of reach, not gone: it is kept, and its session is told when it
// is heard again.
import { LIMITS } from '../../core/limit.ts';
import { type Micros, toMs } from '../../core/time.ts';
import type { CallerLimits } from '../../setting/security-table.ts';
import { errorMessage, formatMessage } from '../../transports/rtvi/message.ts';
import { PEER_LEFT } from '../../transports/webrtc/signalling.ts';
import { Allowance } from '../allowance.ts';
import { type Connection, messageAllowance, type Welcome } from '../connection.ts';
import { USUAL_LIMITS } from '../guard.ts';
import type { Resident } from '../reception.ts';
import type { Peer, PeerHooks } from './peer.ts';
import { VoiceLine, type VoiceLineOptions } from './voice-line.ts';

export type CallerVoice = Pick<VoiceLineOptions, 'payloadType' | 'ssrc' | 'name' | 'encoder'>;

/** Tells its owner when its call can begin and when it is over. */
export type ConnectionEvents = {
  opened(connection: WebrtcConnection): void;
  closed(connection: WebrtcConnection): void;
};

export class WebrtcConnection implements Connection {
  readonly transport = 'webrtc';
  readonly peer: string;
  readonly session: string;
  /** What the peer is told to report to. */
  readonly hooks: PeerHooks;
  readonly #welcome: Welcome;
  readonly #events: ConnectionEvents;
  readonly #voice: VoiceLine;
  readonly #messages: Allowance;
  readonly #bytes: Allowance;
  readonly #packets: Allowance;
  readonly #limits: CallerLimits;
  #line: Peer | undefined;
  #message: (data: string | Uint8Array) => void = () => {};
  #media: (pcm: Uint8Array) => void = () => {};
  #closed: (code: number, reason: string) => void = () => {};
  #resident: Resident | undefined;
  #lastHeardUs: Micros;
  #state: 'connecting' | 'open' | 'quiet' | 'over' = 'connecting';
  /**
   * The client has another connection, or will have: to be told goodbye on this one would end it there
   * too.
   */
  #retired = false;

  constructor(welcome: Welcome, voice: CallerVoice, events: ConnectionEvents) {
    const { now } = welcome;
    this.#welcome = welcome;
    this.#events = events;
    this.peer = welcome.peer;
    this.session = welcome.session;
    this.#lastHeardUs = now();
    const at = this.#lastHeardUs;
    this.#limits = welcome.limits ?? USUAL_LIMITS;
    this.#messages = messageAllowance(this.#limits, at);
    this.#bytes = new Allowance(LIMITS.clientBytesPerSecondMax, LIMITS.clientBytesAtOnceMax, at);
    this.#packets = new Allowance(LIMITS.peerPacketsPerSecondMax, LIMITS.peerPacketsAtOnceMax, at);
    this.#voice = new VoiceLine({
      ...voice,
      now,
      send: (packet) => this.#line?.sendPacket(packet),
      hear: (pcm) => this.#guard(() => this.#media(pcm)),
    });
    this.hooks = {
      opened: () => this.#opened(),
      message: (data) => this.#hear(data),
      packet: (bytes) => this.#packet(bytes),
      // The stock client closes its old peer connection before the new one is up: it has not hung up.
      closed: (hungUp, reason) => this.#end(hungUp && !this.#retired ? 1000 : CUT, reason),
    };
  }

  /** The peer that reports to `hooks`. */
  attach(line: Peer): void {
    this.#line = line;
  }

  get connecting(): boolean {
    return this.#state === 'connecting';
  }

  /** Neither given up nor out of reach. */
  get present(): boolean {
    return this.#state === 'connecting' || this.#state === 'open';
  }

  /** Another one takes its place: it ends without a word. */
  retire(): void {
    this.#retired = true;
  }

  addCandidate(candidate: string): void {
    this.#line?.addCandidate(candidate);
  }

  silentUs(): Micros {
    return this.#welcome.now() - this.#lastHeardUs;
  }

  stay(resident: Resident): void {
    this.#resident = resident;
    this.#welcome.stay(resident);
  }

  onMessage(listener: (data: string | Uint8Array) => void): void {
    this.#message = listener;
  }

  onMedia(listener: (pcm: Uint8Array) => void): void {
    this.#media = listener;
  }

  onClosed(listener: (code: number, reason: string) => void): void {
    this.#closed = listener;
  }

  send(data: string | Uint8Array): void {
    const line = this.#line;
    if (this.#state !== 'open' || line === undefined || typeof data !== 'string') return;
    if (line.sendText(data)) return this.#checkBacklog(line);
    const complaint = `a message of ${data.length} characters is larger than this data channel takes`;
    line.sendText(formatMessage(errorMessage(complaint, false)));
  }

  /** Another word to the client's transport, which no session hears of. */
  signal(message: string): void {
    if (this.#state === 'open') this.#line?.sendText(message);
  }

  media(pcm: Uint8Array): void {
    if (this.#state === 'open') this.#voice.speak(pcm);
  }

  close(code: number, reason: string): void {
    if (this.#state === 'over') return;
    if (!this.#retired) this.#line?.sendText(PEER_LEFT);
    this.#end(code, reason, LIMITS.peerLingerUs);
  }

  /** Looks whether the peer still lives. */
  checkLiveness(now: Micros, deadAfterUs: Micros): void {
    const silentUs = now - this.#lastHeardUs;
    const words = `no sign of life for ${Math.round(toMs(silentUs))} ms`;
    if (this.#state === 'connecting') {
      if (silentUs > LIMITS.peerConnectUs) this.#end(CUT, 'the peer connection did not come up');
    } else if (silentUs > Math.max(deadAfterUs, LIMITS.peerQuietUs)) {
      this.#end(CUT, words);
    } else if (this.#state === 'open' && silentUs > LIMITS.peerQuietUs) {
      this.#state = 'quiet';
      this.#guard(() => this.#closed(CUT, words));
    }
  }

  #opened(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#lastHeardUs = this.#welcome.now();
    this.#voice.start();
    this.#guard(() => this.#events.opened(this));
  }

  #hear(data: string | Uint8Array): void {
    if (this.#state === 'over') return;
    const now = this.#heard();
    if (!this.#messages.take(now, 1)) {
      return this.#refuse(`more than ${this.#limits.messagesPerSecondMax} messages a second came`);
    }
    const { messageBytesMax } = this.#limits;
    if (data.length > messageBytesMax) {
      return this.close(1009, `a message of ${data.length} bytes came; at most ${messageBytesMax} are taken`);
    }
    if (!this.#bytes.take(now, data.length)) {
      return this.#refuse(`more than ${LIMITS.clientBytesPerSecondMax} bytes a second came`);
    }
    this.#guard(() => this.#message(data));
  }

  #packet(bytes: Uint8Array): void {
    if (this.#state === 'over') return;
    if (!this.#packets.take(this.#heard(), 1)) {
      return this.#refuse(`more than ${LIMITS.peerPacketsPerSecondMax} packets a second came`);
    }
    this.#guard(() => this.#voice.receive(bytes));
  }

  /** Takes note of a sign of life. */
  #heard(): Micros {
    const now = this.#welcome.now();
    this.#lastHeardUs = now;
    if (this.#state !== 'quiet') return now;
    this.#state = 'open';
    const resident = this.#resident;
    if (resident !== undefined && !resident.ended) this.#guard(() => resident.back(this));
    return now;
  }

  #checkBacklog(line: Peer): void {
    const backlog = line.backlogBytes;
    if (backlog > LIMITS.clientBacklogBytesMax) {
      this.#refuse(`the client reads too slowly: ${backlog} bytes wait for it`);
    }
  }

  #refuse(reason: string): void {
    this.close(1008, reason);
  }

  #end(code: number, reason: string, lingerUs: Micros = 0): void {
    if (this.#state === 'over') return;
    const told = this.#state === 'quiet' && code === CUT;
    this.#state = 'over';
    this.#voice.close();
    const line = this.#line;
    if (lingerUs === 0) line?.close();
    else setTimeout(() => line?.close(), toMs(lingerUs));
    if (!told) this.#guard(() => this.#closed(code, reason));
    this.#events.closed(this);
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      // A bug in one call must not end the others: this client goes, the fault is reported.
      this.#welcome.fault(error);
      this.close(1011, 'internal error');
    }
  }
}

/** Out of reach, as a WebSocket that ended without a close frame. */
const CUT = 1006;
