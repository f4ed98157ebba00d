// One HTTP answer as it comes in: from the status line to the last event, or to the failure that
// ends it. It reports what it reads to its generation and knows nothing of retries.
import type { Failure } from '../../core/failure.ts';
import { LIMITS } from '../../core/limit.ts';
import type { LlmUsage, ToolCall } from '../../core/provider.ts';
import type { Headers } from '../../core/wire.ts';
import { plainLine, readComplaint } from '../complaint.ts';
import { timeoutFailure } from '../socket-failure.ts';
import { SseParser } from '../sse.ts';
import { CallCollector } from './calls.ts';
import type { ChatDialect } from './dialect.ts';
import { DONE, type Finish, failureOfAnswer, parseChunk } from './wire.ts';

/** Where the answer stands after what was read. */
export type Step =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'done';
      readonly finish: Finish;
      readonly usage: LlmUsage | undefined;
      readonly calls: readonly ToolCall[];
    }
  | { readonly kind: 'failed'; readonly failure: Failure };

const OPEN: Step = { kind: 'open' };

export class Answer {
  readonly #secret: string;
  readonly #dialect: ChatDialect | undefined;
  readonly #sse = new SseParser(LIMITS.sseLineBytesMax);
  readonly #payloads: string[] = [];
  #status = 0;
  #headers: Headers = {};
  /** Collected when the answer is not a stream of events: the vendor's words of refusal. */
  #body: Uint8Array[] | undefined;
  #bodyBytes = 0;
  readonly #calls = new CallCollector();
  #finish: Finish | undefined;
  #usage: LlmUsage | undefined;

  constructor(secret: string, dialect?: ChatDialect) {
    this.#secret = secret;
    this.#dialect = dialect;
  }

  head(status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
    const type = headers['content-type'];
    if (status !== 200 || (type !== undefined && !/^text\/event-stream\b/i.test(type))) this.#body = [];
  }

  /** Visible text goes to `texts`, one entry per event, in order. */
  chunk(data: Uint8Array, texts: string[]): Step {
    if (this.#body !== undefined) return this.#refusal(this.#body, data);
    this.#payloads.length = 0;
    const sound = this.#sse.push(data, this.#payloads);
    const step = this.#read(texts, false);
    if (step.kind !== 'open' || sound) return step;
    return { kind: 'failed', failure: malformed('an event longer than allowed') };
  }

  /** The answer is complete as far as HTTP goes. */
  end(texts: string[]): Step {
    if (this.#body !== undefined) return { kind: 'failed', failure: this.#refused(this.#body) };
    this.#payloads.length = 0;
    this.#sse.end(this.#payloads);
    const step = this.#read(texts, true);
    if (step.kind !== 'open') return step;
    return this.#over('the stream ended before the answer did');
  }

  /** The connection is gone. */
  broken(message: string): Step {
    return this.#over(plainLine(message, this.#secret));
  }

  /** Our own deadline passed. */
  silent(): Step {
    if (this.#finish !== undefined) return this.#over('');
    return { kind: 'failed', failure: timeoutFailure('no answer in time') };
  }

  /** An answer whose finish was seen is whole, with or without `[DONE]`; any other is a cut one. */
  #over(message: string): Step {
    const finish = this.#finish;
    if (finish !== undefined) return { kind: 'done', finish, usage: this.#usage, calls: this.#calls.all() };
    return { kind: 'failed', failure: { reason: 'disconnected', message, retryable: true } };
  }

  #read(texts: string[], last: boolean): Step {
    for (const payload of this.#payloads) {
      if (payload === DONE) return this.#over('the stream was closed without a finish');
      const chunk = parseChunk(payload, this.#secret, this.#dialect);
      if (chunk.kind === 'error') return { kind: 'failed', failure: chunk.failure };
      if (chunk.kind === 'malformed') {
        // Half an event at the very end is a cut, not a fault of the vendor's protocol.
        if (last) return OPEN;
        return { kind: 'failed', failure: malformed('an event that is not a JSON object') };
      }
      if (chunk.content !== '') texts.push(chunk.content);
      if (!this.#calls.add(chunk.calls)) return { kind: 'failed', failure: malformed('calls without end') };
      this.#finish = chunk.finish ?? this.#finish;
      this.#usage = chunk.usage ?? this.#usage;
    }
    return OPEN;
  }

  #refusal(body: Uint8Array[], data: Uint8Array): Step {
    body.push(data.slice(0, LIMITS.refusalBytesMax - this.#bodyBytes));
    this.#bodyBytes += data.length;
    if (this.#bodyBytes < LIMITS.refusalBytesMax) return OPEN;
    return { kind: 'failed', failure: this.#refused(body) };
  }

  #refused(body: readonly Uint8Array[]): Failure {
    const text = Buffer.concat(body).toString('utf8');
    if (this.#status === 200) return malformed(readComplaint(text, this.#secret).message);
    const answer = { status: this.#status, headers: this.#headers, body: text };
    return failureOfAnswer(answer, this.#secret, this.#dialect);
  }
}

const malformed = (message: string): Failure => ({ reason: 'malformed', message, retryable: false });
