// Speech where none arrived: the last pitch period goes on, full for 60 ms, then fading out within
// 120 ms more, because a guess grows worse the longer it lasts.
import { findPitch } from './pitch.ts';

export type Fade = { readonly afterMs: number; readonly withinMs: number };

export class Concealment {
  readonly #period: Float64Array;
  readonly #rate: number;
  readonly #fade: Fade;

  /** `history`: what was heard last, newest at the end; 40 ms are enough, none is silence. */
  constructor(history: Int16Array, rate: number, fade: Fade) {
    this.#rate = rate;
    this.#fade = fade;
    this.#period = periodOf(history, findPitch(history, rate)?.lag ?? 0);
  }

  /** Writes the samples from `from` on (counted from the start of the concealment) into `target`. */
  write(target: Int16Array, from: number): void {
    const length = this.#period.length;
    for (let index = 0; index < target.length; index += 1) {
      const at = from + index;
      target[index] = length === 0 ? 0 : Math.round((this.#period[at % length] as number) * this.#gain(at));
    }
  }

  #gain(at: number): number {
    const overMs = (at * 1_000) / this.#rate - this.#fade.afterMs;
    return overMs <= 0 ? 1 : Math.max(0, 1 - overMs / this.#fade.withinMs);
  }
}

/** The last period, its end blended into what came before its start, so that repeating it has no seam. */
function periodOf(history: Int16Array, lag: number): Float64Array {
  const period = new Float64Array(lag);
  const blend = Math.min(lag >> 2, Math.max(0, history.length - lag));
  for (let index = 0; index < lag; index += 1) {
    const now = history[history.length - lag + index] ?? 0;
    const toEnd = lag - index;
    const weight = toEnd <= blend ? toEnd / (blend + 1) : 1;
    const before = history[history.length - 2 * lag + index] ?? now;
    period[index] = now * weight + before * (1 - weight);
  }
  return period;
}

/** Blends the start of `next` from what the concealment would have played on, in place. */
export function crossfade(from: Int16Array, next: Int16Array): void {
  const length = Math.min(from.length, next.length);
  for (let index = 0; index < length; index += 1) {
    const weight = (index + 1) / (length + 1);
    next[index] = Math.round((from[index] ?? 0) * (1 - weight) + (next[index] ?? 0) * weight);
  }
}
