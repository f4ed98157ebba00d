// One answer asked of two providers: attempts are begun one after the other, the first to put out anything
// wins, the others are left. It keeps the count, the deadlines and the breakers; what an attempt is given,
// what comes of it and what it costs is the business of those who race (`llm.ts`, `tts.ts`).
import type { Failure } from '../failure.ts';
import type { ProviderSession } from '../provider.ts';
import type { Micros } from '../time.ts';
import type { Lane } from '../wire.ts';
import { nameOf } from './attempt.ts';
import type { HedgedStage } from './fact.ts';
import { type LaneFactories, type LaneHooks, type LaneSet, lanesOf, type Provider } from './lane-set.ts';
import type { HedgePolicy } from './policy.ts';

/** `inner`: its number at the provider. */
export type Attempt<Session extends ProviderSession> = {
  readonly provider: Provider<Session>;
  readonly inner: number;
  readonly sinceUs: Micros;
};

export type Race<One> = {
  readonly id: number;
  /** Attempts begun, and those that failed, by lane. */
  readonly asked: [number, number];
  readonly failed: [number, number];
  live: One[];
  winner: One | undefined;
  /** When the silence has lasted too long. */
  nextAt: Micros;
};

/** Why another attempt is begun; undefined for the first. */
export type Reason = 'deadline' | 'failure' | 'stall' | undefined;

/** Who races, and what differs between them. */
type Runners<Session extends ProviderSession, One, R, Event> = {
  readonly stage: HedgedStage;
  /** What a new attempt starts with. */
  fresh(attempt: Attempt<Session>): One;
  /** Something of the answer was let out. */
  hasBegun(race: R): boolean;
  /** It is not listened to any more. */
  leave(now: Micros, race: R, attempt: One): void;
  event(now: Micros, lane: Lane, event: Event): void;
};

type Found<R, One> = { readonly race: R; readonly attempt: One };

export class Races<
  Session extends ProviderSession,
  One extends Attempt<Session>,
  R extends Race<One>,
  Request,
  Event,
> {
  readonly lanes: LaneSet<Session>;
  readonly #runners: Runners<Session, One, R, Event>;
  readonly #policy: HedgePolicy;
  readonly #hooks: LaneHooks<Request, Event>;
  readonly #open = new Map<number, R>();
  #inner = 0;

  constructor(
    runners: Runners<Session, One, R, Event>,
    factories: LaneFactories<Session, Request, Event>,
    policy: HedgePolicy,
    hooks: LaneHooks<Request, Event>,
  ) {
    this.#runners = runners;
    this.#policy = policy;
    this.#hooks = hooks;
    const { stage } = runners;
    this.lanes = lanesOf({ stage, policy }, factories, hooks, (now, lane, event) =>
      runners.event(now, lane, event),
    );
  }

  /** Those without an end, oldest first; what becomes of them meanwhile changes nothing about this list. */
  get all(): readonly R[] {
    return [...this.#open.values()];
  }

  get(id: number): R | undefined {
    return this.#open.get(id);
  }

  isOpen(race: R): boolean {
    return this.#open.get(race.id) === race;
  }

  begin(race: R): void {
    this.#open.set(race.id, race);
  }

  end(race: R): void {
    this.#open.delete(race.id);
  }

  deadline(): Micros | undefined {
    let at = this.lanes.deadline();
    for (const race of this.#open.values()) at = Math.min(at, race.nextAt);
    return at === Infinity ? undefined : at;
  }

  /** Wakes the providers, and tells of each race that has been silent for too long. */
  wake(now: Micros, silent: (race: R) => void): void {
    this.lanes.wake(now);
    for (const race of this.all) {
      if (now < race.nextAt || !this.isOpen(race)) continue;
      race.nextAt = Infinity;
      silent(race);
    }
  }

  /** One attempt more, if there may be one: it is counted and stated, and still to be given its task. */
  ask(now: Micros, race: R, by: Reason): One | undefined {
    const { attemptsMax } = this.#policy;
    const count = race.asked[0] + race.asked[1];
    // To go on with an answer that broke off is worth one more.
    if (count >= attemptsMax + (this.#runners.hasBegun(race) ? 1 : 0)) return undefined;
    const { lane } = race.winner?.provider ?? {};
    const troubled = (other: Lane) => race.failed[other] + (other === lane ? 1 : 0);
    const provider = this.lanes.next((other) => race.asked[other], troubled);
    race.asked[provider.lane] += 1;
    this.#inner += 1;
    const attempt = this.#runners.fresh({ provider, inner: this.#inner, sinceUs: now });
    race.live.push(attempt);
    const { deadlineUs, nextDeadlineUs } = provider.first;
    const waitUs = count === 0 ? deadlineUs : nextDeadlineUs;
    race.nextAt = count + 1 < attemptsMax ? now + waitUs : Infinity;
    if (by !== undefined) {
      const named = { reply: race.id, by, provider: nameOf(provider.lane) } as const;
      this.#hooks.note?.(now, { what: 'hedged', stage: this.#runners.stage, ...named });
    }
    return attempt;
  }

  /** From here on it is this one that is listened to. */
  win(now: Micros, race: R, attempt: One): void {
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
      const named = { reply: race.id, by: nameOf(provider.lane) };
      this.#hooks.note?.(now, { what: 'hedge.won', stage: this.#runners.stage, ...named });
    }
    this.leaveOthers(now, race);
  }

  leaveOthers(now: Micros, race: R): void {
    const others = race.live.filter((other) => other !== race.winner);
    race.live = race.live.filter((other) => other === race.winner);
    for (const other of others) this.#runners.leave(now, race, other);
  }

  /** It is out of the race. */
  failed(now: Micros, race: R, attempt: One, failure: Failure, fatal = false): void {
    const { provider } = attempt;
    race.live = race.live.filter((other) => other !== attempt);
    race.failed[provider.lane] += 1;
    if (race.winner === attempt) race.winner = undefined;
    provider.dead ||= fatal;
    provider.breaker.failed(now, failure, fatal);
  }

  /** Whose event this is; undefined when nobody listens to it any more. */
  find(lane: Lane, inner: number | undefined): Found<R, One> | undefined {
    for (const race of this.#open.values()) {
      const attempt = race.live.find((one) => one.inner === inner && one.provider.lane === lane);
      if (attempt !== undefined) return { race, attempt };
    }
    return undefined;
  }
}

/** What every race starts with. */
export const startOf = (id: number) => ({
  id,
  asked: [0, 0] as [number, number],
  failed: [0, 0] as [number, number],
  live: [],
  winner: undefined,
  nextAt: Infinity,
});
