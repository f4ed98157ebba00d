// What language models over HTTP have in common: several generations at once, each its own exchange. It
// promises that every generation ends in `done` or `failed` unless it is cancelled, and that an attempt is
// repeated only while nothing of it was heard: text that was reported is never reported twice. What is asked
// and how answers are read is the vendor's protocol, a value.
import { assert, unreachable } from '../core/assert.ts';
import { type Failure, failureOfStatus } from '../core/failure.ts';
import { LIMITS } from '../core/limit.ts';
import type { ChatMessage, GenerationWish, LlmEvent, LlmHooks, LlmSession } from '../core/provider.ts';
import type { Micros } from '../core/time.ts';
import type { Headers, HttpEvent } from '../core/wire.ts';
import { Answer, type AnswerReader, type Refusal, type Step } from './answer.ts';
import { retryDelay } from './retry.ts';
import { WarmUp, type WarmUpTarget } from './warm-up.ts';

export type GenerationProtocol = {
  readonly url: string;
  readonly headers: Headers;
  readonly secret: string;
  /** Longest silence of the stream, from the request to its first byte and between bytes. */
  readonly silenceUs: Micros;
  /** Asked for when the call begins; nothing when undefined. */
  readonly warmUp: WarmUpTarget | undefined;
  body(messages: readonly ChatMessage[], wish: GenerationWish | undefined): string;
  /** For one answer. */
  reader(): AnswerReader;
  /** What a refusal means. */
  failureOf(refusal: Refusal): Failure;
};

type Generation = {
  readonly id: number;
  readonly body: string;
  attempts: number;
  /** The attempt under way; undefined while the next one waits. */
  answer: Answer | undefined;
  exchange: number;
  spoke: boolean;
  /** When the attempt is overdue, or when the next one is due. */
  at: Micros;
  endBy: Micros;
};

export class Generating implements LlmSession {
  readonly #protocol: GenerationProtocol;
  readonly #hooks: LlmHooks;
  readonly #generations = new Map<number, Generation>();
  readonly #exchanges = new Map<number, Generation>();
  readonly #warmUp: WarmUp | undefined;
  #exchangeCount = 0;

  constructor(protocol: GenerationProtocol, hooks: LlmHooks) {
    this.#protocol = protocol;
    this.#hooks = hooks;
    const { warmUp } = protocol;
    if (warmUp !== undefined) this.#warmUp = new WarmUp(warmUp, (now, asked) => hooks.request(now, asked));
  }

