// One streamed answer: role, reasoning, then content in bursts at the drawn token rate, usage on the
// last chunk and `[DONE]`. It ends when the client goes away, and carries out the faults planned for it.
import { type Micros, seconds } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import type { AnswerPlan } from '../fault-desk.ts';
import type { Service } from '../service.ts';
import type { VendorExchange } from '../vendor.ts';
import type { ChatDialect } from './dialect.ts';
import type { Call, Generation, Piece } from './generation.ts';
import { usageOf } from './usage.ts';

export type StreamHead = {
  readonly dialect: ChatDialect;
  readonly id: string;
  readonly model: string;
  readonly created: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly includeUsage: boolean;
};

export class CompletionStream {
  readonly #service: Service;
  readonly #exchange: VendorExchange;
  readonly #request: number;
  /** What is asked: the draws are about it. */
  readonly #key: string;
  readonly #head: StreamHead;
  readonly #generation: Generation;
  readonly #plan: AnswerPlan;
  readonly #startedAt: Micros;
  readonly #tokenUs: number;
  #firstAt: Micros = 0;
  #stage: 'head' | 'reasoning' | 'content' | 'last' = 'head';
  #next = 0;
  #characters = 0;
  #timer: Timer | undefined;
  /** Everything up to `"choices":` that all chunks share. */
  readonly #prefix: string;

  constructor(
    service: Service,
    exchange: VendorExchange,
    answer: { request: number; key: string; head: StreamHead; generation: Generation; plan: AnswerPlan },
  ) {
    this.#service = service;
    this.#exchange = exchange;
    this.#request = answer.request;
    this.#key = answer.key;
    this.#head = answer.head;
    this.#generation = answer.generation;
    this.#plan = answer.plan;
    this.#startedAt = service.now();
    const rate = Math.max(1, service.draws.value('llm.tokens_per_s', answer.key));
    this.#tokenUs = (seconds(1) / rate) * answer.plan.slow;
    const { id, created, model } = answer.head;
    const kind = '"object":"chat.completion.chunk"';
    const names = `"id":"${id}",${kind},"created":${created},"model":${JSON.stringify(model)}`;
    this.#prefix = `data: {${names},"system_fingerprint":"fp_emulated","choices":`;
  }

  start(): void {
    const drawn = this.#service.draws.latency('llm.first_token', this.#request, this.#key);
    const latency = Math.round(drawn * this.#plan.slow) + this.#plan.stallBeforeUs;
    this.#exchange.onAbort(() => this.#aborted());
    if (!Number.isFinite(latency)) return;
    this.#firstAt = this.#startedAt + latency;
    // The head comes with the first reasoning, half-way to the first visible token.
    const half = this.#generation.reasoning === '' ? latency : Math.floor(latency / 2);
    this.#arm(half);
  }

  static readonly #wake = (stream: CompletionStream): void => stream.#step();

  #arm(delay: Micros): void {
    this.#timer = this.#service.after(delay, CompletionStream.#wake, this);
  }

