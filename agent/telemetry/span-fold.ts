// Facts → steps of spans. A turn lasts from the caller's first sound to the end of the reply that answers it;
// inside it are the recogniser, the end of the turn, the model, its tools, the voice and the playout. What
// the agent says of its own accord hangs on the conversation itself.
import type { AgentFact } from '../core/fact.ts';
import { type Micros, toMs } from '../core/time.ts';
import {
  type CallAbout,
  conversationAttributes,
  OPERATIONS,
  type SpanAttributes,
  type SpanStep,
  type SpanValue,
  serviceAttributes,
} from './span.ts';
import type { Service } from './usage.ts';

export type SpanFoldOptions = CallAbout & {
  /** What was said goes with the spans. */
  readonly content: boolean;
};

const ROOT = 'conversation';
/** Open at once: some turns with all their stages and tools. What is more is not traced. */
const OPEN_MAX = 128;
/** A turn without an answer is closed when so many others have begun after it. */
const TURNS_OPEN_MAX = 3;
const NOTHING: SpanAttributes = {};

/** What is known of a span before its end. */
type Open = {
  readonly atUs: Micros;
  readonly attributes: Record<string, SpanValue>;
  firstUs: Micros | undefined;
};

export class SpanFold {
  readonly #options: SpanFoldOptions;
  /** In the order of opening. */
  readonly #open = new Map<string, Open>();
  /** The turn of each reply whose turn is open. */
  readonly #turnOf = new Map<number, number>();
  #steps: SpanStep[] = [];

  constructor(options: SpanFoldOptions) {
    this.#options = options;
  }

  take(fact: AgentFact): readonly SpanStep[] {
    this.#steps = [];
    this.#call(fact);
    if ('turn' in fact) this.#turn(fact, fact.turn);
    if ('reply' in fact) this.#reply(fact, fact.reply);
    return this.#steps;
  }

  #call(fact: AgentFact): void {
    switch (fact.what) {
      case 'session.started':
        return this.#begin(ROOT, null, 'invoke_agent parley', fact.t, conversationAttributes(this.#options));
      case 'session.ended': {
        const { reason } = fact;
        for (const key of [...this.#open.keys()].reverse()) {
          this.#end(key, fact.t, key === ROOT ? { 'parley.end': reason } : { 'parley.cut': true });
        }
        return;
      }
      case 'error': {
        // The stage that is at work fails; without one the error is the conversation's.
        const key = [...this.#open.keys()].findLast((one) => one.startsWith(`${fact.stage}:`));
        if (key !== undefined) return this.#end(key, fact.t, NOTHING, fact.reason);
        if (fact.fatal) this.#add(ROOT, { 'error.type': `${fact.stage} ${fact.reason}` });
        return;
      }
      default:
    }
  }

  #turn(fact: AgentFact, turn: number): void {
    const key = `turn:${turn}`;
    switch (fact.what) {
      case 'turn.started':
        return this.#closeTurn(turn - TURNS_OPEN_MAX, fact.t, 'unanswered');
      case 'vad.started':
      case 'typed':
        if (!this.#open.has(key)) {
          const by = fact.what === 'typed' ? 'text' : 'voice';
          const atUs = fact.what === 'typed' ? fact.t : fact.atUs;
          this.#begin(key, ROOT, 'turn', atUs, { 'parley.turn': turn, 'parley.turn.input': by });
        }
        this.#end(`endpoint:${turn}`, fact.t, { 'parley.endpoint.resumed': true });
        return;
      case 'vad.stopped':
        return this.#begin(`endpoint:${turn}`, key, 'endpoint', fact.atUs, { 'parley.turn': turn });
      case 'stt.finalize':
        return this.#ask('stt', turn, key, fact.t);
      case 'stt.final':
        return this.#end(`stt:${turn}`, fact.t, this.#said('user', fact.text));
      case 'turn.committed':
        this.#end(`endpoint:${turn}`, fact.t, NOTHING);
        this.#turnOf.set(fact.reply, turn);
        return this.#add(key, { 'parley.reply': fact.reply });
      case 'turn.dropped':
        this.#end(`endpoint:${turn}`, fact.t, NOTHING);
        return this.#closeTurn(turn, fact.t, 'dropped');
      case 'llm.request':
        this.#turnOf.set(fact.reply, turn);
        this.#ask('llm', fact.reply, key, fact.t);
        return;
      case 'interrupted':
        return this.#answered(fact.reply, fact.t, 'interrupted');
      default:
    }
  }

