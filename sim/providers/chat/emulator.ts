// Chat completions, emulated from the vendors' documents in the dialect of each: the model list, the warm-up
// request, and completions streamed or whole. It answers from the messages it was given and
// nothing else, calls tools where its mind says so, whether they were offered or not, and summarises when
// it is asked to. Images and sampling parameters are accepted and have no effect.
import type { Headers } from '#agent/core/wire.ts';
import { jsonAnswer, type PlainAnswer, sendAnswer } from '../answer.ts';
import type { Brain } from '../brain.ts';
import { NO_REQUEST } from '../draw.ts';
import type { AnswerPlan, Denial } from '../fault-desk.ts';
import type { Profile } from '../profile.ts';
import { Service } from '../service.ts';
import { OVERLOOKED } from '../summary.ts';
import type { UpgradeAnswer, Vendor, VendorExchange, VendorRequest, VendorWorld } from '../vendor.ts';
import { type ChatRequest, type ChatRequestResult, readChatRequest, subjectOf } from './chat-request.ts';
import { CompletionStream, callJson } from './completion-stream.ts';
import type { ChatDialect } from './dialect.ts';
import { errorAnswer, modelNotFound, notFound } from './error.ts';
import { type CountTokens, type Generation, generate } from './generation.ts';
import { PromptCache } from './prompt-cache.ts';
import { usageOf } from './usage.ts';

export type ChatOptions = {
  readonly world: VendorWorld;
  readonly profile: Profile;
  readonly brain: Brain;
  readonly countTokens: CountTokens;
  readonly dialect: ChatDialect;
  /** Valid keys; any key that is not empty when absent. */
  readonly keys?: ReadonlySet<string>;
};

/** Any fixed moment will do: 2026-11-22. */
const EPOCH_S = 1_795_305_600;

type Reply = { readonly request: number; readonly id: string; readonly chat: ChatRequest } & {
  readonly generation: Generation;
  readonly plan: AnswerPlan;
};

export class ChatEmulator implements Vendor {
  readonly name: string;
  readonly #options: ChatOptions;
  readonly #dialect: ChatDialect;
  readonly #service: Service;
  readonly #cache: PromptCache;
  #requestsToday = 0;

  constructor(options: ChatOptions) {
    this.#options = options;
    this.#dialect = options.dialect;
    this.name = options.dialect.name;
    this.#service = new Service(options.world, options.profile, 'llm');
    this.#cache = new PromptCache(options.countTokens);
  }