  #step(): void {
    if (this.#stage === 'head') {
      this.#exchange.head(200, this.#head.headers);
      const content = this.#generation.reasoning === '' ? ',"content":""' : '';
      this.#chunk(`{"role":"assistant"${content}}`, this.#head.dialect.first(this.#head.id));
      this.#stage = this.#generation.reasoning === '' ? 'content' : 'reasoning';
    }
    if (this.#stage === 'reasoning') {
      this.#chunk(`{"reasoning":${JSON.stringify(this.#generation.reasoning)}}`);
      this.#stage = 'content';
      const { pieces, calls } = this.#generation;
      if (pieces.length + calls.length > 0) return this.#arm(this.#firstAt - this.#service.now());
    }
    const piece = this.#generation.pieces[this.#next];
    if (piece !== undefined) return this.#content(piece);
    const { calls } = this.#generation;
    if (calls.length > 0 && this.#next === 0 && this.#plan.broken !== undefined) {
      return this.#break(this.#plan.broken);
    }
    this.#callTools();
    this.#last();
  }

  #content(piece: Piece): void {
    this.#characters += piece.text.length;
    this.#chunk(`{"content":${JSON.stringify(piece.text)}}`);
    const first = this.#next === 0;
    const detail = first ? 'first' : `text:${this.#characters}`;
    this.#service.note({ what: 'sent', request: this.#request, detail });
    this.#next += 1;
    if (first && this.#plan.broken !== undefined) return this.#break(this.#plan.broken);
    const stall = first ? this.#plan.stallMidUs : 0;
    if (stall > 0) this.#service.desk.fired('stall_mid');
    if (!Number.isFinite(stall)) return;
    const next = this.#generation.pieces[this.#next];
    // The finish comes with the last token.
    if (next === undefined && stall === 0 && this.#generation.calls.length === 0) this.#last();
    else this.#arm(Math.round((next?.tokens ?? this.#callTokens()) * this.#tokenUs) + stall);
  }

  #callTokens(): number {
    return this.#generation.calls.reduce((sum, { tokens }) => sum + tokens, 0);
  }

  /** All calls at once, as the vendor sends them; the arguments of each in two pieces. */
  #callTools(): void {
    const { calls } = this.#generation;
    for (const [index, call] of calls.entries()) {
      const half = call.arguments.length >> 1;
      const begun = { ...call, arguments: call.arguments.slice(0, half) };
      this.#chunk(`{"tool_calls":[${JSON.stringify({ index, ...callJson(this.#head.id, index, begun) })}]}`);
      const rest = { index, function: { arguments: call.arguments.slice(half) } };
      this.#chunk(`{"tool_calls":[${JSON.stringify(rest)}]}`);
    }
    const detail = calls.map(({ name }) => name).join(',');
    if (calls.length > 0)
      this.#service.note({ what: 'sent', request: this.#request, detail: `calls:${detail}` });
  }

  #last(): void {
    const generation = this.#generation;
    const finish = `[{"index":0,"delta":{},"finish_reason":"${generation.finish}"}]`;
    const figures = usageOf(generation, this.#service.now() - this.#startedAt, this.#head.created);
    for (const chunk of this.#head.dialect.last(finish, figures, this.#head)) {
      this.#write(`${this.#prefix}${chunk}}\n\n`);
    }
    this.#write('data: [DONE]\n\n');
    this.#over();
    this.#exchange.end();
    this.#service.note({ what: 'done', request: this.#request, detail: generation.finish });
  }

  #chunk(delta: string, more = ''): void {
    const rest = `${this.#head.dialect.every(this.#head.includeUsage)}${more}`;
    this.#write(`${this.#prefix}[{"index":0,"delta":${delta},"finish_reason":null}]${rest}}\n\n`);
  }

  #write(text: string): void {
    this.#exchange.write(Buffer.from(text));
  }

  #break(how: 'cut' | 'malformed' | 'error_mid'): void {
    this.#service.desk.fired(how);
    this.#over();
    if (how === 'cut') return this.#exchange.destroy();
    if (how === 'malformed') this.#write(`${this.#prefix}[{"index":0,"delta":{"cont\n\n`);
    else {
      const { dialect, id } = this.#head;
      this.#write(`data: ${JSON.stringify(dialect.midError(dialect.errorOfStatus(500), id))}\n\n`);
    }
    this.#exchange.end();
  }

  #aborted(): void {
    if (this.#stage === 'last') return;
    this.#over();
    this.#service.note({ what: 'cancelled', request: this.#request });
  }

  #over(): void {
    this.#stage = 'last';
    if (this.#timer !== undefined) this.#service.cancel(this.#timer);
    this.#timer = undefined;
  }
}

/** A call as the dialect writes it, without its index. */
export const callJson = (answer: string, index: number, call: Pick<Call, 'name' | 'arguments'>): object => ({
  id: `${answer}-call-${index}`,
  type: 'function',
  function: { name: call.name, arguments: call.arguments },
});
