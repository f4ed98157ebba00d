// Two models as one: the first is asked, the other when the first fails or is late, and the first to put
// out anything is listened to; the rest are cancelled and paid for. An answer that breaks off is gone on
// with by the other model where the words allow it.
import { unreachable } from '../assert.ts';
import type { CountTokens } from '../context/window.ts';
import type { Failure } from '../failure.ts';
import type { ChatMessage, GenerationWish, LlmEvent, LlmFactory, LlmHooks, LlmSession } from '../provider.ts';
import type { Micros } from '../time.ts';
import type { HttpEvent, HttpRequest, Lane } from '../wire.ts';
import { continuationOf } from './continuation.ts';
import type { HedgePolicy } from './policy.ts';
import { type Attempt, type Race, Races, type Reason, startOf } from './race.ts';

/** `primary` and `second` behind one session. `countTokens` estimates what an answer cost that was left. */
export const hedgedLlm =
  (primary: LlmFactory, second: LlmFactory, policy: HedgePolicy, countTokens: CountTokens): LlmFactory =>
  (hooks) =>
    new HedgedLlm([primary, second], policy, countTokens, hooks);

type Generation = Attempt<LlmSession> & {
  text: string;
  /** It said that it failed, and tries again by itself. */
  ailing: boolean;
};

type Answer = Race<Generation> & {
  readonly messages: readonly ChatMessage[];
  readonly wish: GenerationWish | undefined;
  /** What was let out. */
  said: string;
};

class HedgedLlm implements LlmSession {
  readonly #policy: HedgePolicy;
  readonly #countTokens: CountTokens;
  readonly #hooks: LlmHooks;
  readonly #races: Races<LlmSession, Generation, Answer, HttpRequest, LlmEvent>;

  constructor(
    factories: readonly [LlmFactory, LlmFactory],
    policy: HedgePolicy,
    countTokens: CountTokens,
    hooks: LlmHooks,
  ) {
    this.#policy = policy;
    this.#countTokens = countTokens;
    this.#hooks = hooks;
    const runners = {
      stage: 'llm' as const,
      fresh: (attempt: Attempt<LlmSession>) => ({ ...attempt, text: '', ailing: false }),
      hasBegun: ({ said }: Answer) => said !== '',
      leave: (now: Micros, race: Answer, attempt: Generation) => this.#leave(now, race, attempt, true),
      event: (now: Micros, lane: Lane, event: LlmEvent) => this.#event(now, lane, event),
    };
    this.#races = new Races(runners, factories, policy, hooks);
  }

  start(now: Micros): void {
    this.#races.lanes.start(now);
  }

  stop(now: Micros): void {
    for (const { id } of this.#races.all) this.cancel(now, id);
    this.#races.lanes.stop(now);
  }

  deadline(): Micros | undefined {
    return this.#races.deadline();
  }

  wake(now: Micros): void {
    this.#races.wake(now, (race) => this.#ask(now, race, race.winner === undefined ? 'deadline' : 'stall'));
  }

  receive(now: Micros, event: HttpEvent, lane: Lane = 0): void {
    this.#races.lanes.of(lane).session.receive(now, event);
  }

  generate(now: Micros, id: number, messages: readonly ChatMessage[], wish?: GenerationWish): void {
    const race: Answer = { ...startOf(id), messages, wish, said: '' };
    this.#races.begin(race);
    this.#ask(now, race, undefined);
  }

  cancel(now: Micros, id: number): void {
    const race = this.#races.get(id);
    if (race === undefined) return;
    this.#races.end(race);
    // The one that the caller of this knows of is billed there.
    const known = race.winner ?? race.live[0];
    for (const attempt of race.live) this.#leave(now, race, attempt, attempt !== known);
  }

  /** Begins an attempt more, if there may be one. */
  #ask(now: Micros, race: Answer, by: Reason): boolean {
    const attempt = this.#races.ask(now, race, by);
    attempt?.provider.session.generate(now, attempt.inner, race.messages, race.wish);
    return attempt !== undefined;
  }

