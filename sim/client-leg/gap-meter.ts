// How whole the agent's voice was at an ear without a jitter buffer: audio that sounded, and silence
// that fell into the middle of a reply because the next chunk was not there.
import { isAudible } from '#agent/core/playout/audible.ts';
import { type Micros, ms } from '#agent/core/time.ts';
import type { HeardPiece } from '../caller/client/client.ts';

const FRAME_US: Micros = ms(20);
/** A longer silence is the end of a reply (or of one that was interrupted), not a stall in it. */
const GAP_US_MAX: Micros = ms(1_000);
/** A voice that was audible this shortly before the silence broke off; a finished one trails out. */
const TAIL_US: Micros = ms(60);

export class GapMeter {
  readonly #rate: number;
  #soundedUs: Micros = 0;
  #missedUs: Micros = 0;
  #bursts = 0;
  #endUs: Micros = 0;
  /** The last piece ended in mid-sound. */
  #brokeOff = false;
  /** Since when a reply has been announced of which nothing has sounded yet. */
  #announcedUs: Micros | undefined;

  constructor(rate: number) {
    this.#rate = rate;
  }

  /**
   * A reply begins, or goes on after a pause of the agent's own: what comes from now on has nothing to do
   * with what came before, which may have ended in mid-word. The silence between the two is the caller's.
   */
  announced(now: Micros): void {
    this.#announcedUs = now;
  }

  heard({ pcm, startUs, arrivedUs, continues }: HeardPiece): void {
    const gapUs = startUs - this.#endUs;
    const begins = this.#announcedUs !== undefined && arrivedUs >= this.#announcedUs;
    if (begins) this.#announcedUs = undefined;
    if (!begins && !continues && this.#brokeOff && gapUs > 0 && gapUs < GAP_US_MAX) {
      this.#bursts += 1;
      this.#missedUs += gapUs;
    }
    const lengthUs = Math.round(((pcm.length >> 1) * 1_000_000) / this.#rate);
    this.#soundedUs += lengthUs;
    this.#endUs = startUs + lengthUs;
    const tail = Math.round((TAIL_US * this.#rate) / 1_000_000) * 2;
    this.#brokeOff = isAudible(pcm.subarray(Math.max(0, pcm.length - tail)));
  }

  /** In frames of 20 ms. */
  get loss(): { readonly expected: number; readonly lost: number; readonly bursts: number } {
    const lost = Math.round(this.#missedUs / FRAME_US);
    return { expected: Math.round(this.#soundedUs / FRAME_US) + lost, lost, bursts: this.#bursts };
  }
}
