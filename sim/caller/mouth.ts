// The caller's mouth and microphone: a continuous stream of 16 ms chunks, as the stock browser
// client sends them, that holds recorded speech where something is said and room tone elsewhere.
// Chunks are interned: the same sound is the same object, and is encoded once.
import type { Micros } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import type { Part } from './script.ts';
import type { Clip, SpeechTable } from './speech-table.ts';

/** Chrome's recorder sends 512 bytes: 256 samples, 16 ms at 16 kHz. Two make one VAD window. */
const CHUNK_SAMPLES = 256;
const CHUNK_US: Micros = 16_000;
/** Room tone before the first word of every recording. */
const CLIP_LEAD_US: Micros = 64_000;

export type MouthHooks = {
  /** One chunk of s16le, captured during the last 16 ms. The same sound is the same object. */
  chunk(pcm: Uint8Array): void;
  /** The first speech sample of the utterance is said at `atUs`; timers may tell of it later. */
  speaking(atUs: Micros): void;
  /** The last one was said at `atUs`. */
  spoke(atUs: Micros): void;
};

export class Mouth {
  readonly #clock: Clock;
  readonly #table: SpeechTable;
  readonly #hooks: MouthHooks;
  readonly #silence: readonly Uint8Array[];
  /** Chunks still to be said, and how many have been. */
  #line: readonly Uint8Array[] = [];
  #said = 0;
  #chunks = 0;
  #startUs: Micros = 0;
  #open = false;
  /** When the present line begins and ends, still to come. */
  #moments: Timer[] = [];

  constructor(clock: Clock, table: SpeechTable, hooks: MouthHooks) {
    this.#clock = clock;
    this.#table = table;
    this.#hooks = hooks;
    this.#silence = chunksOf(table.ambient);
  }

  /** Opens the microphone. */
  open(): void {
    this.#open = true;
    this.#startUs = this.#clock.now();
    this.#clock.after(CHUNK_US, this.#capture, undefined);
  }

  /** Closes it, in mid-word if need be: nothing is said any more. */
  close(): void {
    this.#open = false;
    this.#forgetMoments();
  }

  get busy(): boolean {
    return this.#said < this.#line.length;
  }

  /** Says the parts from the next 32 ms boundary of the stream on, where the scores were recorded. */
  say(voice: string, parts: readonly Part[]): void {
    const line: Uint8Array[] = [];
    let firstUs: Micros | undefined;
    let lastUs: Micros = 0;
    for (const part of parts) {
      const beginUs = line.length * CHUNK_US;
      if ('pauseMs' in part) {
        this.#pause(line, lastUs + part.pauseMs * 1_000 - CLIP_LEAD_US, lastUs);
        continue;
      }
      const clip = this.#find(voice, part.text);
      firstUs ??= beginUs + clip.speechStartUs;
      lastUs = beginUs + clip.speechEndUs;
      line.push(...chunksOf(clip));
    }
    this.#begin(line, firstUs ?? 0, lastUs);
  }

  #begin(line: readonly Uint8Array[], firstUs: Micros, lastUs: Micros): void {
    // The second half of a window of room tone, where the first half has been sent.
    const lead = this.#chunks % 2 === 0 ? [] : this.#silence.slice(1, 2);
    this.#line = [...lead, ...line];
    this.#said = 0;
    // Chunk n holds the sound from start + n · 16 ms on, whenever this is called.
    const beginUs = this.#startUs + (this.#chunks + lead.length) * CHUNK_US;
    this.#forgetMoments();
    this.#moments = [
      this.#at(beginUs + firstUs, this.#hooks.speaking),
      this.#at(beginUs + lastUs, this.#hooks.spoke),
    ];
  }

  #at(moment: Micros, tell: (atUs: Micros) => void): Timer {
    return this.#clock.after(Math.max(0, moment - this.#clock.now()), tell, moment);
  }

  #forgetMoments(): void {
    for (const moment of this.#moments) this.#clock.cancel(moment);
    this.#moments = [];
  }

  /**
   * Fills with room tone, or cuts a recording's quiet tail, until the next recording may begin at
   * `untilUs`: on a window, and never before the last word is out.
   */
  #pause(line: Uint8Array[], untilUs: Micros, lastUs: Micros): void {
    const windowUs = 2 * CHUNK_US;
    const wanted = 2 * Math.max(Math.ceil(lastUs / windowUs), Math.round(untilUs / windowUs));
    while (line.length > wanted) line.pop();
    for (let at = line.length; at < wanted; at += 1) {
      const silence = this.#silence[at % this.#silence.length];
      if (silence !== undefined) line.push(silence);
    }
  }

  #find(voice: string, text: string): Clip {
    const clip = this.#table.find(voice, text);
    if (clip === undefined) throw new Error(`no recording of voice ${voice}: "${text}"`);
    return clip;
  }

  /** Chunk n is complete at start + (n + 1) · 16 ms: an absolute schedule that cannot drift. */
  readonly #capture = (): void => {
    if (!this.#open) return;
    const speech = this.#line[this.#said];
    const pcm = speech ?? this.#silence[this.#chunks % this.#silence.length];
    if (speech !== undefined) this.#said += 1;
    this.#chunks += 1;
    const next = this.#startUs + (this.#chunks + 1) * CHUNK_US;
    this.#clock.after(Math.max(0, next - this.#clock.now()), this.#capture, undefined);
    if (pcm !== undefined) this.#hooks.chunk(pcm);
  };
}

/** Cut once per recording: a pure memo. */
const CHUNKS = new WeakMap<Clip, readonly Uint8Array[]>();

function chunksOf(clip: Clip): readonly Uint8Array[] {
  const known = CHUNKS.get(clip);
  if (known !== undefined) return known;
  const bytes = new Uint8Array(clip.pcm.buffer, clip.pcm.byteOffset, clip.pcm.byteLength);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_SAMPLES * 2) {
    chunks.push(bytes.subarray(at, at + CHUNK_SAMPLES * 2));
  }
  CHUNKS.set(clip, chunks);
  return chunks;
}