  /** Each generation brings its own exchange; what is set up here is the connection for the first. */
  start(now: Micros): void {
    if (this.#warmUp === undefined) return;
    this.#exchangeCount += 1;
    this.#warmUp.start(now, this.#exchangeCount);
  }

  stop(now: Micros): void {
    this.#warmUp?.stop(now);
    for (const id of [...this.#generations.keys()]) this.cancel(now, id);
  }

  deadline(): Micros | undefined {
    let at = this.#warmUp?.deadline() ?? Infinity;
    for (const generation of this.#generations.values()) at = Math.min(at, generation.at);
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    this.#warmUp?.wake(now);
    for (const generation of [...this.#generations.values()]) {
      if (now < generation.at || !this.#generations.has(generation.id)) continue;
      if (generation.answer === undefined) this.#attempt(now, generation);
      else this.#overdue(now, generation, generation.answer.silent());
    }
  }

  generate(now: Micros, id: number, messages: readonly ChatMessage[], wish?: GenerationWish): void {
    if (this.#generations.size >= LIMITS.generationsMax) {
      const failure = failureOfStatus(400, `more than ${LIMITS.generationsMax} generations at once`);
      this.#hooks.event(now, { kind: 'failed', id, failure });
      return;
    }
    assert(!this.#generations.has(id), `generation ${id} is already under way`);
    const generation: Generation = {
      id,
      body: this.#protocol.body(messages, wish),
      attempts: 0,
      answer: undefined,
      exchange: 0,
      spoke: false,
      at: Infinity,
      endBy: Infinity,
    };
    this.#generations.set(id, generation);
    this.#attempt(now, generation);
  }

  cancel(now: Micros, id: number): void {
    const generation = this.#generations.get(id);
    if (generation === undefined) return;
    this.#generations.delete(id);
    this.#leave(now, generation);
  }

  receive(now: Micros, event: HttpEvent): void {
    this.#warmUp?.receive(now, event);
    const generation = this.#exchanges.get(event.id);
    const answer = generation?.answer;
    if (generation === undefined || answer === undefined) return;
    const texts: string[] = [];
    switch (event.kind) {
      case 'head':
        return answer.head(event.status, event.headers);
      case 'chunk':
        generation.at = Math.min(now + this.#protocol.silenceUs, generation.endBy);
        return this.#advance(now, generation, texts, answer.chunk(event.data, texts));
      case 'end':
        this.#exchanges.delete(event.id);
        return this.#advance(now, generation, texts, answer.end(texts));
      case 'broken':
        this.#exchanges.delete(event.id);
        return this.#advance(now, generation, texts, answer.broken(event.message));
      default:
        return unreachable(event);
    }
  }

  #overdue(now: Micros, generation: Generation, step: Step): void {
    this.#leave(now, generation);
    this.#advance(now, generation, [], step);
  }

  #attempt(now: Micros, generation: Generation): void {
    this.#exchangeCount += 1;
    generation.attempts += 1;
    generation.exchange = this.#exchangeCount;
    const { url, headers, secret } = this.#protocol;
    const failureOf = (refusal: Refusal) => this.#protocol.failureOf(refusal);
    generation.answer = new Answer(secret, this.#protocol.reader(), failureOf);
    generation.at = now + this.#protocol.silenceUs;
    generation.endBy = now + LIMITS.attemptUs;
    this.#exchanges.set(generation.exchange, generation);
    this.#hooks.request(now, {
      kind: 'request',
      id: generation.exchange,
      method: 'POST',
      url,
      headers,
      body: generation.body,
    });
  }

  #advance(now: Micros, generation: Generation, texts: readonly string[], step: Step): void {
    const id = generation.id;
    for (const text of texts) {
      generation.spoke = true;
      this.#hooks.event(now, { kind: 'text', id, text });
      // Whoever hears the text may cancel it.
      if (this.#generations.get(id) !== generation) return;
    }
    switch (step.kind) {
      case 'open':
        return;
      case 'done':
        // No abort: the exchange is at its end, and its connection can serve the next one.
        this.#exchanges.delete(generation.exchange);
        this.#generations.delete(id);
        return this.#hooks.event(now, doneOf(id, step));
      case 'failed':
        this.#leave(now, generation);
        return this.#failed(now, generation, step.failure);
      default:
        return unreachable(step);
    }
  }

  #failed(now: Micros, generation: Generation, failure: Failure): void {
    const id = generation.id;
    const delayUs = generation.spoke ? undefined : retryDelay(failure, generation.attempts, this.#hooks.salt);
    if (delayUs === undefined) {
      this.#generations.delete(id);
      this.#hooks.event(now, { kind: 'failed', id, failure });
      return;
    }
    generation.at = now + delayUs;
    this.#hooks.event(now, { kind: 'retrying', id, failure, delayUs });
  }

  /** Gives up the exchange under way, if there is one. */
  #leave(now: Micros, generation: Generation): void {
    generation.answer = undefined;
    generation.at = Infinity;
    if (!this.#exchanges.delete(generation.exchange)) return;
    this.#hooks.request(now, { kind: 'abort', id: generation.exchange });
  }
}

function doneOf(id: number, { finish, usage, calls }: Step & { kind: 'done' }): LlmEvent {
  return { kind: 'done', id, finish, usage, ...(calls.length === 0 ? {} : { calls }) };
}
