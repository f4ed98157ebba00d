// How far ahead of real time audio must be sent so that the far end does not run dry, learnt from the
// audio that comes the other way: its packets cross the same network, and with a client that reports
// nothing they are the best hint there is. How often and how far packets are late gives how often a player
// would run dry for any lead; the lead taken is the one at which stalls and waiting are worth least together.
import { type Micros, ms, toMs } from '../core/time.ts';
import { ArrivalHistory } from './jitter-buffer/arrival-history.ts';
import { M106 } from './jitter-buffer/setting.ts';

/** What a player without a buffer of its own needs on a perfect network: its blocks and our timers. */
const BASE_MS = 60;
const LEAD_MIN_MS = 80;
/** A lead is heard after a barge-in by clients that cannot drop it: more than this is not worth it. */
const LEAD_MAX_MS = 400;
/**
 * A gap as long as this may be the network's or the microphone's (mute). After a stall what was held up
 * comes at once; after a pause the stream goes on as it was, only later, and that is not lateness.
 */
const DOUBT_MS = 150;
/** The latest packet of each half second tells: those beside it were late for the same reason. */
const SPAN_MS = 500;
/** Within the base, lateness does no harm. */
const HARMLESS_MS = LEAD_MIN_MS - BASE_MS;
/** One stall every ten seconds is as bad as falling silent 150 ms later when interrupted. */
const LEAD_MS_PER_STALL_PER_S = 1_500;
/** To a client that drops what it has not played, a lead costs nothing but bytes sent in vain. */
const DROPPED_SHARE = 0.2;
/** How long the past counts, and how much quiet is taken for granted before anything was heard, seconds. */
const MEMORY_S = 60;
const CREDIT_S = 5;

export class LeadEstimator {
  readonly #history = new ArrivalHistory(M106.historyMs);
  readonly #kept = Math.exp(-SPAN_MS / 1_000 / MEMORY_S);
  #streamMs = 0;
  #lastMs: number | undefined;
  /** Lateness of the packet behind a long gap, until the next one tells what the gap was. */
  #doubtMs: number | undefined;
  /** The half second under way: how much of it was heard, and its latest packet. */
  #spanMs = 0;
  #latestMs = 0;
  /** What lies back counts less: seconds heard, those with harmful lateness, the sum and largest of it. */
  #seconds = CREDIT_S;
  #late = 0;
  #excessMs = 0;
  #worstMs = 0;
  #known = false;

  /** `samples` of audio at `rate` arrived at `now`, continuous but for pauses of the microphone. */
  arrived(now: Micros, samples: number, rate: number): void {
    const nowMs = toMs(now);
    const lengthMs = (samples * 1_000) / rate;
    const gapMs = nowMs - (this.#lastMs ?? nowMs);
    this.#lastMs = nowMs;
    if (this.#doubtMs !== undefined) this.#judge(this.#doubtMs, gapMs < lengthMs / 2);
    this.#doubtMs = undefined;
    this.#streamMs += lengthMs;
    this.#history.insert(this.#streamMs, nowMs);
    const delayMs = this.#history.delayMs(this.#streamMs, nowMs);
    if (gapMs - lengthMs >= DOUBT_MS) this.#doubtMs = delayMs;
    else this.#latestMs = Math.max(this.#latestMs, delayMs);
    this.#spanMs += lengthMs;
    if (this.#spanMs >= SPAN_MS) this.#endSpan();
  }

  /**
   * The lead for the next reply; undefined until enough has been heard to tell. `droppable`: the client
   * drops what it has not played when the reply is interrupted.
   */
  leadUs(droppable: boolean): Micros | undefined {
    if (!this.#known) return undefined;
    return ms(Math.min(LEAD_MAX_MS, Math.max(LEAD_MIN_MS, this.#leadMs(droppable ? DROPPED_SHARE : 1))));
  }

  /**
   * Lateness beyond what is harmless is taken to be exponential: the lead at which one more millisecond is
   * worth as much as the stalls it spares. Never more than what the worst of late would have needed.
   */
  #leadMs(price: number): number {
    if (this.#late === 0) return 0;
    const meanMs = this.#excessMs / this.#late;
    const worth = (LEAD_MS_PER_STALL_PER_S * this.#late) / this.#seconds / (price * meanMs);
    if (worth <= 1) return 0;
    return Math.min(LEAD_MIN_MS + meanMs * Math.log(worth), BASE_MS + this.#worstMs);
  }

  #judge(delayMs: number, catchesUp: boolean): void {
    if (catchesUp) {
      this.#latestMs = Math.max(this.#latestMs, delayMs);
      return;
    }
    this.#history.reset();
    this.#streamMs = 0;
  }

  #endSpan(): void {
    const kept = this.#kept;
    const excessMs = this.#latestMs - HARMLESS_MS;
    this.#known = true;
    this.#seconds = this.#seconds * kept + this.#spanMs / 1_000;
    this.#late = this.#late * kept + (excessMs > 0 ? 1 : 0);
    this.#excessMs = this.#excessMs * kept + Math.max(0, excessMs);
    this.#worstMs = Math.max(this.#worstMs * kept, this.#latestMs);
    this.#spanMs = 0;
    this.#latestMs = 0;
  }
}
