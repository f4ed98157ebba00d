// Two models as one: the first is asked, the other when the first fails or is late, and the first to put
// out anything is listened to; the rest are cancelled and paid for. An answer that breaks off is gone on
// with by the other model where the words allow it.
import { unreachable } from '../assert.ts';
import type { CountTokens } from '../context/window.ts';
import type { Failure } from '../failure.ts';
import type { ChatMessage, GenerationWish, LlmEvent, LlmFactory, LlmHooks, LlmSession } from '../provider.ts';
import type { Micros } from '../time.ts';
import type { HttpEvent, Lane } from '../wire.ts';
import { nameOf } from './attempt.ts';
import { continuationOf } from './continuation.ts';
import { LaneSet, type Provider } from './lane-set.ts';
import type { HedgePolicy } from './policy.ts';

/** `primary` and `second` behind one session. `countTokens` estimates what an answer cost that was left. */
export const hedgedLlm =
  (primary: LlmFactory, second: LlmFactory, policy: HedgePolicy, countTokens: CountTokens): LlmFactory =>
  (hooks) =>
    new HedgedLlm([primary, second], policy, countTokens, hooks);

type Attempt = {
  readonly provider: Provider<LlmSession>;
  readonly inner: number;
  readonly sinceUs: Micros;
  text: string;
  /** It said that it failed, and tries again by itself. */
  ailing: boolean;
};

type Race = {
  readonly id: number;
  readonly messages: readonly ChatMessage[];
  readonly wish: GenerationWish | undefined;
  readonly asked: [number, number];
  readonly failed: [number, number];
  live: Attempt[];
  winner: Attempt | undefined;
  /** What was let out. */
  said: string;
  /** When the silence has lasted too long. */
  nextAt: Micros;
};

class HedgedLlm implements LlmSession {
  readonly #policy: HedgePolicy;
  readonly #countTokens: CountTokens;
  readonly #hooks: LlmHooks;
  readonly #lanes: LaneSet<LlmSession>;
  readonly #races = new Map<number, Race>();
  #inner = 0;

