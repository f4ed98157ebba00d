// How long a call may be, how long its caller may be silent, and how long a client may hold a place without
// having introduced itself. A caller is told goodbye; a client that never spoke is sent away.
import type { AgentFact } from '../core/fact.ts';
import { LIMITS } from '../core/limit.ts';
import { toMs } from '../core/time.ts';
import type { StayLimits } from '../setting/security-table.ts';

export type StayHands = {
  /** Ends the call with a farewell. */
  leave(reason: string): void;
  /** Ends it at once. */
  end(reason: string): void;
};

export class Stay {
  readonly #hands: StayHands;
  readonly #introduction: NodeJS.Timeout;
  readonly #length: NodeJS.Timeout | undefined;
  readonly #idle: NodeJS.Timeout | undefined;

  /** Begins to count. */
  constructor({ sessionMaxMs, idleMaxMs }: StayLimits, hands: StayHands) {
    this.#hands = hands;
    const readyMs = toMs(LIMITS.clientReadyUs);
    this.#introduction = setTimeout(() => hands.end(UNREADY), readyMs);
    this.#length = this.#after(sessionMaxMs, `the call has lasted ${sessionMaxMs / 1_000} s, its limit`);
    this.#idle = this.#after(idleMaxMs, `the caller said nothing for ${idleMaxMs / 1_000} s`);
  }

  /** What the session states. */
  note(fact: AgentFact): void {
    if (fact.what === 'client.ready') clearTimeout(this.#introduction);
    // Whoever talks is not idle, however long the turn.
    if (fact.what === 'turn.committed' || fact.what === 'turn.started') this.#idle?.refresh();
    if (fact.what === 'session.ended') this.over();
  }

  /** No more is counted. */
  over(): void {
    clearTimeout(this.#introduction);
    clearTimeout(this.#length);
    clearTimeout(this.#idle);
  }

  #after(ms: number, reason: string): NodeJS.Timeout | undefined {
    return ms === 0 ? undefined : setTimeout(() => this.#hands.leave(reason), ms);
  }
}

const UNREADY = `no client-ready came within ${toMs(LIMITS.clientReadyUs) / 1_000} s`;