  #event(now: Micros, lane: Lane, event: LlmEvent): void {
    const found = this.#races.find(lane, event.id);
    if (found === undefined) return;
    const { race, attempt } = found;
    switch (event.kind) {
      case 'text':
        return this.#text(now, race, attempt, event.text);
      case 'done':
        return this.#done(now, race, attempt, event);
      case 'retrying':
        attempt.ailing = true;
        race.failed[lane] += 1;
        attempt.provider.breaker.failed(now, event.failure);
        this.#hooks.event(now, { ...event, id: race.id });
        if (this.#races.isOpen(race) && race.live.every(({ ailing }) => ailing))
          this.#ask(now, race, 'failure');
        return;
      case 'failed':
        return this.#failed(now, race, attempt, event.failure);
      default:
        return unreachable(event);
    }
  }

  #text(now: Micros, race: Answer, attempt: Generation, text: string): void {
    attempt.text += text;
    if (race.winner === attempt) return this.#say(now, race, text);
    if (race.said === '') {
      this.#races.win(now, race, attempt);
      return this.#say(now, race, text);
    }
    const next = continuationOf(race.said, attempt.text);
    if (next.kind === 'same') return;
    if (next.kind === 'enough') return this.#enough(now, race);
    this.#races.win(now, race, attempt);
    this.#say(now, race, next.text);
  }

  #say(now: Micros, race: Answer, text: string): void {
    // Whoever was to go on for it is not needed any more.
    if (race.live.length > 1) this.#races.leaveOthers(now, race);
    race.said += text;
    race.nextAt = now + this.#policy.stallUs;
    this.#hooks.event(now, { kind: 'text', id: race.id, text });
  }

  #done(now: Micros, race: Answer, attempt: Generation, event: LlmEvent & { kind: 'done' }): void {
    if (race.winner !== attempt) {
      const calls = event.calls?.length ?? 0;
      if (race.said === '' && calls === 0) return this.#failed(now, race, attempt, NO_TEXT);
      if (race.said === '') this.#races.win(now, race, attempt);
    }
    // An answer in the same words that is already over: what was said stands, cut or not.
    const whole = race.winner === attempt || race.said.trimEnd() === attempt.text.trimEnd();
    this.#close(now, race, attempt);
    this.#hooks.event(now, { ...event, id: race.id, ...(whole ? {} : { finish: 'other' as const }) });
  }

  #failed(now: Micros, race: Answer, attempt: Generation, failure: Failure): void {
    this.#races.failed(now, race, attempt, failure);
    // A vendor that refused has made nothing to be paid for.
    if (attempt.text !== '') this.#bill(now, race, attempt);
    if (race.live.length > 0 || this.#ask(now, race, 'failure')) {
      if (!this.#races.isOpen(race)) return;
      return this.#hooks.event(now, { kind: 'retrying', id: race.id, failure, delayUs: 0 });
    }
    if (!this.#races.isOpen(race)) return;
    this.#races.end(race);
    this.#hooks.event(now, { kind: 'failed', id: race.id, failure });
  }

  /** Another answer than the one that broke off: the sentences that were finished are the answer. */
  #enough(now: Micros, race: Answer): void {
    this.#races.end(race);
    for (const other of race.live) this.#leave(now, race, other, true);
    this.#hooks.event(now, { kind: 'done', id: race.id, finish: 'other', usage: undefined });
  }

  #close(now: Micros, race: Answer, attempt: Generation): void {
    this.#races.end(race);
    for (const other of race.live) if (other !== attempt) this.#leave(now, race, other, true);
  }

  #leave(now: Micros, race: Answer, attempt: Generation, billed: boolean): void {
    attempt.provider.session.cancel(now, attempt.inner);
    if (billed) this.#bill(now, race, attempt);
  }

  #bill(now: Micros, race: Answer, { text }: Generation): void {
    const promptTokens = race.messages.reduce((sum, { content }) => sum + this.#countTokens(content), 0);
    this.#hooks.note?.(now, {
      what: 'usage.llm',
      reply: race.id,
      promptTokens,
      cachedTokens: 0,
      completionTokens: this.#countTokens(text),
      wasted: true,
    });
  }
}

const NO_TEXT: Failure = { reason: 'malformed', message: 'an answer without any text', retryable: true };
