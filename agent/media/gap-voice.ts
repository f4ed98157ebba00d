// Sound for the gaps of an ordered stream: a continuation of what was heard before it, fading to
// silence, so that a short loss does not look like the end of speech. Time goes on sample for sample.
import { Concealment } from './concealment.ts';
import { M106 } from './jitter-buffer/setting.ts';
import { bytesOf, samplesOf } from './pcm.ts';

const HISTORY_MS = 40;

export class GapVoice {
  readonly #rate: number;
  readonly #history: Int16Array;
  #concealment: Concealment | undefined;
  #concealed = 0;

  /** `rate`: samples per second of the stream. */
  constructor(rate: number) {
    this.#rate = rate;
    this.#history = new Int16Array((rate * HISTORY_MS) / 1_000);
  }

  /** A frame that came: remembered, and returned as it is. */
  heard(pcm: Uint8Array): Uint8Array {
    this.#concealment = undefined;
    const samples = samplesOf(pcm);
    const kept = Math.max(0, this.#history.length - samples.length);
    this.#history.copyWithin(0, this.#history.length - kept);
    this.#history.set(samples.subarray(Math.max(0, samples.length - this.#history.length)), kept);
    return pcm;
  }

  /** Sound for `samples` of a frame that did not come. */
  missed(samples: number): Uint8Array {
    if (this.#concealment === undefined) {
      const fade = { afterMs: M106.muteAfterMs, withinMs: M106.muteWithinMs };
      this.#concealment = new Concealment(this.#history.slice(), this.#rate, fade);
      this.#concealed = 0;
    }
    const sound = new Int16Array(samples);
    this.#concealment.write(sound, this.#concealed);
    this.#concealed += samples;
    return bytesOf(sound);
  }
}
