// The events of one streamed chat completion, put together: text as it comes, and in the end the finish, the
// usage and the calls of tools, which may come in any order before `[DONE]`.
import type { LlmUsage } from '../../core/provider.ts';
import { type AnswerReader, type EventRead, type Finish, malformed, type WholeAnswer } from '../answer.ts';
import { CallCollector } from '../calls.ts';
import type { ChatDialect } from './dialect.ts';
import { DONE, parseChunk } from './wire.ts';

export class ChatReader implements AnswerReader {
  readonly #secret: string;
  readonly #dialect: ChatDialect | undefined;
  readonly #calls = new CallCollector();
  #finish: Finish | undefined;
  #usage: LlmUsage | undefined;

  constructor(secret: string, dialect?: ChatDialect) {
    this.#secret = secret;
    this.#dialect = dialect;
  }

  read(payload: string, texts: string[]): EventRead {
    if (payload === DONE) return { kind: 'over' };
    const chunk = parseChunk(payload, this.#secret, this.#dialect);
    if (chunk.kind !== 'delta') return chunk;
    if (chunk.content !== '') texts.push(chunk.content);
    if (!this.#calls.add(chunk.calls)) return { kind: 'error', failure: malformed('calls without end') };
    this.#finish = chunk.finish ?? this.#finish;
    this.#usage = chunk.usage ?? this.#usage;
    return { kind: 'more' };
  }

  whole(): WholeAnswer | undefined {
    const finish = this.#finish;
    return finish === undefined ? undefined : { finish, usage: this.#usage, calls: this.#calls.all() };
  }
}
