// Serves one Daily client: RTVI messages as app messages, audio on the room's media path. That is the
// conversation over WebRTC, carried by others, and one thing more: what the caller said before the agent was
// ready comes in messages, is kept, bounded, and is heard in order once the conversation begins.
import type { ClientEvent, ClientFactory, ClientHooks, ClientSession } from '../../core/client.ts';
import type { Frame } from '../../core/frame.ts';
import { LIMITS } from '../../core/limit.ts';
import type { Micros } from '../../core/time.ts';
import { errorMessage, formatMessage } from '../rtvi/message.ts';
import { type WebrtcClientOptions, webrtcClient } from '../webrtc/session.ts';
import { type EarlyAudio, readEarlyAudio } from './early-audio.ts';

export const dailyClient =
  (options: WebrtcClientOptions): ClientFactory =>
  (hooks) =>
    new DailySession(options, hooks);

class DailySession implements ClientSession {
  readonly outputRate: number;
  readonly flushable: boolean;
  readonly leadUs: Micros | undefined;
  readonly #hooks: ClientHooks;
  readonly #talk: ClientSession;
  #ready = false;
  #early: EarlyAudio[] = [];
  #earlyBytes = 0;

  constructor(options: WebrtcClientOptions, hooks: ClientHooks) {
    this.#hooks = hooks;
    this.#talk = webrtcClient(options)({ ...hooks, event: (now, event) => this.#event(now, event) });
    this.outputRate = this.#talk.outputRate;
    this.flushable = this.#talk.flushable;
    this.leadUs = this.#talk.leadUs;
  }

  receive(now: Micros, data: string | Uint8Array): void {
    if (typeof data !== 'string' || data.length > LIMITS.clientMessageBytesMax) {
      return this.#talk.receive(now, data);
    }
    const early = readEarlyAudio(data);
    if (early === undefined) return this.#talk.receive(now, data);
    if ('complaint' in early) return this.#complain(now, early.complaint);
    if (this.#ready) return this.#hear(now, early);
    if (this.#earlyBytes + early.pcm.length > LIMITS.earlyAudioBytesMax) {
      return this.#complain(now, 'more was recorded before the agent was ready than is kept');
    }
    this.#early.push(early);
    this.#earlyBytes += early.pcm.length;
  }

  receiveMedia(now: Micros, pcm: Uint8Array): void {
    this.#talk.receiveMedia(now, pcm);
  }

  observe(now: Micros, frame: Frame): void {
    this.#talk.observe(now, frame);
  }

  sendAudio(now: Micros, pcm: Uint8Array): void {
    this.#talk.sendAudio(now, pcm);
  }

  flushAudio(now: Micros): void {
    this.#talk.flushAudio(now);
  }

  back(now: Micros, awayUs: Micros): boolean {
    return this.#talk.back(now, awayUs);
  }

  close(now: Micros, reason: string): void {
    this.#talk.close(now, reason);
  }

  #event(now: Micros, event: ClientEvent): void {
    this.#hooks.event(now, event);
    if (event.kind !== 'ready' || this.#ready) return;
    this.#ready = true;
    const early = this.#early;
    this.#early = [];
    for (const one of early) this.#hear(now, one);
  }

  #hear(now: Micros, { pcm }: EarlyAudio): void {
    if (pcm.length > 0) this.#hooks.event(now, { kind: 'audio', pcm, sampleRate: 16_000 });
  }

  #complain(now: Micros, what: string): void {
    this.#hooks.send(now, formatMessage(errorMessage(what, false)));
  }
}
