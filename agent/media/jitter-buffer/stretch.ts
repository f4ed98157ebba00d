// Whether a passage can be shortened or lengthened without being noticed depends on its waveform. The
// buffer asks; whoever has the samples (or a model of them) answers.
import { GRAIN, type Piece } from './piece.ts';

export type StretchKind = 'accelerate' | 'fast' | 'expand';

export interface Stretch<P> {
  /**
   * Samples that may be taken out of `pieces` (`accelerate`, `fast`) or put in (`expand`), a multiple
   * of `GRAIN`; 0 when the sound does not allow it. `samples` is the length of the passage.
   */
  change(kind: StretchKind, pieces: readonly Piece<P>[], samples: number): number;
  /**
   * How much longer the concealment goes on until its waveform meets that of the packet after the gap, a
   * multiple of `GRAIN`. With `owed`, audio that was left when the gap began, no delay is lost.
   */
  meet(owed: number): number;
}

/** Never time-scales: what arrives is played as it is. */
export const RIGID: Stretch<unknown> = { change: () => 0, meet: (owed) => owed };

/** Longest change of one attempt, 12.5 ms, and what a passage of `samples` can bear. */
export const changeMax = (samples: number): number =>
  Math.floor(Math.min(600, samples / 2 - GRAIN) / GRAIN) * GRAIN;
