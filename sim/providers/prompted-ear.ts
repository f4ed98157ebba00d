// The ear of a recogniser that follows a script: sound is the prompted line, and its words pass as time
// does from the first sound on. A cough, or what rings on after a line, is no word. What is said besides is
// not heard, for it listens to loudness alone.
import { samplesOf } from '#agent/core/pcm.ts';
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import type { Ear, HeardWord, Segment } from './ear.ts';
import type { Prompter } from './prompter.ts';

/** Loud enough to be somebody at the microphone: -44 dBFS. */
const LEVEL_MIN = 200;
/** Shorter sound is no speech. */
const SOUND_MIN_S = 0.25;
/** What sounds so soon after a line still belongs to it. */
const AFTERWARDS_US: Micros = ms(700);
const SECOND_US = seconds(1);

export class PromptedEar implements Ear {
  readonly #prompter: Prompter;
  readonly #bytesPerSecond: number;
  readonly #now: () => Micros;
  #bytes = 0;
  #settledS = 0;
  #loudUntilS = 0;
  #cues = 0;
  /** The line that is being said: since when, how much audio of it came, and how much of that sounded. */
  #since: Micros | undefined;
  #lineS = 0;
  #soundS = 0;
  /** Audio comes in one go when somebody begins: so far it is ahead of the time that has passed. */
  #aheadS = 0;
  /** Words of the line that were given out already. */
  #given = 0;
  /** Until then, sound still belongs to the line before. */
  #overUntil: Micros = 0;

  /** Samples are s16le, mono. `now`: silence need not be sent, so the audio is no clock. */
  constructor(prompter: Prompter, rate: number, now: () => Micros) {
    this.#prompter = prompter;
    this.#bytesPerSecond = 2 * rate;
    this.#now = now;
    this.#cues = prompter.cues;
  }

  push(pcm: Uint8Array): void {
    this.#bytes += pcm.length;
    if (this.#cues !== this.#prompter.cues) this.#cued();
    const now = this.#now();
    const loud = isLoud(pcm);
    if (loud) this.#loudUntilS = this.seconds();
    if (now < this.#overUntil) {
      // Whoever reads more slowly than the recording is still at the line before.
      if (loud) this.#overUntil = now + AFTERWARDS_US;
      return;
    }
    if (loud) this.#since ??= now;
    if (this.#since === undefined) return;
    const lengthS = pcm.length / this.#bytesPerSecond;
    this.#lineS += lengthS;
    if (loud) this.#soundS += lengthS;
    this.#aheadS = Math.max(this.#aheadS, this.#lineS - (now - this.#since) / SECOND_US);
  }

  soFar(): readonly string[] {
    return this.#passed()
      .slice(this.#given)
      .map(({ text }) => text);
  }

  settle(): Segment {
    const [from, until] = [this.#settledS, this.seconds()];
    this.#settledS = until;
    const line = this.#prompter.line;
    const spoken = this.#soundS >= SOUND_MIN_S && line !== undefined;
    const all = line?.words ?? [];
    const passed = spoken ? this.#passed(HALF) : [];
    // A person who has stopped means the whole line, however fast it was read.
    const heard = spoken && this.#prompter.reading === 'voice' ? all : passed;
    const fresh = heard.slice(this.#given);
    this.#given = heard.length;
    if (spoken && heard.length === all.length) {
      this.#prompter.said();
      this.#overUntil = this.#now() + AFTERWARDS_US;
      this.#begin();
    } else if (!spoken && this.#given === 0) this.#begin();
    const each = (until - from) / Math.max(1, fresh.length);
    const words = fresh.map(
      ({ text }, at): HeardWord => ({ text, startS: from + at * each, endS: from + (at + 1) * each }),
    );
    return { words, lost: 0, misheard: 0, durationS: until - from };
  }

  seconds(): number {
    return this.#bytes / this.#bytesPerSecond;
  }

  speechUntilS(): number {
    return this.#loudUntilS;
  }

  #cued(): void {
    this.#cues = this.#prompter.cues;
    this.#overUntil = 0;
    this.#begin();
  }

  #begin(): void {
    this.#since = undefined;
    this.#lineS = 0;
    this.#soundS = 0;
    this.#aheadS = 0;
    this.#given = 0;
  }

  /** Words whose time has come, counted from the first sound: `share` of each. */
  #passed(share = 1): PromptedWords {
    const words = this.#prompter.line?.words ?? [];
    if (this.#since === undefined || this.#soundS < SOUND_MIN_S) return [];
    const beginMs = words[0]?.startMs ?? 0;
    const passedS = (this.#now() - this.#since) / SECOND_US + this.#aheadS;
    const atMs = passedS * 1_000 + NEARLY_MS;
    return words.filter(({ startMs, endMs }) => startMs + share * (endMs - startMs) - beginMs <= atMs);
  }
}

type PromptedWords = readonly { readonly text: string }[];

/** A word fades out before its recorded end, and the first one fades in. */
const NEARLY_MS = 120;
/** In a pause nobody is in the middle of a word. */
const HALF = 0.5;

function isLoud(pcm: Uint8Array): boolean {
  for (const sample of samplesOf(pcm)) if (sample > LEVEL_MIN || sample < -LEVEL_MIN) return true;
  return false;
}
