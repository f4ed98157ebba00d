// The model's place in the pipeline: messages in, text out as it streams, and in between, when the model
// asks for it, what its tools answer. A reply that cannot be had becomes a spoken apology, so that no turn
// ends in silence. It holds a reply to its length, and calls no tool for a turn that is not over.
import { type CountTokens, tokensOf } from '../context/window.ts';
import type { Failure } from '../failure.ts';
import type { Frame } from '../frame.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { ChatMessage, LlmEvent, LlmFactory, LlmSession, LlmUsage, ToolCall } from '../provider.ts';
import type { ReplySettings } from '../setting.ts';
import type { Micros } from '../time.ts';
import type { Answered, ToolDesk } from '../tool/desk.ts';
import { type HttpEvent, type Lane, laneOf } from '../wire.ts';

type Generation = {
  readonly reply: number;
  readonly sinceUs: Micros;
  /** Of the model's session: the reply's own number, then one for each time it goes on. */
  id: number;
  /** False while its tools are at work. */
  live: boolean;
  /** When its silence has lasted too long. */
  giveUpAt: Micros;
  messages: readonly ChatMessage[];
  promptTokens: number;
  /** What it has said in all, and since it was last asked; tokens of both. */
  text: string;
  tokens: number;
  said: string;
  saidTokens: number;
  /** The turn is not over: no tool may know of it. */
  draft: boolean;
  /** What it asked its tools for and waits with. */
  calls: readonly ToolCall[] | undefined;
  rounds: number;
};

/** Generations that go on are numbered from here, above all replies. */
const GOING_ON_FROM = 1_000_000;

