// What is still to happen on the test stage, by time and then by order of planning. Small and slow on
// purpose: an array and a search, so that nothing here can be wrong in an interesting way.
import type { Micros } from './time.ts';

type Planned = { readonly at: Micros; run(now: Micros): void };

export class Agenda {
  #planned: Planned[] = [];

  plan(at: Micros, run: (now: Micros) => void): void {
    this.#planned.push({ at, run });
  }

  next(): Micros | undefined {
    return this.#planned.length === 0 ? undefined : Math.min(...this.#planned.map(({ at }) => at));
  }

  /** Runs what is due at `now`, also what that plans for `now`. */
  play(now: Micros): void {
    for (;;) {
      const due = this.#planned.filter(({ at }) => at <= now).sort((left, right) => left.at - right.at)[0];
      if (due === undefined) return;
      this.#planned.splice(this.#planned.indexOf(due), 1);
      due.run(now);
    }
  }

  clear(): void {
    this.#planned = [];
  }
}
