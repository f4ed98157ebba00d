// When the caller's connection breaks: each outage of the script waits for its moment, so long after the
// first word of an act, or after the first sound of the reply to it, and happens once.
import { type Micros, ms } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { CallerFact } from '#sim/kernel/fact.ts';
import type { Outage } from './script.ts';

/** What becomes of the connection. */
export type Drop = {
  /** Nothing passes for so long; then the client calls again. */
  readonly forUs: Micros;
  /** The agent's end is told at once, as by a reset; otherwise it finds out by itself. */
  readonly reset: boolean;
};

export class OutageWatch {
  readonly #clock: Clock;
  readonly #drop: (outage: Outage, drop: Drop) => void;
  #outages: readonly Outage[];
  /** The act that has been said and is not answered yet. */
  #said: number | undefined;

  constructor(clock: Clock, outages: readonly Outage[], drop: (outage: Outage, drop: Drop) => void) {
    this.#clock = clock;
    this.#outages = outages;
    this.#drop = drop;
  }

  /** Sees what the caller states, as it is stated. */
  saw(fact: CallerFact): void {
    if (this.#outages.length === 0) return;
    if (fact.what === 'speaking') {
      this.#said = undefined;
      this.#begin('speech', fact.act);
    }
    if (fact.what === 'spoke') this.#said = fact.act;
    if (fact.what !== 'ear.audible' || this.#said === undefined) return;
    this.#begin('reply', this.#said);
    this.#said = undefined;
  }

  #begin(during: Outage['during'], act: number): void {
    const due = this.#outages.filter((outage) => outage.act === act && outage.during === during);
    this.#outages = this.#outages.filter((outage) => !due.includes(outage));
    for (const outage of due) {
      const { afterMs, forMs, reset = false } = outage;
      this.#clock.after(ms(afterMs), () => this.#drop(outage, { forUs: ms(forMs), reset }), undefined);
    }
  }
}
