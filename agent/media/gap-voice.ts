// Sound for the gaps of an ordered stream: a continuation of what was heard before it, fading to
// silence, so that a short loss does not look like the end of speech. Time goes on sample for sample.
import { Concealment } from './concealment.ts';
import { M106 } from './jitter-buffer/setting.ts';
import { bytesOf, samplesOf } from './pcm.ts';

const HISTORY_MS = 40;

export class GapVoice {
  readonly #rate: number;
  readonly #historySamples: number;
  /** The newest frames, oldest first: no fewer than the history needs. */
  readonly #recent: Uint8Array[] = [];
  #concealment: Concealment | undefined;
  #concealed = 0;

  /** `rate`: samples per second of the stream. */
  constructor(rate: number) {
    this.#rate = rate;
    this.#historySamples = (rate * HISTORY_MS) / 1_000;
  }

  /** A frame that came: remembered, and returned as it is. */
  heard(pcm: Uint8Array): Uint8Array {
    this.#concealment = undefined;
    if (pcm.length > 1) this.#remember(pcm);
    return pcm;
  }

  /** Sound for `samples` of a frame that did not come. */
  missed(samples: number): Uint8Array {
    if (this.#concealment === undefined) {
      const fade = { afterMs: M106.muteAfterMs, withinMs: M106.muteWithinMs };
      this.#concealment = new Concealment(this.#history(), this.#rate, fade);
      this.#concealed = 0;
    }
    const sound = new Int16Array(samples);
    this.#concealment.write(sound, this.#concealed);
    this.#concealed += samples;
    return bytesOf(sound);
  }
  #remember(pcm: Uint8Array): void {
    this.#recent.push(pcm);
    let older = 0;
    for (const frame of this.#recent) older += frame.length >> 1;
    // The oldest goes when the others are enough.
    for (older -= samplesIn(this.#recent[0]); older >= this.#historySamples; ) {
      this.#recent.shift();
      older -= samplesIn(this.#recent[0]);
    }
  }

  /** The newest samples, behind silence where fewer were heard. */
  #history(): Int16Array {
    const history = new Int16Array(this.#historySamples);
    let end = history.length;
    for (let index = this.#recent.length - 1; index >= 0 && end > 0; index -= 1) {
      const samples = samplesOf(this.#recent[index] ?? NOTHING);
      const kept = samples.subarray(Math.max(0, samples.length - end));
      end -= kept.length;
      history.set(kept, end);
    }
    return history;
  }
}

const NOTHING = new Uint8Array(0);
const samplesIn = (frame: Uint8Array | undefined): number => (frame?.length ?? 0) >> 1;