/** What was said before this is worth hearing by itself. */
const SENTENCE_END = /[.!?…]["'”’)\]]*(\s|$)/;

const SILENT: Failure = { reason: 'timeout', message: 'no answer in time', retryable: true };
const NO_TEXT: Failure = { reason: 'malformed', message: 'an answer without any text', retryable: false };

export class LlmStage implements Processor {
  readonly name = 'llm';
  readonly #settings: ReplySettings;
  readonly #outlet: Outlet;
  readonly #countTokens: CountTokens;
  readonly #session: LlmSession;
  #link: Link | undefined;
  readonly #tools: ToolDesk;
  #current: Generation | undefined;
  #goneOn = GOING_ON_FROM;

  constructor(
    settings: ReplySettings,
    factory: LlmFactory,
    tools: ToolDesk,
    outlet: Outlet,
    countTokens: CountTokens,
  ) {
    this.#settings = settings;
    this.#tools = tools;
    this.#outlet = outlet;
    this.#countTokens = countTokens;
    this.#session = factory({
      request: (_now, request, lane = 0) => outlet.effect({ kind: 'llm', request, ...laneOf(lane) }),
      event: (now, event) => this.#event(now, event),
      note: (now, fact) => outlet.note(now, fact),
      ...(outlet.salt === undefined ? {} : { salt: outlet.salt }),
    });
  }

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    switch (frame.kind) {
      case 'Start':
        this.#session.start(now);
        break;
      case 'End':
        this.#session.stop(now);
        this.#tools.interrupt(now);
        this.#current = undefined;
        break;
      case 'Interruption':
        this.#cancel(now);
        break;
      case 'Discard':
        if (this.#current?.reply === frame.reply) this.#cancel(now);
        break;
      case 'BotStoppedSpeaking':
        // The voice gave up before the text was complete: nobody will hear the rest.
        if (this.#current?.reply === frame.reply) this.#cancel(now);
        break;
      case 'LlmMessages':
        this.#generate(now, frame);
        return;
      case 'Committed':
        this.#committed(now, frame.reply);
        break;
      default:
    }
    this.#follow();
    this.#link?.pass(now, frame, direction);
  }

  receive(now: Micros, event: HttpEvent, lane: Lane = 0): void {
    this.#session.receive(now, event, lane);
    this.#follow();
  }

  wake(now: Micros): void {
    this.#session.wake(now);
    const current = this.#current;
    if (current?.live && now >= current.giveUpAt) this.#giveUp(now, current);
    this.#follow();
  }

  #generate(now: Micros, frame: Frame & { kind: 'LlmMessages' }): void {
    const { reply, messages, tokens, silent, draft } = frame;
    this.#cancel(now);
    const nothing = { text: '', tokens: 0, said: '', saidTokens: 0, calls: undefined, rounds: 0 };
    const own = {
      id: reply,
      live: true,
      giveUpAt: Infinity,
      messages,
      promptTokens: tokens,
      draft: draft === true,
    };
    const current: Generation = { reply, sinceUs: now, ...own, ...nothing };
    this.#current = current;
    this.#link?.push(now, {
      kind: 'LlmStarted',
      reply,
      ...(silent ? { silent } : {}),
      ...(draft ? { draft } : {}),
    });
    this.#ask(now, current);
  }

  #ask(now: Micros, current: Generation): void {
    const { id, messages, rounds } = current;
    current.giveUpAt = now + LIMITS.answerUs;
    const { offers } = this.#tools;
    const may = offers.length > 0 && rounds < LIMITS.toolRoundsMax;
    this.#session.generate(now, id, messages, may ? { tools: offers } : {});
    this.#follow();
  }

  #committed(now: Micros, reply: number): void {
    const current = this.#current;
    if (current?.reply !== reply) return;
    current.draft = false;
    this.#callTools(now, current);
  }

  #cancel(now: Micros): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    this.#tools.interrupt(now);
    if (!current.live) return;
    this.#session.cancel(now, current.id);
    this.#outlet.note(now, { what: 'cancelled', stage: 'llm', reply: current.reply });
    this.#estimate(now, current, true);
  }

  #event(now: Micros, event: LlmEvent): void {
    const current = this.#current;
    if (current === undefined || event.id !== current.id) return;
    switch (event.kind) {
      case 'text':
        return this.#text(now, current, event.text);
      case 'done':
        current.live = false;
        if (event.usage !== undefined) this.#usage(now, current.reply, event.usage);
        if (event.calls !== undefined && event.calls.length > 0) return this.#wait(now, current, event.calls);
        if (current.said.trim() === '') return this.#fail(now, current, NO_TEXT);
        return this.#end(now, current, event.finish);
      case 'retrying': {
        const { reason } = event.failure;
        this.#outlet.note(now, { what: 'retry', stage: 'llm', reason, delayUs: event.delayUs });
        return;
      }
      case 'failed':
        return this.#fail(now, current, event.failure);
    }
  }

  #text(now: Micros, current: Generation, streamed: string): void {
    // What it says after its tools have answered is a new sentence.
    const text = current.said === '' && /\S$/.test(current.text) ? ` ${streamed}` : streamed;
    if (current.text === '') {
      this.#outlet.note(now, { what: 'llm.first_token', reply: current.reply });
      const us = now - current.sinceUs;
      this.#link?.push(now, { kind: 'Metrics', metric: { kind: 'ttfb', stage: 'llm', us } });
    }
    current.giveUpAt = now + LIMITS.answerUs;
    const tokens = this.#countTokens(text);
    current.tokens += tokens;
    current.saidTokens += tokens;
    current.text += text;
    current.said += text;
    this.#link?.push(now, { kind: 'LlmText', reply: current.reply, text });
    if (current.tokens < this.#settings.tokensMax || this.#current !== current) return;
    this.#session.cancel(now, current.id);
    this.#estimate(now, current, false);
    this.#end(now, current, 'length');
  }

  /** It goes on when its tools have answered, and they are asked when the turn is over. */
  #wait(now: Micros, current: Generation, calls: readonly ToolCall[]): void {
    current.calls = calls;
    if (current.said !== '') this.#link?.push(now, { kind: 'LlmPaused', reply: current.reply });
    if (this.#current === current) this.#callTools(now, current);
  }

  #callTools(now: Micros, current: Generation): void {
    const { calls, draft } = current;
    if (calls === undefined || draft) return;
    current.calls = undefined;
    current.rounds += 1;
    this.#tools.begin(now, current.reply, calls, (then, answered) => this.#goOn(then, current, answered));
  }

  #goOn(now: Micros, current: Generation, { calls, results }: Answered): void {
    if (this.#current !== current) return;
    const news: readonly ChatMessage[] = [{ role: 'assistant', content: current.said, calls }, ...results];
    this.#goneOn += 1;
    current.id = this.#goneOn;
    current.live = true;
    current.messages = [...current.messages, ...news];
    for (const message of news) current.promptTokens += tokensOf(message, this.#countTokens);
    current.said = '';
    current.saidTokens = 0;
    const { reply, messages, promptTokens: tokens } = current;
    this.#outlet.note(now, { what: 'llm.continued', reply, messages: messages.length, tokens });
    this.#ask(now, current);
  }

  #end(now: Micros, current: Generation, finish: string, cut = finish !== 'stop'): void {
    this.#current = undefined;
    const { reply, text } = current;
    this.#outlet.note(now, { what: 'llm.done', reply, finish, text });
    this.#link?.push(now, { kind: 'LlmEnded', reply, ...(cut ? { cut } : {}) });
  }

  /** A stream we left early reports no usage; the vendor bills what it made all the same. */
  #estimate(now: Micros, current: Generation, wasted: boolean): void {
    const { promptTokens, saidTokens } = current;
    this.#outlet.note(now, {
      what: 'usage.llm',
      reply: current.reply,
      promptTokens,
      cachedTokens: 0,
      completionTokens: saidTokens,
      wasted,
    });
  }

  #usage(now: Micros, reply: number, usage: LlmUsage): void {
    this.#outlet.note(now, { what: 'usage.llm', reply, ...usage, wasted: false });
    this.#link?.push(now, { kind: 'Metrics', metric: { kind: 'tokens', usage } });
  }

  /** Who waits for an answer has waited long enough, whatever the model's own patience. */
  #giveUp(now: Micros, current: Generation): void {
    current.live = false;
    this.#session.cancel(now, current.id);
    this.#estimate(now, current, true);
    this.#fail(now, current, SILENT);
  }

  #fail(now: Micros, current: Generation, failure: Failure): void {
    const { reason, message } = failure;
    this.#outlet.note(now, { what: 'error', stage: 'llm', reason, message, fatal: false });
    this.#link?.push(now, { kind: 'Error', stage: 'llm', failure, fatal: false });
    if (this.#current !== current) return;
    if (SENTENCE_END.test(current.said)) return this.#end(now, current, 'other');
    // Ours, not the model's: no first token, no usage, and never cut.
    const { apology } = this.#settings;
    const brokeOff = current.said.trim() !== '';
    const text = brokeOff ? `… ${apology}` : /\S$/.test(current.text) ? ` ${apology}` : apology;
    current.text += text;
    this.#link?.push(now, { kind: 'LlmText', reply: current.reply, text });
    this.#end(now, current, 'other', false);
  }

  #follow(): void {
    const giveUpAt = this.#current?.live ? this.#current.giveUpAt : Infinity;
    const at = Math.min(this.#session.deadline() ?? Infinity, giveUpAt);
    this.#outlet.timers.follow('llm', at === Infinity ? undefined : at);
  }
}
