// An agent with something in its way: what it is told and what it asks for may come late, changed, twice or
// not at all. The agent inside knows nothing of it; time is only what it is handed, like everywhere else.
import type { SessionEffect } from '#agent/core/outlet.ts';
import type { SessionInput } from '#agent/core/session.ts';
import type { Micros } from '#agent/core/time.ts';
import type { Agent } from '#sim/agent-host.ts';

/** Something and when it is to happen, counted from now; at once when absent. */
export type Later<T> = { readonly what: T; readonly afterUs?: Micros };

export type Hindrance = {
  /** What becomes of an effect: itself, others, or nothing. */
  readonly effect?: (effect: SessionEffect) => readonly Later<SessionEffect>[];
  /** What becomes of an input. */
  readonly input?: (event: SessionInput) => readonly Later<SessionInput>[];
};

type Held<T> = { readonly at: Micros; readonly what: T };

export class Tampered implements Agent {
  readonly #agent: Agent;
  readonly #hindrance: Hindrance;
  #now: Micros = 0;
  readonly #ready: SessionEffect[] = [];
  readonly #effects: Held<SessionEffect>[] = [];
  readonly #inputs: Held<SessionInput>[] = [];

  constructor(agent: Agent, hindrance: Hindrance) {
    this.#agent = agent;
    this.#hindrance = hindrance;
  }

  input(now: Micros, event: SessionInput): void {
    this.#now = now;
    for (const { what } of due(this.#effects, now)) this.#ready.push(what);
    for (const { what } of due(this.#inputs, now)) this.#agent.input(now, what);
    // A wake may have been for what is held here alone.
    if (event.kind === 'wake' && (this.#agent.deadline() ?? Number.POSITIVE_INFINITY) > now) return;
    for (const { what, afterUs = 0 } of this.#hindrance.input?.(event) ?? [{ what: event }]) {
      if (afterUs > 0) hold(this.#inputs, { at: now + afterUs, what });
      else this.#agent.input(now, what);
    }
  }

  poll(): SessionEffect | undefined {
    while (this.#ready.length === 0) {
      const effect = this.#agent.poll();
      if (effect === undefined) return undefined;
      for (const { what, afterUs = 0 } of this.#hindrance.effect?.(effect) ?? [{ what: effect }]) {
        if (afterUs > 0) hold(this.#effects, { at: this.#now + afterUs, what });
        else this.#ready.push(what);
      }
    }
    return this.#ready.shift();
  }

  deadline(): Micros | undefined {
    const all = [this.#agent.deadline(), this.#effects[0]?.at, this.#inputs[0]?.at];
    const known = all.filter((at) => at !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }
}

/** Keeps the order of time, and of those at one time the order in which they came. */
function hold<T>(held: Held<T>[], one: Held<T>): void {
  const after = held.findIndex(({ at }) => at > one.at);
  held.splice(after < 0 ? held.length : after, 0, one);
}

function due<T>(held: Held<T>[], now: Micros): readonly Held<T>[] {
  const first = held.findIndex(({ at }) => at > now);
  return held.splice(0, first < 0 ? held.length : first);
}
