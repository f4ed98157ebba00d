// Speech or silence, decided from a stream of scores. Two thresholds and two minimum lengths; one
// window of 512 samples (32 ms at 16 kHz) at a time. It decides nothing about turns.
import type { VadSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';

/** Samples and length of one window: what the voice activity model scores at once. */
export const WINDOW_SAMPLES = 512;
export const WINDOW_US: Micros = ms(32);
/** Scores are whole numbers 0…1024, so that a threshold never hangs on the last bit of a float. */
export const SCORE_ONE = 1024;

export type Segment =
  /** `atUs`: arrival of the first window of the speech that has now been confirmed. */
  | { readonly kind: 'started'; readonly atUs: Micros }
  /** `atUs`: arrival of the last window that still held speech; `decidedUs`: of the one that ended it. */
  | { readonly kind: 'stopped'; readonly atUs: Micros; readonly decidedUs: Micros };

export class Segmenter {
  readonly #enter: number;
  readonly #exit: number;
  readonly #speechWindows: number;
  readonly #silenceWindows: number;
  #speaking = false;
  #run = 0;
  #firstAtUs: Micros = 0;
  #lastSpeechAtUs: Micros = 0;

  constructor(settings: VadSettings) {
    this.#enter = settings.threshold * SCORE_ONE;
    this.#exit = settings.exitThreshold * SCORE_ONE;
    this.#speechWindows = windowsOf(settings.minSpeechMs);
    this.#silenceWindows = windowsOf(settings.minSilenceMs);
  }

  /** Windows in a row that start speech. */
  get speechWindows(): number {
    return this.#speechWindows;
  }

  get speaking(): boolean {
    return this.#speaking;
  }

  /** A window of this score holds speech, as things stand. */
  isSpeech(score: number): boolean {
    return score >= (this.#speaking ? this.#exit : this.#enter);
  }

  /** One window's score (0…1024), in order; `atUs` is when its last sample arrived. */
  take(score: number, atUs: Micros): Segment | undefined {
    return this.#speaking ? this.#whileSpeaking(score, atUs) : this.#whileSilent(score, atUs);
  }

  /** Ends speech without waiting for silence: the audio itself has stopped coming. */
  stop(decidedUs: Micros): Segment | undefined {
    this.#run = 0;
    if (!this.#speaking) return undefined;
    this.#speaking = false;
    return { kind: 'stopped', atUs: this.#lastSpeechAtUs, decidedUs };
  }

  #whileSilent(score: number, atUs: Micros): Segment | undefined {
    if (score < this.#enter) {
      this.#run = 0;
      return undefined;
    }
    if (this.#run === 0) this.#firstAtUs = atUs;
    this.#run += 1;
    this.#lastSpeechAtUs = atUs;
    if (this.#run < this.#speechWindows) return undefined;
    this.#speaking = true;
    this.#run = 0;
    return { kind: 'started', atUs: this.#firstAtUs };
  }

  #whileSpeaking(score: number, atUs: Micros): Segment | undefined {
    if (score >= this.#exit) {
      this.#run = 0;
      this.#lastSpeechAtUs = atUs;
      return undefined;
    }
    this.#run += 1;
    if (this.#run < this.#silenceWindows) return undefined;
    return this.stop(atUs);
  }
}

const windowsOf = (lengthMs: number): number => Math.max(1, Math.ceil(ms(lengthMs) / WINDOW_US));
