// What both speech WebSockets of ElevenLabs do alike: the key in the handshake or the first message,
// frames as JSON text, audio out, errors as a frame followed by a close, and the inactivity timer.
// What a message means is the endpoint's: `multi-context.ts` or `single-context.ts`.
import { seconds } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import { type JsonObject, parseObject, textOf } from '../answer.ts';
import type { Service } from '../service.ts';
import type { Speech, SpeechChunk, SpeechPress } from '../speech.ts';
import type { VendorSocket, VendorSocketHandler } from '../vendor.ts';
import { alignmentJson, internedAlignmentJson } from './alignment.ts';
import { type ElevenLabsError, errorFrame, errorOfStatus, inputTimeout, invalid } from './error.ts';
import type { StreamSettings } from './stream-settings.ts';

/** What an endpoint may use of its connection. */
export interface Line {
  readonly service: Service;
  readonly press: SpeechPress;
  readonly settings: StreamSettings;
  /** `contextMember`: `,"contextId":"…"` or nothing. */
  audio(speech: Speech, chunk: SpeechChunk, contextMember: string): void;
  send(frame: string): void;
  fail(error: ElevenLabsError): void;
  close(code: number, reason: string): void;
  cut(): void;
}

export interface Endpoint {
  take(message: JsonObject): void;
  /** Time of the oldest input that somebody still has to follow up; undefined: nobody has to. */
  waitingSince(): number | undefined;
  stop(): void;
}

export type StreamTools = {
  readonly service: Service;
  readonly press: SpeechPress;
  readonly interning: boolean;
  /** Undefined when the handshake brought a valid key. */
  readonly isKey: ((key: string) => boolean) | undefined;
};

export class StreamSocket implements VendorSocketHandler, Line {
  readonly service: Service;
  readonly press: SpeechPress;
  readonly settings: StreamSettings;
  readonly #socket: VendorSocket;
  readonly #align: (speech: Speech, chunk: SpeechChunk) => string;
  readonly #endpoint: Endpoint;
  #isKey: ((key: string) => boolean) | undefined;
  #timer: Timer | undefined;
  #open = true;

  constructor(
    socket: VendorSocket,
    tools: StreamTools,
    settings: StreamSettings,
    endpointOf: (line: Line) => Endpoint,
  ) {
    this.service = tools.service;
    this.press = tools.press;
    this.settings = settings;
    this.#socket = socket;
    this.#isKey = tools.isKey;
    this.#align = tools.interning ? internedAlignmentJson : alignmentJson;
    this.#endpoint = endpointOf(this);
    this.#timer = this.service.after(seconds(settings.inactivityS), StreamSocket.#checkIdle, this);
    this.service.note({ what: 'connected' });
  }

  message(data: string | Uint8Array): void {
    if (!this.#open) return;
    const message = typeof data === 'string' ? parseObject(data) : undefined;
    if (message === undefined) return this.fail(invalid('Messages are JSON objects.'));
    if (this.#isKey !== undefined) {
      const bearer = textOf(message['authorization'])?.replace(/^Bearer\s+/i, '');
      const key = textOf(message['xi_api_key']) ?? textOf(message['xi-api-key']) ?? bearer ?? '';
      if (!this.#isKey(key)) return this.fail(errorOfStatus(401));
      this.#isKey = undefined;
    }
    this.#endpoint.take(message);
  }

  closed(code: number): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#timer !== undefined) this.service.cancel(this.#timer);
    this.#endpoint.stop();
    this.service.note({ what: 'disconnected', code });
  }

  audio(speech: Speech, chunk: SpeechChunk, contextMember: string): void {
    // Without `sync_alignment` timings are optional; this vendor then sends none.
    const alignment = this.settings.syncAlignment ? this.#align(speech, chunk) : 'null';
    const timings = `"alignment":${alignment},"normalizedAlignment":${alignment}`;
    // The endpoint without contexts says null for "not yet".
    const isFinal = contextMember === '' ? 'null' : 'false';
    this.send(`{"audio":"${chunk.base64()}"${contextMember},${timings},"isFinal":${isFinal}}`);
  }

  send(frame: string): void {
    if (this.#open) this.#socket.send(frame);
  }

  fail(error: ElevenLabsError): void {
    this.send(errorFrame(error));
    this.close(error.close, error.id);
  }

  close(code: number, reason: string): void {
    if (!this.#open) return;
    this.#socket.close(code, reason);
    this.closed(code);
  }

  cut(): void {
    if (!this.#open) return;
    this.#socket.destroy();
    this.closed(1006);
  }

  static readonly #checkIdle = (owner: StreamSocket): void => {
    if (!owner.#open) return;
    const timeoutUs = seconds(owner.settings.inactivityS);
    const now = owner.service.now();
    const rest = (owner.#endpoint.waitingSince() ?? now) + timeoutUs - now;
    if (rest <= 0) owner.fail(inputTimeout(owner.settings.inactivityS));
    else owner.#timer = owner.service.after(rest, StreamSocket.#checkIdle, owner);
  };
}
