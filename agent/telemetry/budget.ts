// What may be spent in one day (UTC), over all calls. It counts; who is turned away when it is spent is
// decided elsewhere. Where a store is given the sum outlives the process, else it begins anew with it.

export type DaySum = { readonly day: string; readonly usd: number };

/** Keeps the sum of a day for the next process, or for one beside this. It may not throw. */
export interface BudgetStore {
  load(): DaySum | undefined;
  save(sum: DaySum): void;
}

export class DayBudget {
  /** US dollars a day; 0 is no cap. */
  readonly capUsd: number;
  readonly #store: BudgetStore | undefined;
  #sum: DaySum;

  constructor(capUsd: number, store?: BudgetStore) {
    this.capUsd = capUsd;
    this.#store = store;
    this.#sum = store?.load() ?? { day: '', usd: 0 };
  }

  /** `day` as in `dayOf`. */
  add(day: string, usd: number): void {
    if (usd === 0) return;
    this.#sum = { day, usd: this.spentUsd(day) + usd };
    this.#store?.save(this.#sum);
  }

  spentUsd(day: string): number {
    return this.#sum.day === day ? this.#sum.usd : 0;
  }

  /** No new call may begin on this day. */
  isSpent(day: string): boolean {
    return this.capUsd > 0 && this.spentUsd(day) >= this.capUsd;
  }
}

/** `2026-11-23`, the day in UTC of a moment in milliseconds since 1970. */
export const dayOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
