// The language model: several generations at once, each its own HTTP exchange. It promises that
// every generation ends in `done` or `failed` unless it is cancelled, and that an attempt is
// repeated only while the caller has heard nothing of it: text that was reported is never reported
// twice.
import { assert, unreachable } from '../../core/assert.ts';
import { type Failure, failureOfStatus } from '../../core/failure.ts';
import type { ChatMessage, LlmHooks, LlmSession } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { Headers, HttpEvent } from '../../core/wire.ts';
import { retryDelay } from '../retry.ts';
import { Answer, type Step } from './answer.ts';
import type { CerebrasSettings } from './index.ts';
import { completionsBody, completionsHeaders, completionsUrl } from './wire.ts';

/** A turn needs one, a speculation another; more at once means that nobody cancels. */
const GENERATIONS_MAX = 8;
/** A stream of nothing but heartbeats is as silent as none. */
const ATTEMPT_US_MAX = seconds(60);

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

export class CerebrasSession implements LlmSession {
  readonly #settings: CerebrasSettings;
  readonly #hooks: LlmHooks;
  readonly #url: string;
  readonly #headers: Headers;
  readonly #silenceUs: Micros;
  readonly #generations = new Map<number, Generation>();
  readonly #exchanges = new Map<number, Generation>();
  #exchangeCount = 0;

  constructor(settings: CerebrasSettings, hooks: LlmHooks) {
    this.#settings = settings;
    this.#hooks = hooks;
    this.#url = completionsUrl(settings);
    this.#headers = completionsHeaders(settings);
    this.#silenceUs = ms(settings.firstByteMs);
  }

  /** Nothing to set up: each generation brings its own exchange. */
  start(_now: Micros): void {}

  stop(now: Micros): void {
    for (const id of [...this.#generations.keys()]) this.cancel(now, id);
  }

  deadline(): Micros | undefined {
    let at = Infinity;
    for (const generation of this.#generations.values()) at = Math.min(at, generation.at);
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    for (const generation of [...this.#generations.values()]) {
      if (now < generation.at || !this.#generations.has(generation.id)) continue;
      if (generation.answer === undefined) this.#attempt(now, generation);
      else this.#overdue(now, generation, generation.answer.silent());
    }
  }

  generate(now: Micros, id: number, messages: readonly ChatMessage[]): void {
    if (this.#generations.size >= GENERATIONS_MAX) {
      const failure = failureOfStatus(400, `more than ${GENERATIONS_MAX} generations at once`);
      this.#hooks.event(now, { kind: 'failed', id, failure });
      return;
    }
    assert(!this.#generations.has(id), `generation ${id} is already under way`);
    const generation: Generation = {
      id,
      body: completionsBody(this.#settings, messages),
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
    generation.answer = new Answer(this.#settings.apiKey);
    generation.at = now + this.#silenceUs;
    generation.endBy = now + ATTEMPT_US_MAX;
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
        return this.#hooks.event(now, { kind: 'done', id, finish: step.finish, usage: step.usage });
      case 'failed':
        this.#leave(now, generation);
        return this.#failed(now, generation, step.failure);
      default:
        return unreachable(step);
    }
  }

  #failed(now: Micros, generation: Generation, failure: Failure): void {
    const id = generation.id;
    const delayUs = generation.spoke ? undefined : retryDelay(failure, generation.attempts);
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
