// The model's place in the pipeline: messages in, text out as it streams. A reply that cannot be
// had becomes a spoken apology, so that no turn ends in silence. It holds a reply to its length.
import type { CountTokens } from '../context/window.ts';
import type { Failure } from '../failure.ts';
import type { Frame } from '../frame.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { LlmEvent, LlmFactory, LlmSession, LlmUsage } from '../provider.ts';
import type { ReplySettings } from '../setting.ts';
import type { Micros } from '../time.ts';
import type { HttpEvent } from '../wire.ts';

type Generation = {
  readonly reply: number;
  readonly sinceUs: Micros;
  readonly promptTokens: number;
  text: string;
  tokens: number;
};

const NO_TEXT: Failure = { reason: 'malformed', message: 'an answer without any text', retryable: false };

export class LlmStage implements Processor {
  readonly name = 'llm';
  readonly #settings: ReplySettings;
  readonly #outlet: Outlet;
  readonly #countTokens: CountTokens;
  readonly #session: LlmSession;
  #link: Link | undefined;
  #current: Generation | undefined;

  constructor(settings: ReplySettings, factory: LlmFactory, outlet: Outlet, countTokens: CountTokens) {
    this.#settings = settings;
    this.#outlet = outlet;
    this.#countTokens = countTokens;
    this.#session = factory({
      request: (_now, request) => outlet.effect({ kind: 'llm', request }),
      event: (now, event) => this.#event(now, event),
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
      default:
    }
    this.#follow();
    this.#link?.pass(now, frame, direction);
  }

  receive(now: Micros, event: HttpEvent): void {
    this.#session.receive(now, event);
    this.#follow();
  }

  wake(now: Micros): void {
    this.#session.wake(now);
    this.#follow();
  }

  #generate(now: Micros, frame: Frame & { kind: 'LlmMessages' }): void {
    const { reply, tokens, silent, draft } = frame;
    this.#cancel(now);
    this.#current = { reply, sinceUs: now, promptTokens: tokens, text: '', tokens: 0 };
    this.#link?.push(now, {
      kind: 'LlmStarted',
      reply,
      ...(silent ? { silent } : {}),
      ...(draft ? { draft } : {}),
    });
    this.#session.generate(now, reply, frame.messages);
    this.#follow();
  }

  #cancel(now: Micros): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    this.#session.cancel(now, current.reply);
    this.#outlet.note(now, { what: 'cancelled', stage: 'llm', reply: current.reply });
    this.#estimate(now, current, true);
  }

  #event(now: Micros, event: LlmEvent): void {
    const current = this.#current;
    if (current === undefined || event.id !== current.reply) return;
    switch (event.kind) {
      case 'text':
        return this.#text(now, current, event.text);
      case 'done':
        if (event.usage !== undefined) this.#usage(now, current.reply, event.usage);
        if (current.text.trim() === '') return this.#fail(now, current, NO_TEXT);
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

  #text(now: Micros, current: Generation, text: string): void {
    if (current.text === '') {
      this.#outlet.note(now, { what: 'llm.first_token', reply: current.reply });
      const us = now - current.sinceUs;
      this.#link?.push(now, { kind: 'Metrics', metric: { kind: 'ttfb', stage: 'llm', us } });
    }
    current.tokens += this.#countTokens(text);
    current.text += text;
    this.#link?.push(now, { kind: 'LlmText', reply: current.reply, text });
    if (current.tokens < this.#settings.tokensMax || this.#current !== current) return;
    this.#session.cancel(now, current.reply);
    this.#estimate(now, current, false);
    this.#end(now, current, 'length');
  }

  #end(now: Micros, current: Generation, finish: string, cut = finish !== 'stop'): void {
    this.#current = undefined;
    const { reply, text } = current;
    this.#outlet.note(now, { what: 'llm.done', reply, finish, text });
    this.#link?.push(now, { kind: 'LlmEnded', reply, ...(cut ? { cut } : {}) });
  }

  /** A stream we left early reports no usage; the vendor bills what it made all the same. */
  #estimate(now: Micros, current: Generation, wasted: boolean): void {
    const { promptTokens, tokens } = current;
    this.#outlet.note(now, {
      what: 'usage.llm',
      reply: current.reply,
      promptTokens,
      cachedTokens: 0,
      completionTokens: tokens,
      wasted,
    });
  }

  #usage(now: Micros, reply: number, usage: LlmUsage): void {
    this.#outlet.note(now, { what: 'usage.llm', reply, ...usage, wasted: false });
    this.#link?.push(now, { kind: 'Metrics', metric: { kind: 'tokens', usage } });
  }

  #fail(now: Micros, current: Generation, failure: Failure): void {
    const { reason, message } = failure;
    this.#outlet.note(now, { what: 'error', stage: 'llm', reason, message, fatal: false });
    this.#link?.push(now, { kind: 'Error', stage: 'llm', failure, fatal: false });
    if (this.#current !== current) return;
    if (current.text.trim() !== '') return this.#end(now, current, 'other');
    // Ours, not the model's: no first token, no usage, and never cut.
    current.text = this.#settings.apology;
    this.#link?.push(now, { kind: 'LlmText', reply: current.reply, text: current.text });
    this.#end(now, current, 'other', false);
  }

  #follow(): void {
    this.#outlet.timers.follow('llm', this.#session.deadline());
  }
}
