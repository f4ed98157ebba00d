// Anthropic's Messages API, emulated from its documents: streamed and whole answers, the list of models, the
// two API versions and what each refuses. It answers from the messages it was given and nothing else. Prompt
// caches, thinking, pictures and documents are not emulated.
import type { Headers } from '#agent/core/wire.ts';
import { jsonAnswer, type PlainAnswer, refusal, sendAnswer } from '../answer.ts';
import type { Brain } from '../brain.ts';
import { type ChatRequest, subjectOf } from '../chat/chat-request.ts';
import { type CountTokens, type Generation, generate } from '../chat/generation.ts';
import { NO_REQUEST } from '../draw.ts';
import type { Denial } from '../fault-desk.ts';
import type { Profile } from '../profile.ts';
import { Service } from '../service.ts';
import { OVERLOOKED } from '../summary.ts';
import type { UpgradeAnswer, Vendor, VendorExchange, VendorRequest, VendorWorld } from '../vendor.ts';
import { errorAnswer, errorOfStatus, invalid, type MessagesError, notFound } from './error.ts';
import { type MessageRequestResult, readMessageRequest } from './message-request.ts';
import { MessageStream, STOP_REASONS, type StreamedAnswer, toolUseId } from './message-stream.ts';

export type AnthropicOptions = {
  readonly world: VendorWorld;
  readonly profile: Profile;
  readonly brain: Brain;
  readonly countTokens: CountTokens;
  /** Valid keys; any key that is not empty when absent. */
  readonly keys?: ReadonlySet<string>;
};

const VERSIONS = ['2023-06-01', '2026-10-21'];
const MODELS = [
  'claude-haiku-4-5',
  'claude-haiku-5-5',
  'claude-sonnet-4-5',
  'claude-sonnet-4-6',
  'claude-sonnet-5',
];
/** A name may have the date of its snapshot behind it. */
const serves = (model: string): boolean => MODELS.includes(model.replace(/-\d{8}$/, ''));

const REQUESTS_A_MINUTE = 4_000;

export class AnthropicEmulator implements Vendor {
  readonly name = 'anthropic';
  readonly #options: AnthropicOptions;
  readonly #service: Service;

  constructor(options: AnthropicOptions) {
    this.#options = options;
    this.#service = new Service(options.world, options.profile, 'llm');
  }

  upgrade(): UpgradeAnswer {
    return refusal(errorAnswer(notFound('Not a WebSocket'), this.#requestId()), 0);
  }

  exchange(request: VendorRequest, exchange: VendorExchange): void {
    const version = request.headers['anthropic-version'] ?? '';
    const asks = request.method === 'POST' && request.path === '/v1/messages';
    const read = asks ? readMessageRequest(request.body, version) : undefined;
    const about = read?.ok === true ? subjectOf(read.request) : '';
    // Faults strike answers; a list or a warm-up must not use them up.
    const denial = read === undefined ? undefined : this.#service.desk.atDoor(about);
    if (denial?.kind === 'refused') return exchange.destroy();
    if (denial !== undefined) return this.#later(exchange, this.#denied(denial), about);
    if (!this.#admits(request)) return this.#refuse(exchange, errorOfStatus(401));
    if (!VERSIONS.includes(version)) {
      const why = version === '' ? 'header is required' : `"${version.slice(0, 20)}" is not a valid version`;
      return this.#refuse(exchange, invalid(`anthropic-version: ${why}`));
    }
    if (read !== undefined) return this.#complete(read, exchange);
    if (request.method === 'GET' && request.path === '/v1/models') return this.#list(request, exchange);
    this.#refuse(exchange, notFound(`Nothing is served at ${request.path}`));
  }

  /** The key's own header wins where both are sent. */
  #admits({ headers }: VendorRequest): boolean {
    const bearer = /^Bearer\s+(\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
    const key = headers['x-api-key'] ?? bearer ?? '';
    return key !== '' && (this.#options.keys === undefined || this.#options.keys.has(key));
  }

  #denied(denial: Denial & { kind: 'status' }): PlainAnswer {
    const wait = denial.retryAfterS;
    const headers: Headers = wait === undefined ? {} : { 'retry-after': String(wait) };
    return errorAnswer(errorOfStatus(denial.status), this.#requestId(), { ...this.#limits(), ...headers });
  }

  #complete(read: MessageRequestResult, exchange: VendorExchange): void {
    const service = this.#service;
    if (!read.ok) return this.#refuse(exchange, read.error);
    const asked = read.request;
    if (!serves(asked.model)) return this.#refuse(exchange, notFound(`model: ${asked.model}`));
    const request = service.newRequest();
    service.note({ what: 'received', request, detail: `messages:${asked.messages.length}` });
    const answer: StreamedAnswer = {
      request,
      key: subjectOf(asked),
      id: `msg_${service.newId().replaceAll('-', '')}`,
      model: asked.model,
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'request-id': this.#requestId(),
        ...this.#limits(),
      },
      generation: this.#generate(asked),
      plan: service.desk.inAnswer(false, subjectOf(asked)),
    };
    if (asked.stream) new MessageStream(service, exchange, answer).start();
    else this.#whole(exchange, answer);
  }

  #generate(asked: ChatRequest): Generation {
    const { chance, turn } = this.#service.world;
    return generate(this.#options.brain, asked, {
      count: this.#options.countTokens,
      // Nothing is cached unless it is asked for, which this emulator does not take.
      cachedTokens: () => 0,
      thinks: false,
      forgets: (id, value) => chance.uniform(turn(), 'llm.overlooked', `${id} ${value}`) < OVERLOOKED,
    });
  }

