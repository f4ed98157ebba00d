// The endpoint `stream-input`: one stream of text per connection. One space keeps it alive, an empty
// text ends it: the rest is spoken, the final message sent and the connection closed.
import { type JsonObject, textOf } from '../answer.ts';
import type { Speech, SpeechChunk } from '../speech.ts';
import { errorFrame, errorOfStatus, invalid } from './error.ts';
import type { Endpoint, Line } from './stream-socket.ts';
import { type ContextOutlet, TextContext } from './text-context.ts';

export class SingleContext implements Endpoint, ContextOutlet {
  readonly #line: Line;
  readonly #context: TextContext;
  #ended = false;
  #finals = 0;

  constructor(line: Line) {
    this.#line = line;
    const { service, press, settings } = line;
    this.#context = new TextContext('', { service, press, settings }, this);
  }

  take(message: JsonObject): void {
    if (this.#ended) return;
    const text = textOf(message['text']);
    if (text === undefined) return this.#line.fail(invalid('text is required.'));
    const complaint = this.#context.take(message, text, message['flush'] === true);
    if (complaint !== undefined) return this.#line.fail(complaint);
    if (text !== '') return;
    this.#ended = true;
    this.#context.end();
  }

  waitingSince(): number | undefined {
    return this.#ended ? undefined : this.#context.lastInput;
  }

  stop(): void {
    if (this.#finals === 0) this.#context.stop();
  }

  audio(_context: TextContext, speech: Speech, chunk: SpeechChunk): void {
    this.#line.audio(speech, chunk, '');
  }

  final(): void {
    this.#finals += 1;
    this.#line.send('{"audio":null,"isFinal":true}');
    // The close follows in the same instant, after a second final if there is one.
    if (this.#finals === 1) this.#line.service.after(0, SingleContext.#hangUp, this);
  }

  broken(_context: TextContext, how: 'cut' | 'malformed' | 'error_mid'): void {
    this.#ended = true;
    if (how === 'cut') this.#line.cut();
    else if (how === 'malformed') this.#line.send('{"audio":"AAAA","isFin');
    else {
      this.#line.send(errorFrame(errorOfStatus(500)));
      this.#line.close(1008, 'internal_server_error');
    }
  }

  static readonly #hangUp = (endpoint: SingleContext): void => endpoint.#line.close(1000, 'done');
}
