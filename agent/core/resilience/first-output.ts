// How long a provider usually takes to its first output, from its last answers: what "late" means for
// it. An attempt that was given up counts with the time it was given: it would have taken longer still.
import type { Micros } from '../time.ts';
import type { HedgePolicy } from './policy.ts';

/** Late is who is slower than this share of the last answers. */
const SHARE = 0.9;
/** Answers remembered, and those it takes to know anything. */
const ANSWERS_MAX = 64;
const ANSWERS_MIN = 6;
/** Nobody is rushed by more than half: what is cheap to wait for is dear to ask twice. */
const SHORTEST = 0.5;
/**
 * Nor asked twice for being as fast as it can be: what it does in a quarter of its answers, and a little
 * more. Not the median: of a vendor with a fast and a slow mood, that may be the slow one.
 */
const FAST = 0.25;
const OVER_FAST = 1.15;

const NEXT_SHARE = 0.7;

export class FirstOutput {
  readonly #policy: HedgePolicy;
  readonly #taken: Micros[] = [];

  constructor(policy: HedgePolicy) {
    this.#policy = policy;
  }

  took(us: Micros): void {
    this.#taken.push(us);
    if (this.#taken.length > ANSWERS_MAX) this.#taken.shift();
  }

  /**
   * How long an attempt is waited for that is not the first: somebody was late already, and who comes now
   * comes too late for the caller in any case.
   */
  get nextDeadlineUs(): Micros {
    return Math.round(this.deadlineUs * NEXT_SHARE);
  }

  /** The silence after which this provider is late. */
  get deadlineUs(): Micros {
    const { deadlineUs, adaptive } = this.#policy;
    if (!adaptive || this.#taken.length < ANSWERS_MIN) return deadlineUs;
    const sorted = [...this.#taken].sort((one, other) => one - other);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? deadlineUs;
    const late = Math.min(deadlineUs, Math.max(at(SHARE), deadlineUs * SHORTEST));
    return Math.round(Math.max(late, at(FAST) * OVER_FAST));
  }
}
