// How a stage with two providers deals with them, as data: how long it waits for the first sign of an
// answer before it asks again, and how often it asks. The settings of the agent are made into these.
import { type Micros, ms } from '../time.ts';

/**
 * `failover`: the second is asked when the first has failed or is silent for far too long. `hedge`: already
 * when it is slower than usual; the first to answer is taken.
 */
export type HedgeMode = 'failover' | 'hedge';

export type HedgePolicy = {
  /** Silence after which the next attempt is begun beside those under way; never more than this. */
  readonly deadlineUs: Micros;
  /** Less than that as soon as the provider is known to be usually faster. */
  readonly adaptive: boolean;
  /** Attempts of one answer, the first included; after two they go in turn to the same providers again. */
  readonly attemptsMax: number;
  /** Silence in the middle of an answer after which another attempt is to go on with it. */
  readonly stallUs: Micros;
};

/** Milliseconds of silence for each mode. */
export type HedgeTimes = { readonly deadlineMs: number; readonly failoverMs: number };

const ATTEMPTS_IN_FAILOVER = 3;
/** An answer under way comes in steps that vary less than its beginning. */
const STALL_MIN_MS = 300;
const STALL_SHARE = 0.5;

export function policyOf(mode: HedgeMode, times: HedgeTimes, attemptsMax: number): HedgePolicy {
  const { deadlineMs, failoverMs } = times;
  if (mode === 'hedge') {
    const stallUs = ms(Math.max(STALL_MIN_MS, deadlineMs));
    return { deadlineUs: ms(deadlineMs), adaptive: true, attemptsMax, stallUs };
  }
  const stallUs = ms(Math.max(STALL_MIN_MS, failoverMs * STALL_SHARE));
  return { deadlineUs: ms(failoverMs), adaptive: false, attemptsMax: ATTEMPTS_IN_FAILOVER, stallUs };
}