  constructor(
    factories: readonly [LlmFactory, LlmFactory],
    policy: HedgePolicy,
    countTokens: CountTokens,
    hooks: LlmHooks,
  ) {
    this.#policy = policy;
    this.#countTokens = countTokens;
    this.#hooks = hooks;
    const salt = hooks.salt ?? 0;
    const note: LlmHooks['note'] = (now, fact) => hooks.note?.(now, fact);
    this.#lanes = new LaneSet({ stage: 'llm', policy, salt, note }, (lane) =>
      factories[lane]({
        request: (now, request) => hooks.request(now, request, lane),
        event: (now, event) => this.#event(now, lane, event),
        note,
        salt: salt + lane,
      }),
    );
  }

  start(now: Micros): void {
    this.#lanes.start(now);
  }

  stop(now: Micros): void {
    for (const id of [...this.#races.keys()]) this.cancel(now, id);
    this.#lanes.stop(now);
  }

  deadline(): Micros | undefined {
    let at = this.#lanes.deadline();
    for (const race of this.#races.values()) at = Math.min(at, race.nextAt);
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    this.#lanes.wake(now);
    for (const race of [...this.#races.values()]) {
      if (now < race.nextAt || this.#races.get(race.id) !== race) continue;
      race.nextAt = Infinity;
      this.#ask(now, race, race.winner === undefined ? 'deadline' : 'stall');
    }
  }

  receive(now: Micros, event: HttpEvent, lane: Lane = 0): void {
    this.#lanes.of(lane).session.receive(now, event);
  }

  generate(now: Micros, id: number, messages: readonly ChatMessage[], wish?: GenerationWish): void {
    const none = { live: [], winner: undefined, said: '', nextAt: Infinity };
    const race: Race = { id, messages, wish, asked: [0, 0], failed: [0, 0], ...none };
    this.#races.set(id, race);
    this.#ask(now, race, undefined);
  }

  cancel(now: Micros, id: number): void {
    const race = this.#races.get(id);
    if (race === undefined) return;
    this.#races.delete(id);
    // The one that the caller of this knows of is billed there.
    const known = race.winner ?? race.live[0];
    for (const attempt of race.live) this.#leave(now, race, attempt, attempt !== known);
  }

  /** Begins an attempt more, if there may be one. `by`: why; undefined for the first. */
  #ask(now: Micros, race: Race, by: 'deadline' | 'failure' | 'stall' | undefined): boolean {
    const count = race.asked[0] + race.asked[1];
    // To go on with an answer that broke off is worth one more.
    if (count >= this.#policy.attemptsMax + (race.said === '' ? 0 : 1)) return false;
    const { lane } = race.winner?.provider ?? {};
    const troubled = (other: Lane) => race.failed[other] + (other === lane ? 1 : 0);
    const provider = this.#lanes.next((other) => race.asked[other], troubled);
    race.asked[provider.lane] += 1;
    this.#inner += 1;
    const attempt: Attempt = { provider, inner: this.#inner, sinceUs: now, text: '', ailing: false };
    race.live.push(attempt);
    const { deadlineUs, nextDeadlineUs } = provider.first;
    const waitUs = count === 0 ? deadlineUs : nextDeadlineUs;
    race.nextAt = count + 1 < this.#policy.attemptsMax ? now + waitUs : Infinity;
    if (by !== undefined) {
      const named = { reply: race.id, by, provider: nameOf(provider.lane) } as const;
      this.#hooks.note?.(now, { what: 'hedged', stage: 'llm', ...named });
    }
    provider.session.generate(now, attempt.inner, race.messages, race.wish);
    return true;
  }

  #event(now: Micros, lane: Lane, event: LlmEvent): void {
    const found = this.#find(lane, event.id);
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
        if (this.#isOpen(race) && race.live.every(({ ailing }) => ailing)) this.#ask(now, race, 'failure');
        return;
      case 'failed':
        return this.#failed(now, race, attempt, event.failure);
      default:
        return unreachable(event);
    }
  }

  #text(now: Micros, race: Race, attempt: Attempt, text: string): void {
    attempt.text += text;
    if (race.winner === attempt) return this.#say(now, race, text);
    if (race.said === '') {
      this.#win(now, race, attempt);
      return this.#say(now, race, text);
    }
    const next = continuationOf(race.said, attempt.text);
    if (next.kind === 'same') return;
    if (next.kind === 'enough') return this.#enough(now, race);
    this.#win(now, race, attempt);
    this.#say(now, race, next.text);
  }

  #say(now: Micros, race: Race, text: string): void {
    // Whoever was to go on for it is not needed any more.
    if (race.live.length > 1) this.#leaveOthers(now, race);
    race.said += text;
    race.nextAt = now + this.#policy.stallUs;
    this.#hooks.event(now, { kind: 'text', id: race.id, text });
  }

  #win(now: Micros, race: Race, attempt: Attempt): void {
    const { provider } = attempt;
    race.winner = attempt;
    provider.first.took(now - attempt.sinceUs);
    provider.breaker.succeeded(now);
    for (const other of race.live) {
      if (other === attempt || other.sinceUs >= attempt.sinceUs) continue;
      other.provider.first.took(now - other.sinceUs);
      if (other.provider !== provider) other.provider.breaker.outrun(now);
    }
    if (race.asked[0] + race.asked[1] > 1) {
      this.#hooks.note?.(now, { what: 'hedge.won', stage: 'llm', reply: race.id, by: nameOf(provider.lane) });
    }
    this.#leaveOthers(now, race);
  }

  #done(now: Micros, race: Race, attempt: Attempt, event: LlmEvent & { kind: 'done' }): void {
    if (race.winner !== attempt) {
      const calls = event.calls?.length ?? 0;
      if (race.said === '' && calls === 0) return this.#failed(now, race, attempt, NO_TEXT);
      if (race.said === '') this.#win(now, race, attempt);
    }
    // An answer in the same words that is already over: what was said stands, cut or not.
    const whole = race.winner === attempt || race.said.trimEnd() === attempt.text.trimEnd();
    this.#close(now, race, attempt);
    this.#hooks.event(now, { ...event, id: race.id, ...(whole ? {} : { finish: 'other' as const }) });
  }

  #failed(now: Micros, race: Race, attempt: Attempt, failure: Failure): void {
    const { provider } = attempt;
    race.live = race.live.filter((other) => other !== attempt);
    race.failed[provider.lane] += 1;
    provider.breaker.failed(now, failure);
    // A vendor that refused has made nothing to be paid for.
    if (attempt.text !== '') this.#bill(now, race, attempt);
    if (race.winner === attempt) race.winner = undefined;
    if (race.live.length > 0 || this.#ask(now, race, 'failure')) {
      if (!this.#isOpen(race)) return;
      return this.#hooks.event(now, { kind: 'retrying', id: race.id, failure, delayUs: 0 });
    }
    if (!this.#isOpen(race)) return;
    this.#races.delete(race.id);
    this.#hooks.event(now, { kind: 'failed', id: race.id, failure });
  }

  /** Another answer than the one that broke off: the sentences that were finished are the answer. */
  #enough(now: Micros, race: Race): void {
    this.#races.delete(race.id);
    for (const other of race.live) this.#leave(now, race, other, true);
    this.#hooks.event(now, { kind: 'done', id: race.id, finish: 'other', usage: undefined });
  }

  #close(now: Micros, race: Race, attempt: Attempt): void {
    this.#races.delete(race.id);
    for (const other of race.live) if (other !== attempt) this.#leave(now, race, other, true);
  }

  #leaveOthers(now: Micros, race: Race): void {
    const others = race.live.filter((other) => other !== race.winner);
    race.live = race.live.filter((other) => other === race.winner);
    for (const other of others) this.#leave(now, race, other, true);
  }

  #leave(now: Micros, race: Race, attempt: Attempt, billed: boolean): void {
    attempt.provider.session.cancel(now, attempt.inner);
    if (billed) this.#bill(now, race, attempt);
  }

  #bill(now: Micros, race: Race, { text }: Attempt): void {
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

  #isOpen(race: Race): boolean {
    return this.#races.get(race.id) === race;
  }

  #find(lane: Lane, inner: number): { readonly race: Race; readonly attempt: Attempt } | undefined {
    for (const race of this.#races.values()) {
      const attempt = race.live.find((one) => one.inner === inner && one.provider.lane === lane);
      if (attempt !== undefined) return { race, attempt };
    }
    return undefined;
  }
}

const NO_TEXT: Failure = { reason: 'malformed', message: 'an answer without any text', retryable: true };
