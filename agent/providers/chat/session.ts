// The language model: several generations at once, each its own HTTP exchange. It promises that
// every generation ends in `done` or `failed` unless it is cancelled, and that an attempt is
// repeated only while the caller has heard nothing of it: text that was reported is never reported
// twice.
import { assert, unreachable } from '../../core/assert.ts';
import { type Failure, failureOfStatus } from '../../core/failure.ts';
import { LIMITS } from '../../core/limit.ts';
import type { ChatMessage, GenerationWish, LlmEvent, LlmHooks, LlmSession } from '../../core/provider.ts';
import { type Micros, ms } from '../../core/time.ts';
import type { Headers, HttpEvent } from '../../core/wire.ts';
import { retryDelay } from '../retry.ts';
import { Answer, type Step } from './answer.ts';
import type { ChatDialect, ChatSettings } from './dialect.ts';
import { WarmUp } from './warm-up.ts';
import { completionsBody, completionsHeaders, completionsUrl } from './wire.ts';

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

export class ChatSession implements LlmSession {
  readonly #settings: ChatSettings;
  readonly #dialect: ChatDialect;
  readonly #hooks: LlmHooks;
  readonly #url: string;
  readonly #headers: Headers;
  readonly #silenceUs: Micros;
  readonly #generations = new Map<number, Generation>();
  readonly #exchanges = new Map<number, Generation>();
  readonly #warmUp: WarmUp;
  #exchangeCount = 0;

  constructor(settings: ChatSettings, dialect: ChatDialect, hooks: LlmHooks) {
    this.#settings = settings;
    this.#dialect = dialect;
    this.#hooks = hooks;
    this.#url = completionsUrl(settings);
    this.#headers = completionsHeaders(settings);
    this.#silenceUs = ms(settings.firstByteMs);
    this.#warmUp = new WarmUp(settings, dialect.warmUpUrl, (now, request) => hooks.request(now, request));
  }

  /** Each generation brings its own exchange; what is set up here is the connection for the first. */
  start(now: Micros): void {
    if (!this.#settings.warmUp) return;
    this.#exchangeCount += 1;
    this.#warmUp.start(now, this.#exchangeCount);
  }

  stop(now: Micros): void {
    this.#warmUp.stop(now);
    for (const id of [...this.#generations.keys()]) this.cancel(now, id);
  }

  deadline(): Micros | undefined {
    let at = this.#warmUp.deadline();
    for (const generation of this.#generations.values()) at = Math.min(at, generation.at);
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    this.#warmUp.wake(now);
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
      body: completionsBody(this.#settings, this.#dialect, messages, wish),
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
    this.#warmUp.receive(now, event);
    const generation = this.#exchanges.get(event.id);
    const answer = generation?.answer;
    if (generation === undefined || answer === undefined) return;
    const texts: string[] = [];
    switch (event.kind) {
      case 'head':
        return answer.head(event.status, event.headers);
      case 'chunk':
        generation.at = Math.min(now + this.#silenceUs, generation.endBy);
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
    generation.answer = new Answer(this.#settings.apiKey, this.#dialect);
    generation.at = now + this.#silenceUs;
    generation.endBy = now + LIMITS.attemptUs;
    this.#exchanges.set(generation.exchange, generation);
    this.#hooks.request(now, {
      kind: 'request',
      id: generation.exchange,
      method: 'POST',
      url: this.#url,
      headers: this.#headers,
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
