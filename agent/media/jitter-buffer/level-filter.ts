// The buffer level, smoothed: the more delay is aimed at, the slower. What time-scaling took out or
// put in is applied at once, or the controller would overshoot.
import { SAMPLES_PER_MS } from './setting.ts';

export class LevelFilter {
  #samples = 0;

  /** Smoothed level in samples. */
  get samples(): number {
    return this.#samples;
  }

  set(samples: number): void {
    this.#samples = samples;
  }

  /** `span`: samples buffered now; `removed`: taken out by time-scaling since, negative when put in. */
  update(span: number, targetMs: number, removed: number): void {
    const keep = (targetMs <= 20 ? 251 : targetMs <= 60 ? 252 : targetMs <= 140 ? 253 : 254) / 256;
    this.#samples = Math.max(0, keep * this.#samples + (1 - keep) * span - removed);
  }

  get ms(): number {
    return this.#samples / SAMPLES_PER_MS;
  }
}
