// The two providers of a stage as its combinator knows them: session, breaker, usual speed, and whether
// the session has given up. What is alike for recogniser, model and voice stands here.
import type { Failure } from '../failure.ts';
import type { StatedFact } from '../outlet.ts';
import type { ProviderSession } from '../provider.ts';
import type { Micros } from '../time.ts';
import type { Lane } from '../wire.ts';
import { nameOf, nextLane } from './attempt.ts';
import { Breaker } from './breaker.ts';
import type { HedgedStage } from './fact.ts';
import { FirstOutput } from './first-output.ts';
import type { HedgePolicy } from './policy.ts';

export class Provider<Session extends ProviderSession> {
  readonly lane: Lane;
  readonly session: Session;
  readonly breaker: Breaker;
  readonly first: FirstOutput;
  /** The session has given up; it is started anew when the breaker says so. */
  dead = false;

  constructor(lane: Lane, session: Session, breaker: Breaker, policy: HedgePolicy) {
    this.lane = lane;
    this.session = session;
    this.breaker = breaker;
    this.first = new FirstOutput(policy);
  }
}

type LaneSetOptions = {
  readonly stage: HedgedStage;
  readonly policy: HedgePolicy;
  readonly salt: number;
  note(now: Micros, fact: StatedFact): void;
};

/** Hooks of any provider. */
export type LaneHooks<Request, Event> = {
  request(now: Micros, request: Request, lane?: Lane): void;
  event(now: Micros, event: Event): void;
  note?(now: Micros, fact: StatedFact): void;
  readonly salt?: number;
};

/** The two sessions of a stage behind the hooks of one: what they want goes out with their lane. */
export function lanesOf<Session extends ProviderSession, Request, Event>(
  of: Pick<LaneSetOptions, 'stage' | 'policy'>,
  factories: LaneFactories<Session, Request, Event>,
  hooks: LaneHooks<Request, Event>,
  event: (now: Micros, lane: Lane, event: Event) => void,
): LaneSet<Session> {
  const salt = hooks.salt ?? 0;
  const note = (now: Micros, fact: StatedFact) => hooks.note?.(now, fact);
  return new LaneSet({ ...of, salt, note }, (lane) =>
    factories[lane]({
      request: (now, request) => hooks.request(now, request, lane),
      event: (now, told) => event(now, lane, told),
      note,
      salt: salt + lane,
    }),
  );
}

type LaneFactory<Session, Request, Event> = (hooks: LaneHooks<Request, Event>) => Session;
export type LaneFactories<Session, Request, Event> = readonly [
  LaneFactory<Session, Request, Event>,
  LaneFactory<Session, Request, Event>,
];

export class LaneSet<Session extends ProviderSession> {
  readonly all: readonly [Provider<Session>, Provider<Session>];
  readonly #options: LaneSetOptions;

  constructor(options: LaneSetOptions, make: (lane: Lane) => Session) {
    this.#options = options;
    this.all = [this.#provider(0, make), this.#provider(1, make)];
  }

  of(lane: Lane): Provider<Session> {
    return this.all[lane];
  }

  start(now: Micros): void {
    for (const { session } of this.all) session.start(now);
  }

  stop(now: Micros): void {
    for (const { session } of this.all) session.stop(now);
  }

  /** Infinity when nobody waits for anything. */
  deadline(): Micros {
    let at = Infinity;
    for (const { session, breaker } of this.all) {
      at = Math.min(at, session.deadline() ?? Infinity, breaker.deadline());
    }
    return at;
  }

  wake(now: Micros): void {
    for (const provider of this.all) {
      if ((provider.session.deadline() ?? Infinity) <= now) provider.session.wake(now);
      if (!provider.breaker.wake(now) || !provider.dead) continue;
      provider.dead = false;
      // It forgets what it still held: all of that was answered elsewhere, or will be asked anew.
      provider.session.stop(now);
      provider.session.start(now);
    }
  }

  /** Who is asked next, when each was asked so often before and failed so often. */
  next(asked: (lane: Lane) => number, failed: (lane: Lane) => number): Provider<Session> {
    const standing = (lane: Lane) => {
      const { breaker, dead } = this.of(lane);
      const state = dead ? 'open' : breaker.state;
      return { state, asked: asked(lane), failed: failed(lane) };
    };
    return this.of(nextLane([standing(0), standing(1)]));
  }

  /** A connection is lost. True when no provider is left. */
  lost(now: Micros, provider: Provider<Session>, failure: Failure, fatal: boolean): boolean {
    provider.dead ||= fatal;
    provider.breaker.failed(now, failure, fatal);
    return this.all.every(({ dead }) => dead);
  }

  #provider(lane: Lane, make: (lane: Lane) => Session): Provider<Session> {
    const { stage, policy, salt, note } = this.#options;
    const breaker = new Breaker(salt + lane, (now, state) =>
      note(now, { what: 'breaker', stage, provider: nameOf(lane), state }),
    );
    return new Provider(lane, make(lane), breaker, policy);
  }
}
