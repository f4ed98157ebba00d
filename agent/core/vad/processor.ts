// Voice activity in the pipeline: cuts the caller's audio into windows, has them scored, and lets
// only speech (with padding) through to the recogniser. Scores come back later, in order; a chunk
// is passed on or kept by what is known when it arrives.
import type { Frame } from '../frame.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { VadSettings } from '../setting.ts';
import type { Micros } from '../time.ts';
import { Level, powerOf } from './level.ts';
import { PaddingRing } from './ring.ts';
import { type Segment, Segmenter, WINDOW_SAMPLES } from './segmenter.ts';

const WINDOW_BYTES = WINDOW_SAMPLES * 2;
const BYTES_PER_MS = 32;
/** Smaller changes of loudness are not heard. */
const LEVEL_STEP_DB = 1;

export class VadProcessor implements Processor {
  readonly name = 'vad';
  readonly #outlet: Outlet;
  readonly #segmenter: Segmenter;
  readonly #ring = new PaddingRing();
  readonly #level = new Level();
  /** What has been told of the loudness of the speech under way. */
  #toldDb = 0;
  /** Audio before a window under way that may turn out to belong to speech, in bytes. */
  readonly #keptBytes: number;
  #link: Link | undefined;
  #window = new Uint8Array(WINDOW_BYTES);
  #filled = 0;
  #windowsAsked = 0;
  /** Arrival times of the windows asked for and not yet scored, oldest first. */
  readonly #arrivals: Micros[] = [];
  /** Their mean powers, in the same order. */
  readonly #powers: number[] = [];

  constructor(settings: VadSettings, outlet: Outlet) {
    this.#outlet = outlet;
    this.#segmenter = new Segmenter(settings);
    // Confirmation takes the windows of minSpeech; the padding comes before all that.
    const confirming = this.#segmenter.speechWindows * WINDOW_BYTES;
    this.#keptBytes = settings.prePaddingMs * BYTES_PER_MS + confirming;
  }

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    if (frame.kind !== 'AudioRaw') {
      this.#link?.pass(now, frame, direction);
      return;
    }
    if (this.#segmenter.speaking) {
      this.#outlet.timers.set('audio_gap', now + LIMITS.audioGapUs);
      this.#link?.pass(now, frame, direction);
      return this.#cut(now, frame.pcm);
    }
    this.#ring.push(frame.pcm);
    this.#cut(now, frame.pcm);
    // Windows that still wait for their scores may hold speech, however late the scores come.
    this.#ring.trim(this.#keptBytes + this.#arrivals.length * WINDOW_BYTES + this.#filled);
  }

  /** The score (0…1024) of window number `window`; windows are scored in order. */
  scored(now: Micros, score: number): void {
    const atUs = this.#arrivals.shift();
    if (atUs === undefined) return;
    const power = this.#powers.shift() ?? 0;
    if (this.#segmenter.isSpeech(score)) this.#level.add(power);
    else if (!this.#segmenter.speaking) this.#level.clear();
    this.#announce(now, this.#segmenter.take(score, atUs));
    if (this.#segmenter.speaking) this.#tellLevel(now);
  }

  /** What was said of the loudness of the speech under way is corrected upwards, in audible steps. */
  #tellLevel(now: Micros): void {
    const { levelDb } = this.#level;
    if (levelDb < this.#toldDb + LEVEL_STEP_DB) return;
    this.#toldDb = levelDb;
    this.#link?.push(now, { kind: 'VadUserLouder', levelDb });
  }

  /** The caller's audio stopped coming in mid-speech: a muted microphone ends the speech. */
  audioGap(now: Micros): void {
    // Half a window from before the gap is no beginning of what comes after it; where windows begin stays.
    this.#window.fill(0);
    this.#announce(now, this.#segmenter.stop(now));
  }

  #announce(now: Micros, segment: Segment | undefined): void {
    if (segment === undefined) return;
    const { levelDb } = this.#level;
    if (segment.kind === 'stopped') {
      this.#outlet.timers.clear('audio_gap');
      this.#link?.push(now, {
        kind: 'VadUserStoppedSpeaking',
        atUs: segment.atUs,
        decidedUs: segment.decidedUs,
        levelDb,
      });
      this.#level.clear();
      return;
    }
    this.#outlet.timers.set('audio_gap', now + LIMITS.audioGapUs);
    this.#toldDb = levelDb;
    this.#link?.push(now, { kind: 'VadUserStartedSpeaking', atUs: segment.atUs, levelDb });
    for (const pcm of this.#ring.drain()) {
      this.#link?.push(now, { kind: 'AudioRaw', pcm, sampleRate: 16_000 });
    }
  }

  #cut(now: Micros, pcm: Uint8Array): void {
    let at = 0;
    while (at < pcm.length) {
      const length = Math.min(WINDOW_BYTES - this.#filled, pcm.length - at);
      this.#window.set(length === pcm.length ? pcm : pcm.subarray(at, at + length), this.#filled);
      this.#filled += length;
      at += length;
      if (this.#filled < WINDOW_BYTES) return;
      const window = this.#window;
      this.#window = new Uint8Array(WINDOW_BYTES);
      this.#filled = 0;
      this.#arrivals.push(now);
      this.#powers.push(powerOf(window));
      this.#outlet.effect({ kind: 'score', window: this.#windowsAsked++, pcm: window });
    }
  }
}
