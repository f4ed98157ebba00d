// The endpoint `multi-stream-input`: up to five contexts over one connection, named by the client. An
// unknown name opens a context, an empty text keeps one alive, and a closed name may be used anew
// while its old namesake still speaks.
import { type JsonObject, textOf } from '../answer.ts';
import type { Speech, SpeechChunk } from '../speech.ts';
import { errorFrame, errorOfStatus, tooManyContexts } from './error.ts';
import type { Endpoint, Line } from './stream-socket.ts';
import { type ContextOutlet, TextContext } from './text-context.ts';

const CONTEXTS_MAX = 5;

export class MultiContext implements Endpoint, ContextOutlet {
  readonly #line: Line;
  readonly #open = new Map<string, TextContext>();
  /** Closed by the client, still speaking: they keep their slot until the final message. */
  readonly #draining = new Set<TextContext>();
  #lastMessage: number;
  #closing = false;

  constructor(line: Line) {
    this.#line = line;
    this.#lastMessage = line.service.now();
  }

  take(message: JsonObject): void {
    this.#lastMessage = this.#line.service.now();
    if (message['close_socket'] === true) return this.#closeAll();
    const text = textOf(message['text']) ?? '';
    const id = textOf(message['context_id']) ?? 'default';
    // Without a context an empty text only keeps the connection alive.
    if (message['context_id'] === undefined && text === '' && message['flush'] !== true) return;
    const context = this.#open.get(id) ?? this.#openContext(id);
    if (context === undefined) return;
    const complaint = context.take(message, text, message['flush'] === true);
    if (complaint !== undefined) return this.#line.fail(complaint);
    if (message['close_context'] === true) this.#close(context);
  }

  waitingSince(): number | undefined {
    let oldest: number | undefined;
    for (const context of this.#open.values())
      oldest = Math.min(oldest ?? context.lastInput, context.lastInput);
    return oldest ?? (this.#draining.size > 0 ? undefined : this.#lastMessage);
  }

  stop(): void {
    for (const context of [...this.#open.values(), ...this.#draining]) context.stop();
    this.#open.clear();
    this.#draining.clear();
  }

  audio(context: TextContext, speech: Speech, chunk: SpeechChunk): void {
    this.#line.audio(speech, chunk, `,"contextId":${JSON.stringify(context.id)}`);
  }

  final(context: TextContext): void {
    this.#draining.delete(context);
    this.#line.send(`{"isFinal":true,"contextId":${JSON.stringify(context.id)}}`);
    if (this.#closing && this.#draining.size === 0) this.#line.close(1000, 'closed');
  }

  broken(context: TextContext, how: 'cut' | 'malformed' | 'error_mid'): void {
    this.#draining.delete(context);
    if (how === 'cut') this.#line.cut();
    else if (how === 'malformed') this.#line.send('{"audio":"AAAA","contextId');
    else {
      this.#line.send(errorFrame(errorOfStatus(500)));
      this.#line.close(1008, 'internal_server_error');
    }
  }

  #openContext(id: string): TextContext | undefined {
    if (this.#open.size + this.#draining.size >= CONTEXTS_MAX) {
      this.#line.fail(tooManyContexts);
      return undefined;
    }
    const { service, press, settings } = this.#line;
    const context = new TextContext(id, { service, press, settings }, this);
    this.#open.set(id, context);
    return context;
  }

  #close(context: TextContext): void {
    this.#open.delete(context.id);
    this.#draining.add(context);
    context.end();
  }

  #closeAll(): void {
    this.#closing = true;
    const open = [...this.#open.values()];
    for (const context of open) this.#draining.add(context);
    this.#open.clear();
    if (this.#draining.size === 0) return this.#line.close(1000, 'closed');
    for (const context of open) context.end();
  }
}
