// The target level: how much audio the buffer should hold, learnt from arrivals. The larger of what
// lateness and what reordering asks for, at least one packet, within the bounds that were set.
import { ArrivalHistory } from './arrival-history.ts';
import { Reorder } from './reorder.ts';
import type { JitterSettings } from './setting.ts';
import { Underrun } from './underrun.ts';

export class Target {
  readonly #settings: JitterSettings;
  readonly #underrun: Underrun;
  readonly #reorder: Reorder;
  readonly history: ArrivalHistory;
  #learntMs: number;
  #packetMs = 0;

  constructor(settings: JitterSettings) {
    this.#settings = settings;
    this.#underrun = new Underrun(settings);
    this.#reorder = new Reorder(settings);
    this.history = new ArrivalHistory(settings.historyMs);
    this.#learntMs = settings.startDelayMs;
  }

  reset(): void {
    this.#underrun.reset();
    this.#reorder.reset();
    this.history.reset();
    this.#learntMs = this.#settings.startDelayMs;
    this.#packetMs = 0;
  }

  /** The target, ms. */
  get ms(): number {
    const { delayMsMin, delayMsMax, packetsMax } = this.#settings;
    let target = Math.max(this.#learntMs, this.#packetMs, delayMsMin);
    if (delayMsMax > 0) target = Math.min(target, delayMsMax);
    if (this.#packetMs > 0) target = Math.min(target, 0.75 * packetsMax * this.#packetMs);
    return target;
  }

  /** A packet of `packetMs` stamped `stampMs` arrived; returns its relative delay, ms. */
  arrived(stampMs: number, packetMs: number, nowMs: number): number {
    this.#packetMs = packetMs;
    const newer = this.history.insert(stampMs, nowMs);
    if (this.history.count < 2) return 0;
    const delayMs = this.history.delayMs(stampMs, nowMs);
    if (newer) this.#underrun.update(delayMs, nowMs);
    const base = this.#underrun.optimalMs ?? this.#settings.startDelayMs;
    this.#reorder.update(delayMs, !newer, base);
    this.#learntMs = Math.max(base, this.#reorder.optimalMs);
    return delayMs;
  }
}
