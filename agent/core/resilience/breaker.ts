// Leaves a provider alone that keeps failing: after some failures in a row it is open, and asked again
// only by one probe after a while, which grows with every probe that fails. It decides who is asked
// first, never whether anybody is: where all are open, all are still tried.
import type { Failure } from '../failure.ts';
import { LIMITS } from '../limit.ts';
import type { Micros } from '../time.ts';
import { jittered } from './spread.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

/** A failure weighs as much as this many answers of others that came before its own. */
const FAILURE = 3;
const OUTRUN = 1;
const OPENS_AT = 6;

export class Breaker {
  readonly #salt: number;
  readonly #changed: (now: Micros, state: BreakerState) => void;
  #state: BreakerState = 'closed';
  #strikes = 0;
  /** Times that it opened since it was last closed. */
  #openings = 0;
  #probeAt: Micros = Infinity;

  constructor(salt: number, changed: (now: Micros, state: BreakerState) => void) {
    this.#salt = salt;
    this.#changed = changed;
  }

  get state(): BreakerState {
    return this.#state;
  }

  succeeded(now: Micros): void {
    this.#strikes = 0;
    this.#openings = 0;
    this.#probeAt = Infinity;
    this.#become(now, 'closed');
  }

  /** An attempt failed, or the connection did. What no retry can mend opens it at once. */
  failed(now: Micros, failure: Failure, forGood = false): void {
    this.#strike(now, failure.retryable && !forGood ? FAILURE : OPENS_AT, failure.retryAfterUs);
  }

  /** It was asked first and had not answered when another had. */
  outrun(now: Micros): void {
    this.#strike(now, OUTRUN, undefined);
  }

  /** Infinity when there is nothing to wait for. */
  deadline(): Micros {
    return this.#probeAt;
  }

  /** True when it is time for a probe. */
  wake(now: Micros): boolean {
    if (now < this.#probeAt) return false;
    this.#probeAt = Infinity;
    this.#become(now, 'half_open');
    return true;
  }

  #strike(now: Micros, weight: number, retryAfterUs: Micros | undefined): void {
    if (this.#state === 'open') return;
    this.#strikes += weight;
    if (this.#state === 'closed' && this.#strikes < OPENS_AT) return;
    const backoff = Math.min(LIMITS.breakerFirstUs * 2 ** this.#openings, LIMITS.breakerMaxUs);
    const delay = jittered(backoff, this.#salt, this.#openings);
    this.#openings = Math.min(this.#openings + 1, 16);
    this.#strikes = 0;
    this.#probeAt = now + Math.max(delay, Math.min(retryAfterUs ?? 0, LIMITS.breakerMaxUs));
    this.#become(now, 'open');
  }

  #become(now: Micros, state: BreakerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#changed(now, state);
  }
}
