// Time-scaling without a waveform: how often speech lets itself be shortened or lengthened, and by how
// much, as measured on libwebrtc (seven times in ten for speech, by a pitch period of 2.5 to 12.5 ms,
// about 7 ms in the mean). Draws are keyed by their count, so equal calls go equally.
import { GRAIN, type Piece } from '#agent/media/jitter-buffer/piece.ts';
import { changeMax, type Stretch, type StretchKind } from '#agent/media/jitter-buffer/stretch.ts';
import { hashNumber, hashText } from '#sim/kernel/hash.ts';
import { uniformOf } from '#sim/kernel/random.ts';

const SUCCESS_SPEECH = 0.7;
/** Pitch periods, samples of 48 kHz: 2.5 ms and the span up to 11.5 ms. */
const PERIOD_MIN = 120;
const PERIOD_SPAN = 432;

export class ModelledStretch<P> implements Stretch<P> {
  readonly #state: number;
  #draws = 0;

  constructor(seed: number, name: string) {
    this.#state = hashText(hashNumber(0x57e7c4ed, seed), name);
  }

  change(_kind: StretchKind, _pieces: readonly Piece<P>[], samples: number): number {
    this.#draws += 1;
    const key = hashNumber(this.#state, this.#draws);
    if (uniformOf(key) >= SUCCESS_SPEECH) return 0;
    return Math.max(0, Math.min(changeMax(samples), wholeGrains(periodOf(key ^ 0x5851f42d))));
  }

  /** Anywhere within the first period: what the search for the best match amounts to. */
  meet(_owed: number): number {
    this.#draws += 1;
    const key = hashNumber(this.#state, this.#draws);
    return wholeGrains(uniformOf(key) * periodOf(key ^ 0x5851f42d));
  }
}

const periodOf = (key: number): number => PERIOD_MIN + uniformOf(key) * PERIOD_SPAN;
const wholeGrains = (samples: number): number => Math.round(samples / GRAIN) * GRAIN;
