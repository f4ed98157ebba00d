// How whole the agent's voice was at an ear without a jitter buffer: audio that sounded, and silence
// that fell into the middle of a reply because the next chunk was not there.
import { type Micros, ms } from '#agent/core/time.ts';
import type { HeardPiece } from '../caller/client/client.ts';

const FRAME_US: Micros = ms(20);
/** A longer pause is the end of a reply, not a stall in it. */
const GAP_US_MAX: Micros = ms(2_000);
/** A shorter one cannot be told from the pause between two replies' packets. */
const GAP_US_MIN: Micros = ms(1);

export class GapMeter {
  readonly #rate: number;
  #soundedUs: Micros = 0;
  #missedUs: Micros = 0;
  #bursts = 0;
  #endUs: Micros = 0;

  constructor(rate: number) {
    this.#rate = rate;
  }

  heard({ pcm, startUs, continues }: HeardPiece): void {
    const gapUs = startUs - this.#endUs;
    if (!continues && this.#endUs > 0 && gapUs >= GAP_US_MIN && gapUs < GAP_US_MAX) {
      this.#bursts += 1;
      this.#missedUs += gapUs;
    }
    const lengthUs = Math.round(((pcm.length >> 1) * 1_000_000) / this.#rate);
    this.#soundedUs += lengthUs;
    this.#endUs = startUs + lengthUs;
  }

  /** In frames of 20 ms. */
  get loss(): { readonly expected: number; readonly lost: number; readonly bursts: number } {
    const lost = Math.round(this.#missedUs / FRAME_US);
    return { expected: Math.round(this.#soundedUs / FRAME_US) + lost, lost, bursts: this.#bursts };
  }
}
