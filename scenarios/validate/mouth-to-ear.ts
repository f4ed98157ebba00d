// Mouth-to-ear delay as the recording measured it: from the call that hands over the microphone's
// block to the call that fetches the loudspeaker's. A packet leaves with the second of its two 10 ms
// blocks, and the codec looks 6.5 ms ahead: that much comes on top of sending to sounding.
import type { Piece } from '#agent/media/jitter-buffer/piece.ts';
import { SAMPLES_PER_MS } from '#agent/media/jitter-buffer/setting.ts';
import { percentile } from '../kpis/statistic.ts';

const CAPTURE_MS = 10;
const LOOKAHEAD_MS = 6.5;

export class MouthToEar {
  readonly #delays: number[] = [];

  /** The pieces of a tick that sounds from `nowMs` on. Frames are counted where they begin. */
  hear(pieces: readonly Piece<{ readonly sendMs: number }>[], nowMs: number, counted: boolean): void {
    let at = 0;
    for (const piece of pieces) {
      if (counted && piece.kind === 'play' && piece.from === 0) {
        const soundsMs = nowMs + at / SAMPLES_PER_MS;
        this.#delays.push(soundsMs - piece.payload.sendMs + CAPTURE_MS + LOOKAHEAD_MS);
      }
      at += piece.samples;
    }
  }

  percentile(share: number): number {
    return percentile(this.#delays, share) ?? 0;
  }
}
