// The caller's mouth and microphone: a continuous stream of chunks on an absolute schedule that
// holds recorded speech where something is said and room tone elsewhere.
import type { Micros } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import type { Room } from './room.ts';
import type { Part } from './script.ts';
import { QUANTUM_SAMPLES } from './speech-table.ts';
import { type Mark, MIC_RATE, micUs, type UtteranceBook } from './utterance.ts';

export type MouthHooks = {
  /** One chunk of s16le at 16 kHz that has just been captured. */
  chunk(pcm: Uint8Array): void;
  /** The first speech sample of the utterance is said at `atUs`; timers may tell of it later. */
  speaking(atUs: Micros): void;
  /** The last one was said at `atUs`. */
  spoke(atUs: Micros): void;
  /** A part of the utterance that plays a role begins; it ends at `untilUs`. */
  marked?(mark: Mark, atUs: Micros, untilUs: Micros): void;
};

export class Mouth {
  readonly #clock: Clock;
  readonly #book: UtteranceBook;
  readonly #chunkSamples: number;
  readonly #hooks: MouthHooks;
  readonly #room: Room | undefined;
  /** Chunks still to be said, and how many have been. */
  #line: readonly Uint8Array[] = [];
  #said = 0;
  #captured = 0;
  #startUs: Micros = 0;
  #open = false;
  #moments: readonly Timer[] = [];

  /** `chunkSamples`: what the client's recorder hands over at once. `room`: what else it takes up. */
  constructor(clock: Clock, book: UtteranceBook, chunkSamples: number, hooks: MouthHooks, room?: Room) {
    this.#clock = clock;
    this.#book = book;
    this.#chunkSamples = chunkSamples;
    this.#hooks = hooks;
    this.#room = room;
  }

  /** When the microphone was opened: the time of stream position 0. */
  get startUs(): Micros {
    return this.#startUs;
  }

  /** The first stream position that is not captured yet at `atUs`, on a quantum of the recordings. */
  positionAt(atUs: Micros): number {
    const sample = Math.ceil(((atUs - this.#startUs) * MIC_RATE) / 1_000_000);
    const chunk = this.#chunkSamples;
    return Math.max(this.#captured * chunk, Math.ceil(sample / QUANTUM_SAMPLES) * QUANTUM_SAMPLES);
  }

  /** When the sample at `position` is taken up. */
  timeOf(position: number): Micros {
    return this.#startUs + micUs(position);
  }

  /** Opens the microphone. */
  open(): void {
    this.#open = true;
    this.#startUs = this.#clock.now();
    this.#clock.after(micUs(this.#chunkSamples), this.#capture, undefined);
  }

  /** Closes it, in mid-word if need be: nothing is said any more. */
  close(): void {
    this.#open = false;
    this.#forgetMoments();
  }

  /** Something is being said, its quiet beginning and end included. */
  get busy(): boolean {
    return this.#said < this.#line.length;
  }

  /** Says the parts, from the chunk after the one that is being captured. */
  say(voice: string, parts: readonly Part[]): void {
    const chunk = this.#chunkSamples;
    const position = this.#captured * chunk + chunk;
    const utterance = this.#book.lay(voice, parts, position, chunk);
    this.#line = [this.#book.tone(this.#captured * chunk, chunk), ...utterance.chunks];
    this.#said = 0;
    this.#forgetMoments();
    this.#moments = [
      this.#at(position + utterance.firstSample, this.#hooks.speaking),
      this.#at(position + utterance.endSample, this.#hooks.spoke),
      ...utterance.marks.map((mark) =>
        this.#at(position + mark.firstSample, (atUs) =>
          this.#hooks.marked?.(mark, atUs, this.timeOf(position + mark.endSample)),
        ),
      ),
    ];
  }

  #forgetMoments(): void {
    for (const moment of this.#moments) this.#clock.cancel(moment);
    this.#moments = [];
  }

  #at(sample: number, tell: (atUs: Micros) => void): Timer {
    const atUs = this.#startUs + micUs(sample);
    return this.#clock.after(Math.max(0, atUs - this.#clock.now()), tell, atUs);
  }

  /** Chunk n is complete when its last sample is: an absolute schedule that cannot drift. */
  readonly #capture = (): void => {
    if (!this.#open) return;
    const chunk = this.#chunkSamples;
    const speech = this.#line[this.#said];
    const line = speech ?? this.#book.tone(this.#captured * chunk, chunk);
    const pcm = this.#room === undefined ? line : this.#room.take(this.#captured * chunk, line);
    if (speech !== undefined) this.#said += 1;
    this.#captured += 1;
    const next = this.#startUs + micUs((this.#captured + 1) * chunk);
    this.#clock.after(Math.max(0, next - this.#clock.now()), this.#capture, undefined);
    this.#hooks.chunk(pcm);
  };
}