  #whole(exchange: VendorExchange, { request, key, id, model, generation, plan }: StreamedAnswer): void {
    const service = this.#service;
    const rate = Math.max(1, service.draws.value('llm.tokens_per_s', key));
    const spoken = (generation.usage.completion * 1_000_000) / rate;
    const drawn = service.draws.latency('llm.first_token', request, key);
    const delay = Math.round((drawn + spoken) * plan.slow + plan.stallBeforeUs + plan.stallMidUs);
    let gone = false;
    exchange.onAbort(() => {
      gone = true;
      service.note({ what: 'cancelled', request });
    });
    if (!Number.isFinite(delay)) return;
    const answer = () => {
      if (gone) return;
      if (plan.broken !== undefined) {
        service.desk.fired(plan.broken);
        return exchange.destroy();
      }
      service.note({ what: 'sent', request, detail: 'first' });
      sendAnswer(exchange, jsonAnswer(200, wholeOf(id, model, generation), this.#limits()));
      service.note({ what: 'done', request, detail: generation.finish });
    };
    service.after(delay, answer, undefined);
  }

  #list({ query }: VendorRequest, exchange: VendorExchange): void {
    const limit = Number(query.get('limit') ?? 20);
    const data = MODELS.slice(0, Math.max(1, limit)).map((id) => ({ type: 'model', id, display_name: id }));
    const more = { has_more: data.length < MODELS.length, first_id: data[0]?.id, last_id: data.at(-1)?.id };
    this.#later(exchange, jsonAnswer(200, { data, ...more }, this.#limits()));
  }

  #refuse(exchange: VendorExchange, error: MessagesError): void {
    this.#later(exchange, errorAnswer(error, this.#requestId(), this.#limits()));
  }

  /** Answers without a model behind them. */
  #later(exchange: VendorExchange, answer: PlainAnswer, key = ''): void {
    const delay = this.#service.draws.latency('llm.connect', NO_REQUEST, key);
    this.#service.after(delay, () => sendAnswer(exchange, answer), undefined);
  }

  #requestId(): string {
    return `req_${this.#service.newId().replaceAll('-', '')}`;
  }

  /** Informative only: refusals are faults of the profile. */
  #limits(): Headers {
    return {
      'anthropic-ratelimit-requests-limit': String(REQUESTS_A_MINUTE),
      'anthropic-ratelimit-requests-remaining': String(REQUESTS_A_MINUTE - 1),
    };
  }
}

function wholeOf(id: string, model: string, generation: Generation): object {
  const text = generation.pieces.map((piece) => piece.text).join('');
  const uses = generation.calls.map(({ name, arguments: input }, nth) => ({
    type: 'tool_use',
    id: toolUseId(id, nth),
    name,
    input: JSON.parse(input) as unknown,
  }));
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [...(text === '' ? [] : [{ type: 'text', text }]), ...uses],
    stop_reason: STOP_REASONS[generation.finish],
    stop_sequence: null,
    usage: { input_tokens: generation.usage.prompt, output_tokens: generation.usage.completion },
  };
}
