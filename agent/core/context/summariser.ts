// Puts in short what will soon leave the window, through the model, while nobody waits: it is begun when a
// reply has its text and is given up at the first sign of trouble. Its generations are apart from those of
// replies, on connections of their own. Without a summary the conversation goes on as if none had been tried.
import { firstChars } from '../excerpt.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import type { LlmEvent, LlmFactory, LlmSession, LlmUsage } from '../provider.ts';
import type { ContextSettings } from '../setting.ts';
import type { Micros } from '../time.ts';
import { BACKGROUND_EXCHANGES_FROM, type HttpEvent, type Lane, laneOf } from '../wire.ts';
import type { Conversation } from './conversation.ts';
import type { Memory } from './memory.ts';
import { planSummary } from './summary-request.ts';
import { type CountTokens, tokensOf } from './window.ts';

type Attempt = {
  readonly id: number;
  /** The summary will tell all messages before this one, by their number in the call. */
  readonly until: number;
  readonly promptTokens: number;
  readonly endBy: Micros;
  text: string;
};

export class Summariser {
  readonly #settings: ContextSettings;
  readonly #conversation: Conversation;
  readonly #memory: Memory;
  readonly #outlet: Outlet;
  readonly #countTokens: CountTokens;
  readonly #factory: LlmFactory;
  /** Made when first needed, as most calls are short. */
  #session: LlmSession | undefined;
  #attempts = 0;
  #attempt: Attempt | undefined;

  constructor(
    settings: ContextSettings,
    told: { readonly conversation: Conversation; readonly memory: Memory },
    factory: LlmFactory,
    outlet: Outlet,
    countTokens: CountTokens,
  ) {
    this.#settings = settings;
    this.#conversation = told.conversation;
    this.#memory = told.memory;
    this.#outlet = outlet;
    this.#countTokens = countTokens;
    this.#factory = factory;
  }

  /** A quiet moment: begins a summary when one is due and none is under way. */
  consider(now: Micros): void {
    if (this.#attempt !== undefined) return;
    const { systemPrompt, history, forgotten } = this.#conversation;
    const { summary } = this.#memory;
    const { windowTokens } = this.#settings;
    const count = this.#countTokens;
    const told = Math.min(history.length, Math.max(0, (summary?.until ?? 0) - forgotten));
    const { always, beyond } = this.#memory.recollection;
    const fixedTokens = count(systemPrompt) + count(always) + count(beyond);
    const need = { history, told, summary: summary?.text ?? '', windowTokens, fixedTokens };
    const plan = planSummary(need, count);
    if (plan === undefined) return;
    this.#attempts += 1;
    const promptTokens = plan.request.reduce((sum, message) => sum + tokensOf(message, count), 0);
    const until = forgotten + plan.messages;
    const id = this.#attempts;
    this.#attempt = { id, until, promptTokens, endBy: now + LIMITS.summaryUs, text: '' };
    this.#session ??= this.#open();
    this.#session.generate(now, id, plan.request, { tokensMax: LIMITS.summaryTokensMax });
    this.#follow();
  }

  /** True when the event was one of its own. */
  receive(now: Micros, event: HttpEvent, lane: Lane = 0): boolean {
    if (event.id < BACKGROUND_EXCHANGES_FROM) return false;
    this.#session?.receive(now, { ...event, id: event.id - BACKGROUND_EXCHANGES_FROM }, lane);
    this.#follow();
    return true;
  }

  wake(now: Micros): void {
    this.#session?.wake(now);
    if (this.#attempt !== undefined && now >= this.#attempt.endBy) this.#giveUp(now, 'it took too long');
    this.#follow();
  }

  stop(now: Micros): void {
    if (this.#attempt !== undefined) this.#giveUp(now, 'the call is over');
    this.#session?.stop(now);
  }

  /** Never started: what warms a connection is for those who wait. */
  #open(): LlmSession {
    return this.#factory({
      request: (_now, { id, ...request }, lane = 0) => {
        const own = { ...request, id: id + BACKGROUND_EXCHANGES_FROM };
        this.#outlet.effect({ kind: 'llm', request: own, ...laneOf(lane) });
      },
      event: (now, event) => this.#event(now, event),
    });
  }

  #event(now: Micros, event: LlmEvent): void {
    const attempt = this.#attempt;
    if (attempt === undefined || event.id !== attempt.id) return;
    switch (event.kind) {
      case 'text':
        attempt.text += event.text;
        return;
      case 'done':
        this.#usage(now, attempt, event.usage, false);
        this.#attempt = undefined;
        return this.#take(now, attempt);
      case 'retrying':
        return;
      case 'failed':
        this.#attempt = undefined;
        this.#outlet.note(now, { what: 'summary.failed', reason: event.failure.message });
    }
  }

  #take(now: Micros, { text, until }: Attempt): void {
    const summary = firstChars(text.trim(), LIMITS.summaryCharsMax);
    if (summary === '') {
      this.#outlet.note(now, { what: 'summary.failed', reason: 'the model wrote nothing' });
      return;
    }
    this.#memory.summarised({ text: summary, until });
    this.#outlet.note(now, { what: 'summary', messages: until, tokens: this.#countTokens(summary) });
  }

  #giveUp(now: Micros, reason: string): void {
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    this.#attempt = undefined;
    this.#session?.cancel(now, attempt.id);
    this.#usage(now, attempt, undefined, true);
    this.#outlet.note(now, { what: 'summary.failed', reason });
  }

  /** What the vendor counted, or our estimate when we left early. */
  #usage(now: Micros, attempt: Attempt, usage: LlmUsage | undefined, wasted: boolean): void {
    const { promptTokens, text } = attempt;
    const estimate = { promptTokens, cachedTokens: 0, completionTokens: this.#countTokens(text) };
    const counted = { ...(usage ?? estimate), wasted, background: true as const };
    this.#outlet.note(now, { what: 'usage.llm', reply: 0, ...counted });
  }

  #follow(): void {
    const at = Math.min(this.#session?.deadline() ?? Infinity, this.#attempt?.endBy ?? Infinity);
    this.#outlet.timers.follow('summary', at === Infinity ? undefined : at);
  }
}
