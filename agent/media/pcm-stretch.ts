// Answers the jitter buffer's question from real samples: time-scaling by one pitch period where the
// waveform repeats itself well enough, or where it is too quiet for anyone to notice.
import { GRAIN, type Piece } from './jitter-buffer/piece.ts';
import { CLOCK_HZ } from './jitter-buffer/setting.ts';
import { changeMax, type Stretch, type StretchKind } from './jitter-buffer/stretch.ts';
import { samplesOf } from './pcm.ts';
import { findPitch } from './pitch.ts';

const CORRELATION = 0.9;
const CORRELATION_FAST = 0.5;
/** Root mean square below which nothing is heard of a seam. */
const QUIET_LEVEL = 64;

export class PcmStretch<P> implements Stretch<P> {
  readonly #rate: number;
  readonly #decode: (payload: P) => Uint8Array;

  /** `decode` gives the s16le samples of a payload at `rate`. */
  constructor(rate: number, decode: (payload: P) => Uint8Array) {
    this.#rate = rate;
    this.#decode = decode;
  }

  change(kind: StretchKind, pieces: readonly Piece<P>[], samples: number): number {
    const pcm = this.#collect(pieces);
    const pitch = pcm === undefined ? undefined : findPitch(pcm, this.#rate);
    if (pitch === undefined) return 0;
    const threshold = kind === 'fast' ? CORRELATION_FAST : CORRELATION;
    if (pitch.level > QUIET_LEVEL && pitch.correlation < threshold) return 0;
    const period = Math.round((pitch.lag * CLOCK_HZ) / this.#rate / GRAIN) * GRAIN;
    return Math.max(0, Math.min(period, changeMax(samples)));
  }

  /** The renderer blends wherever the two meet, so the delay can be kept. */
  meet(owed: number): number {
    return owed;
  }

  /** Only what arrived can be judged: passages already scaled are left as they are. */
  #collect(pieces: readonly Piece<P>[]): Int16Array | undefined {
    const parts: Int16Array[] = [];
    for (const piece of pieces) {
      if (piece.kind !== 'play') return undefined;
      const all = samplesOf(this.#decode(piece.payload));
      const from = Math.round((piece.from * this.#rate) / CLOCK_HZ);
      parts.push(all.subarray(from, from + Math.round((piece.samples * this.#rate) / CLOCK_HZ)));
    }
    const pcm = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      pcm.set(part, at);
      at += part.length;
    }
    return pcm;
  }
}
