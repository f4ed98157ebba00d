// Serves one client over WebRTC: RTVI messages as JSON text on the data channel, audio on the media
// path. What carries them (SDP, DTLS, RTP, Opus) is somebody else's; this is only the conversation.
import type { ClientFactory, ClientHooks, ClientSession } from '../../core/client.ts';
import type { Frame } from '../../core/frame.ts';
import { LIMITS } from '../../core/limit.ts';
import { type Micros, ms } from '../../core/time.ts';
import { errorMessage } from '../rtvi/message.ts';
import { type RtviOptions, RtviSession } from '../rtvi/session.ts';
import { isSignalling } from './signalling.ts';

export type WebrtcClientOptions = RtviOptions & {
  /** PCM rate of the audio given to the media path, Hz. */
  readonly outputRate?: number;
};

export const webrtcClient =
  (options: WebrtcClientOptions): ClientFactory =>
  (hooks) =>
    new WebrtcSession(options, hooks);

/** One frame: the receiver's jitter buffer is the lead, and more would only be heard after a barge-in. */
const FRAME_US: Micros = ms(20);

class WebrtcSession implements ClientSession {
  readonly outputRate: number;
  /** A receiver plays what has arrived; there is no way to take it back. */
  readonly flushable = false;
  readonly leadUs = FRAME_US;
  readonly #hooks: ClientHooks;
  readonly #rtvi: RtviSession;
  /** Less than one frame, waiting for its rest. */
  readonly #frame: Uint8Array;
  #held = 0;
  #open = true;

  constructor(options: WebrtcClientOptions, hooks: ClientHooks) {
    this.outputRate = options.outputRate ?? 24_000;
    this.#frame = new Uint8Array(2 * Math.round((this.outputRate * FRAME_US) / 1_000_000));
    this.#hooks = hooks;
    this.#rtvi = new RtviSession(options, {
      send: (now, json) => hooks.send(now, json),
      event: (now, event) => hooks.event(now, event),
      history: () => hooks.history?.() ?? [],
    });
  }

  /** One text of the data channel. */
  receive(now: Micros, data: string | Uint8Array): void {
    if (!this.#open) return;
    if (typeof data !== 'string') return this.#complain(now, 'a binary message came on the data channel');
    if (data.length > LIMITS.clientMessageBytesMax) {
      return this.#complain(now, `a message of ${data.length} characters came`);
    }
    if (!isSignalling(data)) this.#rtvi.receive(now, data);
  }

  receiveMedia(now: Micros, pcm: Uint8Array): void {
    if (!this.#open || !this.#rtvi.ready || pcm.length === 0) return;
    this.#hooks.event(now, { kind: 'audio', pcm, sampleRate: 16_000 });
  }

  observe(now: Micros, frame: Frame): void {
    if (this.#open) this.#rtvi.observe(now, frame);
  }

  /** The media path carries whole frames only; what does not fill one waits for more, or for a flush. */
  sendAudio(now: Micros, pcm: Uint8Array): void {
    if (!this.#open) return;
    const frame = this.#frame;
    if (this.#held === 0 && pcm.length === frame.length) return this.#hooks.media(now, pcm);
    for (let at = 0; at < pcm.length; ) {
      const piece = pcm.subarray(at, at + frame.length - this.#held);
      frame.set(piece, this.#held);
      this.#held += piece.length;
      at += piece.length;
      if (this.#held === frame.length) this.#sendFrame(now);
    }
  }

  /** Sends what is held, completed with silence. */
  flushAudio(now: Micros): void {
    if (!this.#open || this.#held === 0) return;
    this.#frame.fill(0, this.#held);
    this.#sendFrame(now);
  }

  /** On a new peer connection the stock client does not repeat its client-ready. */
  back(now: Micros, awayUs: Micros): boolean {
    this.#held = 0;
    this.#rtvi.back(awayUs);
    this.#rtvi.welcomeBack(now);
    return this.#rtvi.ready;
  }

  tell(now: Micros, data: unknown): void {
    if (this.#open && this.#rtvi.ready) this.#rtvi.tell(now, { type: 'server-message', data });
  }

  close(now: Micros, reason: string): void {
    if (!this.#open) return;
    this.flushAudio(now);
    this.#rtvi.tell(now, { type: 'server-message', data: { type: 'session-ended', reason } });
    this.#open = false;
    this.#hooks.close(now, 1000, reason);
  }

  #sendFrame(now: Micros): void {
    this.#held = 0;
    this.#hooks.media(now, this.#frame.slice());
  }

  #complain(now: Micros, what: string): void {
    this.#rtvi.tell(now, errorMessage(`${what}; expected RTVI messages as JSON text`, false));
  }
}
