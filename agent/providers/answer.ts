// One HTTP answer of a language model as it comes in: from the status line to the last event, or to the
// failure that ends it. What an event means is told by the reader of the vendor's protocol. It reports what
// it reads to its generation and knows nothing of retries.
import type { Failure } from '../core/failure.ts';
import { LIMITS } from '../core/limit.ts';
import type { LlmUsage, ToolCall } from '../core/provider.ts';
import type { Headers } from '../core/wire.ts';
import { plainLine, readComplaint } from './complaint.ts';
import { timeoutFailure } from './socket-failure.ts';
import { SseParser } from './sse.ts';

export type Finish = 'stop' | 'length' | 'tools' | 'other';

export type WholeAnswer = {
  readonly finish: Finish;
  readonly usage: LlmUsage | undefined;
  readonly calls: readonly ToolCall[];
};

/** What one event means for the answer. `over`: no other event belongs to it. */
export type EventRead =
  | { readonly kind: 'more' | 'over' | 'malformed' }
  | { readonly kind: 'error'; readonly failure: Failure };

/** Reads the events of one answer, in order. */
export interface AnswerReader {
  /** `payload`: the data of one event. Visible text goes to `texts`. Never throws. */
  read(payload: string, texts: string[]): EventRead;
  /** The answer, once its finish was seen; an answer without one was cut. */
  whole(): WholeAnswer | undefined;
}

/** An answer that is not a stream of events. `headers` in lower case. */
export type Refusal = { readonly status: number; readonly headers: Headers; readonly body: string };

/** Where the answer stands after what was read. */
export type Step =
  | { readonly kind: 'open' }
  | ({ readonly kind: 'done' } & WholeAnswer)
  | { readonly kind: 'failed'; readonly failure: Failure };

const OPEN: Step = { kind: 'open' };

export class Answer {
  readonly #secret: string;
  readonly #reader: AnswerReader;
  readonly #refusalOf: (refusal: Refusal) => Failure;
  readonly #sse = new SseParser(LIMITS.sseLineBytesMax);
  readonly #payloads: string[] = [];
  #status = 0;
  #headers: Headers = {};
  /** Collected when the answer is not a stream of events: the vendor's words of refusal. */
  #body: Uint8Array[] | undefined;
  #bodyBytes = 0;

  constructor(secret: string, reader: AnswerReader, refusalOf: (refusal: Refusal) => Failure) {
    this.#secret = secret;
    this.#reader = reader;
    this.#refusalOf = refusalOf;
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
    if (this.#reader.whole() !== undefined) return this.#over('');
    return { kind: 'failed', failure: timeoutFailure('no answer in time') };
  }

  /** An answer whose finish was seen is whole, with or without its last event; any other is a cut one. */
  #over(message: string): Step {
    const whole = this.#reader.whole();
    if (whole !== undefined) return { kind: 'done', ...whole };
    return { kind: 'failed', failure: { reason: 'disconnected', message, retryable: true } };
  }

  #read(texts: string[], last: boolean): Step {
    for (const payload of this.#payloads) {
      const read = this.#reader.read(payload, texts);
      if (read.kind === 'over') return this.#over('the stream was closed without a finish');
      if (read.kind === 'error') return { kind: 'failed', failure: read.failure };
      // Half an event at the very end is a cut, not a fault of the vendor's protocol.
      if (read.kind === 'malformed' && last) return OPEN;
      if (read.kind === 'malformed') {
        return { kind: 'failed', failure: malformed('an event that is not a JSON object') };
      }
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
    return this.#refusalOf({ status: this.#status, headers: this.#headers, body: text });
  }
}

/** Bytes that do not follow the protocol. */
export const malformed = (message: string): Failure => ({ reason: 'malformed', message, retryable: false });
