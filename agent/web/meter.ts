// How loud something is, heard by an analyser of the audio graph: for the level meters, and for the moments
// at which somebody begins and stops to be heard.

/** Quieter is silence: -42 dBFS. */
const AUDIBLE = 0.008;
/** A silence shorter than this is part of speech. */
const HOLD_MS = 160;
const LOOK_MS = 20;

export type Hearing = {
  /** At `performance.now()`. */
  began(at: number): void;
  ended(at: number): void;
};

export class Meter {
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;
  readonly #hearing: Hearing;
  #audible = false;
  #level = 0;
  #lastLoud = Number.NEGATIVE_INFINITY;
  #secondsHeard = 0;
  #loudest = 0;

  constructor(context: AudioContext, hearing: Hearing) {
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = 1_024;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#hearing = hearing;
    setInterval(() => this.#look(), LOOK_MS);
  }

  /** What is to be metered is connected to this. */
  get input(): AudioNode {
    return this.#analyser;
  }

  /** From 0 (silence) to 1 (as loud as can be), even to the ear: 0 is -54 dB. */
  get level(): number {
    return this.#level <= 0 ? 0 : Math.max(0, Math.min(1, 1 + (20 * Math.log10(this.#level)) / 54));
  }

  /** Somebody is heard. */
  get audible(): boolean {
    return this.#audible;
  }

  get lastLoud(): number {
    return this.#lastLoud;
  }

  /** Seconds with sound so far, and the loudest sample of them. */
  get secondsHeard(): number {
    return this.#secondsHeard;
  }

  get loudest(): number {
    return this.#loudest;
  }

  #look(): void {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let [peak, sum] = [0, 0];
    for (const sample of this.#samples) {
      peak = Math.max(peak, Math.abs(sample));
      sum += sample * sample;
    }
    const now = performance.now();
    this.#level = Math.max(Math.sqrt(sum / this.#samples.length) * 2, this.#level * 0.8);
    this.#loudest = Math.max(this.#loudest, peak);
    if (peak >= AUDIBLE) {
      this.#secondsHeard += LOOK_MS / 1_000;
      this.#lastLoud = now;
    }
    if (peak >= AUDIBLE && !this.#audible) {
      this.#audible = true;
      this.#hearing.began(now);
    } else if (this.#audible && now - this.#lastLoud > HOLD_MS) {
      this.#audible = false;
      this.#hearing.ended(this.#lastLoud);
    }
  }
}
