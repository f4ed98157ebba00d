// What the agent and its vendors stated, by session and on one clock. The agent counts from the begin of each
// call, and every statement comes with the moment it was heard: the least difference of the two is the begin,
// for hearing takes time and never less than none.

import type { AgentFact } from '#agent/core/fact.ts';
import type { Micros } from '#agent/core/time.ts';
import type { Fact, VendorFact } from '#sim/kernel/fact.ts';
import type { StatedFact } from './message.ts';

type Page = { beganUs: Micros; readonly agent: AgentFact[]; readonly vendors: VendorFact[] };

export class FactBook {
  readonly #pages = new Map<string, Page>();

  /** Facts of the agent, each in its own call's time. */
  state(facts: readonly StatedFact[]): void {
    for (const { session, atUs, fact } of facts) {
      const page = this.#page(session);
      page.beganUs = Math.min(page.beganUs, atUs - fact.t);
      page.agent.push(fact);
    }
  }

  /** Facts of vendors, on the common clock. */
  add(facts: readonly { readonly session: string; readonly fact: VendorFact }[]): void {
    for (const { session, fact } of facts) this.#page(session).vendors.push(fact);
  }

  /** All of a session on the common clock, in no order. */
  of(session: string): readonly Fact[] {
    const page = this.#pages.get(session);
    if (page === undefined) return [];
    return [...page.agent.map((fact) => later(fact, page.beganUs)), ...page.vendors];
  }

  #page(session: string): Page {
    const known = this.#pages.get(session);
    if (known !== undefined) return known;
    const page: Page = { beganUs: Number.POSITIVE_INFINITY, agent: [], vendors: [] };
    this.#pages.set(session, page);
    return page;
  }
}

/** A fact with all its instants; other times in it are lengths. */
function later(fact: AgentFact, us: Micros): AgentFact {
  const t = fact.t + us;
  if (fact.what === 'vad.started') return { ...fact, t, atUs: fact.atUs + us };
  if (fact.what === 'vad.stopped') {
    return { ...fact, t, atUs: fact.atUs + us, decidedUs: fact.decidedUs + us };
  }
  return { ...fact, t };
}