  #reply(fact: AgentFact, reply: number): void {
    const turn = this.#turnOf.get(reply);
    const parent = turn === undefined || !this.#open.has(`turn:${turn}`) ? ROOT : `turn:${turn}`;
    switch (fact.what) {
      case 'llm.first_token':
        return this.#first(`llm:${reply}`, fact.t, 'parley.time_to_first_token_ms');
      case 'usage.llm':
        return this.#add(`llm:${reply}`, {
          'gen_ai.usage.input_tokens': fact.promptTokens,
          'gen_ai.usage.cache_read.input_tokens': fact.cachedTokens,
          'gen_ai.usage.output_tokens': fact.completionTokens,
        });
      case 'llm.done': {
        const finish = { 'gen_ai.response.finish_reasons': [fact.finish] };
        return this.#end(`llm:${reply}`, fact.t, {
          ...finish,
          ...this.#said('assistant', fact.text),
        });
      }
      case 'llm.continued':
        return this.#ask('llm', reply, parent, fact.t);
      case 'tts.text':
        return this.#ask('tts', reply, parent, fact.t);
      case 'tts.audible':
        return this.#first(`tts:${reply}`, fact.t, 'parley.time_to_first_audio_ms');
      case 'usage.tts':
        return this.#count(`tts:${reply}`, 'parley.usage.characters', fact.characters);
      case 'tts.done':
        return this.#end(`tts:${reply}`, fact.t, NOTHING);
      case 'reply.audible':
        return this.#begin(`playout:${reply}`, parent, 'playout', fact.t, { 'parley.reply': reply });
      case 'reply.stopped':
        this.#end(`playout:${reply}`, fact.t, { 'parley.complete': fact.complete });
        if (fact.complete) this.#answered(reply, fact.t, 'answered');
        return;
      case 'discarded':
        this.#end(`llm:${reply}`, fact.t, { 'parley.discarded': true });
        this.#end(`tts:${reply}`, fact.t, { 'parley.discarded': true });
        this.#turnOf.delete(reply);
        return;
      case 'cancelled':
        return this.#end(`${fact.stage}:${reply}`, fact.t, { 'parley.cancelled': true });
      default:
        return this.#tool(fact, parent);
    }
  }

  #tool(fact: AgentFact, parent: string): void {
    if (!('call' in fact)) return;
    const key = `tool:${fact.call}`;
    if (fact.what === 'tool.result') return this.#end(key, fact.t, NOTHING, fact.ok ? null : 'tool_error');
    if (fact.what === 'tool.cancelled') return this.#end(key, fact.t, { 'parley.cancelled': true });
    this.#begin(key, parent, `execute_tool ${fact.tool}`, fact.t, {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': fact.tool,
      'gen_ai.tool.call.id': String(fact.call),
      ...(this.#options.content ? { 'gen_ai.tool.call.arguments': fact.input } : {}),
    });
  }

  /** A request to a vendor; one that is under way goes on. */
  #ask(service: Service, number: number, parent: string, atUs: Micros): void {
    const key = `${service}:${number}`;
    if (this.#open.has(key)) return;
    const about = serviceAttributes(this.#options, service);
    const whose = service === 'stt' ? { 'parley.turn': number } : { 'parley.reply': number };
    const name = `${OPERATIONS[service]} ${this.#options.models[service].model}`.trim();
    this.#begin(key, parent, name, atUs, { ...about, ...whose }, 'client');
  }

  #begin(
    key: string,
    parent: string | null,
    name: string,
    atUs: Micros,
    attributes: SpanAttributes,
    by: 'client' | 'internal' = 'internal',
  ): void {
    const nowhere = parent !== null && !this.#open.has(parent);
    if (nowhere || this.#open.has(key) || this.#open.size >= OPEN_MAX) return;
    this.#open.set(key, { atUs, attributes: {}, firstUs: undefined });
    this.#steps.push({ kind: 'open', key, parent, name, by, atUs, attributes });
  }

  #end(key: string, atUs: Micros, attributes: SpanAttributes, error: string | null = null): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    const failed = error === null ? {} : { 'error.type': error };
    const known = { ...open.attributes, ...attributes, ...failed };
    this.#steps.push({ kind: 'close', key, atUs, attributes: known, error });
  }

  /** The turn that `reply` answers is over. */
  #answered(reply: number, atUs: Micros, outcome: string): void {
    const turn = this.#turnOf.get(reply);
    if (turn !== undefined) this.#closeTurn(turn, atUs, outcome);
  }

  /** With whatever of it is still open. */
  #closeTurn(turn: number, atUs: Micros, outcome: string): void {
    const replies = [...this.#turnOf].flatMap(([reply, of]) => (of === turn ? [reply] : []));
    for (const reply of replies) {
      this.#turnOf.delete(reply);
      for (const part of ['llm', 'tts', 'playout']) this.#end(`${part}:${reply}`, atUs, NOTHING);
    }
    for (const part of ['stt', 'endpoint']) this.#end(`${part}:${turn}`, atUs, NOTHING);
    this.#end(`turn:${turn}`, atUs, { 'parley.turn.outcome': outcome });
  }

  #add(key: string, attributes: SpanAttributes): void {
    const open = this.#open.get(key);
    if (open !== undefined) Object.assign(open.attributes, attributes);
  }

  #count(key: string, name: string, amount: number): void {
    const before = this.#open.get(key)?.attributes[name];
    this.#add(key, { [name]: (typeof before === 'number' ? before : 0) + amount });
  }

  #first(key: string, atUs: Micros, name: string): void {
    const open = this.#open.get(key);
    if (open === undefined || open.firstUs !== undefined) return;
    open.firstUs = atUs;
    this.#add(key, { [name]: toMs(atUs - open.atUs) });
  }

  #said(role: 'user' | 'assistant', text: string): SpanAttributes {
    if (!this.#options.content) return NOTHING;
    const message = [{ role, parts: [{ type: 'text', content: text }] }];
    return { 'gen_ai.output.messages': JSON.stringify(message) };
  }
}
