// How far ahead of real time audio must be sent so that the far end does not run dry, learnt from the
// audio that comes the other way: its packets cross the same network, and their lateness is the best
// hint there is with a client that reports nothing. Quick to rise, slow to fall.
import { type Micros, ms, toMs } from '../core/time.ts';
import { ArrivalHistory } from './jitter-buffer/arrival-history.ts';
import { M106 } from './jitter-buffer/setting.ts';
import { Underrun } from './jitter-buffer/underrun.ts';

/** What a player without a buffer of its own needs on a perfect network: its blocks and our timers. */
const BASE_US: Micros = ms(60);
const LEAD_MIN_US: Micros = ms(80);
/** A lead is heard after a barge-in by clients that cannot drop it: more than this is not worth it. */
const LEAD_MAX_US: Micros = ms(400);
/**
 * A gap as long as this may be the network's or the microphone's (mute). After a stall what was held up
 * comes at once; after a pause the stream goes on as it was, only later, and that is not lateness.
 */
const DOUBT_MS = 150;

export class LeadEstimator {
  readonly #history = new ArrivalHistory(M106.historyMs);
  readonly #underrun = new Underrun(M106);
  #streamMs = 0;
  #lastMs: number | undefined;
  /** Lateness of the packet behind a long gap, until the next one tells what the gap was. */
  #doubtMs: number | undefined;

  /** `samples` of audio at `rate` arrived at `now`, continuous but for pauses of the microphone. */
  arrived(now: Micros, samples: number, rate: number): void {
    const nowMs = toMs(now);
    const lengthMs = (samples * 1_000) / rate;
    const gapMs = nowMs - (this.#lastMs ?? nowMs);
    this.#lastMs = nowMs;
    if (this.#doubtMs !== undefined) this.#judge(this.#doubtMs, gapMs < lengthMs / 2, nowMs);
    this.#doubtMs = undefined;
    this.#streamMs += lengthMs;
    this.#history.insert(this.#streamMs, nowMs);
    const delayMs = this.#history.delayMs(this.#streamMs, nowMs);
    if (gapMs - lengthMs >= DOUBT_MS) this.#doubtMs = delayMs;
    else this.#underrun.update(delayMs, nowMs);
  }

  #judge(delayMs: number, catchesUp: boolean, nowMs: number): void {
    if (catchesUp) return this.#underrun.update(delayMs, nowMs);
    this.#history.reset();
    this.#streamMs = 0;
  }

  /** The lead for the next reply; undefined until enough has been heard to tell. */
  get leadUs(): Micros | undefined {
    const { optimalMs } = this.#underrun;
    if (optimalMs === undefined) return undefined;
    return Math.min(LEAD_MAX_US, Math.max(LEAD_MIN_US, BASE_US + ms(optimalMs)));
  }
}