  upgrade(): UpgradeAnswer {
    return { kind: 'refuse', afterUs: 0, ...errorAnswer(this.#dialect, notFound('a WebSocket'), {}) };
  }

  exchange(request: VendorRequest, exchange: VendorExchange): void {
    // Faults strike completions; a list or a warm-up must not use them up.
    const read = request.method === 'POST' ? readChatRequest(request.body) : undefined;
    const about = read?.ok === true ? subjectOf(read.request) : '';
    const denial = read === undefined ? undefined : this.#service.desk.atDoor(about);
    if (denial?.kind === 'refused') return exchange.destroy();
    this.#requestsToday += 1;
    if (denial !== undefined) return this.#later(exchange, this.#denied(denial), about);
    if (!this.#admits(request)) return this.#refuse(exchange, this.#dialect.errorOfStatus(401));
    const { base, warming } = this.#dialect;
    const place = request.path.startsWith(`${base}/`) ? request.path.slice(base.length) : '';
    const route = `${request.method} ${place}`;
    if (read !== undefined && route === 'POST /chat/completions') return this.#complete(read, exchange);
    if (route === 'GET /models') return this.#later(exchange, this.#modelList());
    if (place === warming) return this.#later(exchange, jsonAnswer(200, {}, this.#limits()));
    const model = /^GET \/models\/(.+)$/.exec(route)?.[1];
    if (model !== undefined && this.#serves(model)) {
      return this.#later(exchange, jsonAnswer(200, this.#modelEntry(model), this.#limits()));
    }
    this.#refuse(exchange, model === undefined ? notFound(request.path) : modelNotFound(model));
  }

  #admits({ headers }: VendorRequest): boolean {
    if (this.#dialect.keyless === true) return true;
    const { keys } = this.#options;
    const key = /^Bearer\s+(\S+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? '';
    return key !== '' && (keys === undefined || keys.has(key));
  }

  #serves(model: string): boolean {
    const { models } = this.#dialect;
    return models.length === 0 || models.includes(model);
  }

  #denied(denial: Denial & { kind: 'status' }): PlainAnswer {
    const { status, retryAfterS } = denial;
    const retry: Headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
    const headers = { ...this.#limits(), ...retry };
    return errorAnswer(this.#dialect, this.#dialect.errorOfStatus(status), headers);
  }

  #complete(read: ChatRequestResult, exchange: VendorExchange): void {
    const service = this.#service;
    if (!read.ok) return this.#refuse(exchange, read.error);
    const chat = read.request;
    if (!this.#serves(chat.model)) return this.#refuse(exchange, modelNotFound(chat.model));
    const complaint = this.#dialect.complaint?.(chat);
    if (complaint !== undefined) return this.#refuse(exchange, complaint);
    const request = service.newRequest();
    service.note({ what: 'received', request, detail: `messages:${chat.messages.length}` });
    const { chance, turn } = service.world;
    const generation = generate(this.#options.brain, chat, {
      count: this.#cache.count,
      cachedTokens: this.#cache.cachedTokens,
      thinks: this.#dialect.thinks.test(chat.model),
      forgets: (id, value) => chance.uniform(turn(), 'llm.overlooked', `${id} ${value}`) < OVERLOOKED,
    });
    const plan = service.desk.inAnswer(false, subjectOf(chat));
    const reply = { request, id: `chatcmpl-${service.newId()}`, chat, generation, plan };
    if (chat.stream) this.#stream(exchange, reply);
    else this.#whole(exchange, reply);
  }

  #stream(exchange: VendorExchange, { request, id, chat, generation, plan }: Reply): void {
    const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
    const head = {
      dialect: this.#dialect,
      id,
      model: chat.model,
      created: this.#created(),
      headers: { ...headers, ...this.#limits(), 'x-request-id': id },
      includeUsage: chat.includeUsage,
    };
    const key = subjectOf(chat);
    new CompletionStream(this.#service, exchange, { request, key, head, generation, plan }).start();
  }

  #whole(exchange: VendorExchange, { request, id, chat, generation, plan }: Reply): void {
    const service = this.#service;
    const key = subjectOf(chat);
    const rate = Math.max(1, service.draws.value('llm.tokens_per_s', key));
    const spoken = (generation.usage.completion * 1_000_000) / rate;
    const latency = (service.draws.latency('llm.first_token', request, key) + spoken) * plan.slow;
    const delay = Math.round(latency + plan.stallBeforeUs + plan.stallMidUs);
    let gone = false;
    exchange.onAbort(() => {
      gone = true;
      service.note({ what: 'cancelled', request });
    });
    if (!Number.isFinite(delay)) return;
    service.after(
      delay,
      () => {
        if (gone) return;
        if (plan.broken !== undefined) {
          service.desk.fired(plan.broken);
          return exchange.destroy();
        }
        service.note({ what: 'sent', request, detail: 'first' });
        sendAnswer(exchange, this.#wholeAnswer(id, chat, generation, delay));
        service.note({ what: 'done', request, detail: generation.finish });
      },
      undefined,
    );
  }

  #wholeAnswer(id: string, chat: ChatRequest, generation: Generation, elapsed: number): PlainAnswer {
    const content = generation.pieces.map((piece) => piece.text).join('');
    const reasoning = generation.reasoning === '' ? {} : { reasoning: generation.reasoning };
    const choice = {
      index: 0,
      message: { role: 'assistant', content, ...reasoning, ...callsJson(id, generation) },
      finish_reason: generation.finish,
    };
    const members = this.#dialect.whole(usageOf(generation, elapsed, this.#created()), id);
    const head = JSON.stringify({
      id,
      object: 'chat.completion',
      created: this.#created(),
      model: chat.model,
    });
    const body = `${head.slice(0, -1)},"choices":[${JSON.stringify(choice)}],${members}}`;
    return { status: 200, headers: { 'content-type': 'application/json', ...this.#limits() }, body };
  }

  #refuse(exchange: VendorExchange, error: Parameters<typeof errorAnswer>[1]): void {
    this.#later(exchange, errorAnswer(this.#dialect, error, this.#limits()));
  }

  /** Answers without a model behind them. */
  #later(exchange: VendorExchange, answer: PlainAnswer, key = ''): void {
    const delay = this.#service.draws.latency('llm.connect', NO_REQUEST, key);
    this.#service.after(delay, () => sendAnswer(exchange, answer), undefined);
  }

  #modelList(): PlainAnswer {
    const data = this.#dialect.models.map((id) => this.#modelEntry(id));
    return jsonAnswer(200, { object: 'list', data }, this.#limits());
  }

  #modelEntry(id: string): object {
    return { id, object: 'model', created: EPOCH_S, owned_by: this.#dialect.name };
  }

  #created(): number {
    return EPOCH_S + Math.floor(this.#service.now() / 1_000_000);
  }

  #limits(): Headers {
    return this.#dialect.limits(this.#service.now(), this.#requestsToday);
  }
}

const callsJson = (id: string, { calls }: Generation): object =>
  calls.length === 0 ? {} : { tool_calls: calls.map((call, index) => callJson(id, index, call)) };
