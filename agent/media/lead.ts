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
/** A pause of the microphone (mute) is not lateness. */
const PAUSE_MS = 1_000;

export class LeadEstimator {
  readonly #history = new ArrivalHistory(M106.historyMs);
  readonly #underrun = new Underrun(M106);
  #streamMs = 0;
  #lastMs: number | undefined;

  /** `samples` of continuous audio at `rate` arrived at `now`. */
  arrived(now: Micros, samples: number, rate: number): void {
    const nowMs = toMs(now);
    if (this.#lastMs !== undefined && nowMs - this.#lastMs > PAUSE_MS) {
      this.#history.reset();
      this.#streamMs = 0;
    }
    this.#lastMs = nowMs;
    this.#streamMs += (samples * 1_000) / rate;
    this.#history.insert(this.#streamMs, nowMs);
    this.#underrun.update(this.#history.delayMs(this.#streamMs, nowMs), nowMs);
  }

  /** The lead for the next reply; undefined until enough has been heard to tell. */
  get leadUs(): Micros | undefined {
    const { optimalMs } = this.#underrun;
    if (optimalMs === undefined) return undefined;
    return Math.min(LEAD_MAX_US, Math.max(LEAD_MIN_US, BASE_US + ms(optimalMs)));
  }
}
