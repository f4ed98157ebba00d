// The lines that a caller on a talk page is asked to say, in order, and how far into the present one they
// are. It lets a person without any key be understood: the emulated recogniser takes whatever sounds for
// the line that is due. It knows nothing of words in the sound; who says something else is not heard.
import type { HeardClip } from './ear.ts';

/** `startMs` and `endMs` of its words from the first sound, as recorded. */
export type PromptedLine = Pick<HeardClip, 'text' | 'words'>;

/**
 * `clip`: the recording is played, so its words pass exactly as they were recorded. `voice`: a person
 * reads the line at their own pace, and means all of it.
 */
export type Reading = 'clip' | 'voice';

export class Prompter {
  readonly #lines: readonly PromptedLine[];
  #next = 0;
  #reading: Reading = 'voice';
  #cues = 0;

  constructor(lines: readonly PromptedLine[]) {
    this.#lines = lines;
  }

  /** The line that is due; undefined when there are none. */
  get line(): PromptedLine | undefined {
    return this.#lines[this.#next];
  }

  get reading(): Reading {
    return this.#reading;
  }

  /** Counts what has been cued: an ear in the middle of a line begins anew when it changes. */
  get cues(): number {
    return this.#cues;
  }

  /** Line `index` is due now; false when there is no such line. */
  cue(index: number, reading: Reading): boolean {
    if (this.#lines[index] === undefined) return false;
    this.#next = index;
    this.#reading = reading;
    this.#cues += 1;
    return true;
  }

  /** The line has been said; after the last one comes the first. A person may go on reading. */
  said(): void {
    this.#next = this.#lines.length === 0 ? 0 : (this.#next + 1) % this.#lines.length;
    this.#reading = 'voice';
  }
}
