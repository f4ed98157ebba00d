// One connection to Cartesia's voice (`GET /tts/websocket`): many contexts, JSON both ways. A mistake
// in one message is answered by an error event of its context and leaves the others alone.
import type { Micros } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import { parseObject, textOf } from '../answer.ts';
import type { Service } from '../service.ts';
import type { SpeechPress } from '../speech.ts';
import type { VendorSocket, VendorSocketHandler } from '../vendor.ts';
import { badRequest, type CartesiaError, errorEvent, errorOfStatus } from './error.ts';
import { type ContextOutlet, TtsContext } from './tts-context.ts';
import { readTtsRequest, type TtsRequest } from './tts-request.ts';

const CONTEXTS_MAX = 100;

export class TtsSocket implements VendorSocketHandler, ContextOutlet {
  readonly #service: Service;
  readonly #socket: VendorSocket;
  readonly #press: SpeechPress;
  readonly #idleUs: Micros;
  readonly #contexts = new Map<string, TtsContext>();
  #lastActivity: Micros;
  #idleTimer: Timer;
  #open = true;

  constructor(service: Service, socket: VendorSocket, press: SpeechPress, idleUs: Micros) {
    this.#service = service;
    this.#socket = socket;
    this.#press = press;
    this.#idleUs = idleUs;
    this.#lastActivity = service.now();
    this.#idleTimer = service.after(idleUs, TtsSocket.#checkIdle, this);
    service.note({ what: 'connected' });
  }

  message(data: string | Uint8Array): void {
    if (!this.#open) return;
    this.#lastActivity = this.#service.now();
    const message = typeof data === 'string' ? parseObject(data) : undefined;
    if (message === undefined) return this.#error(undefined, badRequest('Messages are JSON objects.'));
    const id = textOf(message['context_id']);
    if (id === undefined || id === '') return this.#error(undefined, badRequest('context_id is required.'));
    if (message['cancel'] === true) {
      this.#contexts.get(id)?.cancel();
      return;
    }
    const read = readTtsRequest(message);
    if (!read.ok) return this.#error(id, read.error);
    this.#speak(id, read.request);
  }

  closed(code: number): void {
    if (!this.#open) return;
    this.#open = false;
    this.#service.cancel(this.#idleTimer);
    for (const context of this.#contexts.values()) context.stop();
    this.#contexts.clear();
    this.#service.note({ what: 'disconnected', code });
  }

  send(message: string): void {
    if (this.#open) this.#socket.send(message);
  }

  over(id: string, how: 'done' | 'cut' | 'malformed' | 'error_mid'): void {
    this.#contexts.delete(id);
    if (how === 'malformed') this.send('{"type":"chunk","context_id":');
    else if (how === 'error_mid') this.#error(id, errorOfStatus(500));
    else if (how === 'cut') {
      this.#socket.destroy();
      this.closed(1006);
    }
  }

  #speak(id: string, request: TtsRequest): void {
    let context = this.#contexts.get(id);
    if (context?.expired === true) {
      this.#contexts.delete(id);
      return this.#error(id, badRequest('This context has expired.'));
    }
    context ??= this.#openContext(id, request);
    context?.take(request.transcript, request.more, request.flush);
  }

  #openContext(id: string, { transcript, format, timestamps, bufferMs }: TtsRequest): TtsContext | undefined {
    if (this.#contexts.size >= CONTEXTS_MAX) {
      this.#error(id, errorOfStatus(429));
      return undefined;
    }
    const request = this.#service.newRequest();
    this.#service.note({ what: 'received', request, detail: 'text' });
    const plan = this.#service.desk.inAnswer(true, transcript);
    if (plan.denial?.kind === 'status') {
      this.#error(id, errorOfStatus(plan.denial.status));
      return undefined;
    }
    const options = { id, format, timestamps, bufferUs: Math.round(bufferMs * 1_000) };
    const context = new TtsContext(this.#service, { press: this.#press, request, plan }, this, options);
    this.#contexts.set(id, context);
    return context;
  }

  #error(id: string | undefined, error: CartesiaError): void {
    const more = id === undefined ? { done: true } : { context_id: id, done: true };
    this.send(errorEvent(error, this.#service.newId(), more));
  }

  static readonly #checkIdle = (owner: TtsSocket): void => {
    if (!owner.#open) return;
    const rest = owner.#lastActivity + owner.#idleUs - owner.#service.now();
    if (rest > 0) {
      owner.#idleTimer = owner.#service.after(rest, TtsSocket.#checkIdle, owner);
      return;
    }
    owner.#socket.close(1000, 'idle');
    owner.closed(1000);
  };
}
