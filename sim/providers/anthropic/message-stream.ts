// One streamed answer of the Messages API: the start, a block of text in bursts at the drawn token rate, a
// block for each call of a tool, the reason of the end with its usage, and the stop. It ends when the client
// goes away, and carries out the faults planned for it.
import { type Micros, seconds } from '#agent/core/time.ts';
import type { Headers } from '#agent/core/wire.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import type { Generation, Piece } from '../chat/generation.ts';
import type { AnswerPlan } from '../fault-desk.ts';
import type { Service } from '../service.ts';
import type { VendorExchange } from '../vendor.ts';
import { errorBody, errorOfStatus } from './error.ts';

export type StreamedAnswer = {
  readonly request: number;
  /** What is asked: the draws are about it. */
  readonly key: string;
  readonly id: string;
  readonly model: string;
  readonly headers: Headers;
  readonly generation: Generation;
  readonly plan: AnswerPlan;
};

export const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' } as const;

export class MessageStream {
  readonly #service: Service;
  readonly #exchange: VendorExchange;
  readonly #answer: StreamedAnswer;
  readonly #tokenUs: number;
  #begun = false;
  #over = false;
  /** Pieces of text that were sent. */
  #next = 0;
  #characters = 0;
  #timer: Timer | undefined;

  constructor(service: Service, exchange: VendorExchange, answer: StreamedAnswer) {
    this.#service = service;
    this.#exchange = exchange;
    this.#answer = answer;
    const rate = Math.max(1, service.draws.value('llm.tokens_per_s', answer.key));
    this.#tokenUs = (seconds(1) / rate) * answer.plan.slow;
  }

  start(): void {
    const { request, key, plan } = this.#answer;
    const drawn = this.#service.draws.latency('llm.first_token', request, key);
    this.#exchange.onAbort(() => this.#aborted());
    this.#arm(Math.round(drawn * plan.slow) + plan.stallBeforeUs);
  }

  static readonly #wake = (stream: MessageStream): void => stream.#step();

  #arm(delay: Micros): void {
    this.#timer = undefined;
    if (Number.isFinite(delay)) this.#timer = this.#service.after(delay, MessageStream.#wake, this);
  }

  #step(): void {
    const { generation, plan } = this.#answer;
    if (!this.#begun) this.#begin();
    const piece = generation.pieces[this.#next];
    if (piece !== undefined) return this.#text(piece);
    if (this.#next === 0 && generation.calls.length > 0 && plan.broken !== undefined) {
      return this.#break(plan.broken);
    }
    this.#last();
  }

  #begin(): void {
    this.#begun = true;
    const { id, model, headers, generation } = this.#answer;
    this.#exchange.head(200, headers);
    const usage = {
      input_tokens: generation.usage.prompt,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 1,
    };
    const rest = { content: [], stop_reason: null, stop_sequence: null, usage };
    this.#event('message_start', { message: { id, type: 'message', role: 'assistant', model, ...rest } });
    if (generation.pieces.length > 0) {
      this.#event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
    }
    this.#event('ping', {});
  }

  #text(piece: Piece): void {
    const { generation, plan, request } = this.#answer;
    this.#characters += piece.text.length;
    this.#event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: piece.text } });
    const first = this.#next === 0;
    this.#service.note({ what: 'sent', request, detail: first ? 'first' : `text:${this.#characters}` });
    this.#next += 1;
    if (first && plan.broken !== undefined) return this.#break(plan.broken);
    const stall = first ? plan.stallMidUs : 0;
    if (stall > 0) this.#service.desk.fired('stall_mid');
    const next = generation.pieces[this.#next];
    const tokens = next?.tokens ?? generation.calls.reduce((sum, call) => sum + call.tokens, 0);
    // The end comes with the last token.
    if (tokens === 0 && stall === 0) this.#last();
    else this.#arm(Math.round(tokens * this.#tokenUs) + stall);
  }

  #last(): void {
    const { generation, request } = this.#answer;
    if (generation.pieces.length > 0) this.#event('content_block_stop', { index: 0 });
    this.#calls();
    const delta = { stop_reason: STOP_REASONS[generation.finish], stop_sequence: null };
    this.#event('message_delta', { delta, usage: { output_tokens: generation.usage.completion } });
    this.#event('message_stop', {});
    this.#end();
    this.#exchange.end();
    this.#service.note({ what: 'done', request, detail: generation.finish });
  }

  /** A block for each; the input in two pieces behind an empty one. */
  #calls(): void {
    const { generation, request, id } = this.#answer;
    const from = generation.pieces.length > 0 ? 1 : 0;
    for (const [nth, { name, arguments: input }] of generation.calls.entries()) {
      const index = from + nth;
      const block = { type: 'tool_use', id: toolUseId(id, nth), name, input: {} };
      this.#event('content_block_start', { index, content_block: block });
      const half = input.length >> 1;
      for (const partial_json of ['', input.slice(0, half), input.slice(half)]) {
        this.#event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json } });
      }
      this.#event('content_block_stop', { index });
    }
    const names = generation.calls.map(({ name }) => name).join(',');
    if (names !== '') this.#service.note({ what: 'sent', request, detail: `calls:${names}` });
  }

  #event(type: string, members: object): void {
    this.#write(`event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`);
  }

  #write(text: string): void {
    this.#exchange.write(Buffer.from(text));
  }

  #break(how: 'cut' | 'malformed' | 'error_mid'): void {
    this.#service.desk.fired(how);
    this.#end();
    if (how === 'cut') return this.#exchange.destroy();
    if (how === 'malformed') this.#write('event: content_block_delta\ndata: {"type":"content_bl\n\n');
    else {
      const body = errorBody(errorOfStatus(529), this.#answer.headers['request-id'] ?? '');
      this.#write(`event: error\ndata: ${JSON.stringify(body)}\n\n`);
    }
    this.#exchange.end();
  }

  #aborted(): void {
    if (this.#over) return;
    this.#end();
    this.#service.note({ what: 'cancelled', request: this.#answer.request });
  }

  #end(): void {
    this.#over = true;
    if (this.#timer !== undefined) this.#service.cancel(this.#timer);
    this.#timer = undefined;
  }
}

export const toolUseId = (answer: string, nth: number): string => `${answer.replace(/^msg/, 'toolu')}_${nth}`;
