// The recorded speech of the simulated callers, found by text and recognised by content. It promises
// that a quantum of audio is either named exactly (all 128 bytes compared) or not at all, wherever it
// travelled; it refuses packs in which two places hold the same quantum.
import { Buffer } from 'node:buffer';
import { assert } from '#agent/core/assert.ts';
import type { Micros } from '#agent/core/time.ts';
import { hashWords } from '#sim/kernel/hash.ts';
import type { SoundShelf } from './sound.ts';

/** Samples of a quantum: 4 ms at 16 kHz, a divisor of every frame and window size in use. */
export const QUANTUM_SAMPLES = 64;
export const QUANTUM_BYTES = 2 * QUANTUM_SAMPLES;
/** Samples of a window that the VAD scores: 32 ms. */
export const WINDOW_SAMPLES = 512;
const WINDOW_BYTES = 2 * WINDOW_SAMPLES;

/** A word as written, punctuation attached; its span from the clip's start. */
export type ClipWord = { readonly text: string; readonly startMs: number; readonly endMs: number };

export type Clip = {
  readonly id: string;
  readonly voice: string;
  readonly text: string;
  /** 16 kHz mono; a whole number of windows. May be unpacked on first use. */
  readonly pcm: Int16Array;
  readonly words: readonly ClipWord[];
  /** One per window, 0..1024, recorded from the VAD model. */
  readonly scores: readonly number[];
  readonly speechStartUs: Micros;
  /** End of the last word. */
  readonly speechEndUs: Micros;
};

export type QuantumPlace = { readonly clip: Clip; readonly quantum: number };

export class SpeechTable {
  readonly ambient: Clip;
  readonly clips: readonly Clip[];
  /** What else can be heard where the callers are. */
  readonly sounds: SoundShelf;
  readonly #byText: ReadonlyMap<string, Clip>;
  #index = new QuantumIndex(256);
  /** Clips are indexed when they are asked for; a stranger's quantum makes the rest follow. */
  readonly #unindexed: Set<Clip>;

  /** `ambient` is one window, repeated for silence; `clips` are the lines. */
  constructor(ambient: Clip, clips: readonly Clip[], sounds: SoundShelf = NO_SOUNDS) {
    this.sounds = sounds;
    this.ambient = ambient;
    this.clips = clips;
    this.#byText = new Map(clips.map((clip) => [key(clip.voice, clip.text), clip]));
    assert(this.#byText.size === clips.length, 'a voice speaks a text in one clip only');
    this.#unindexed = new Set(clips);
    this.#add(ambient);
  }

  /** The recording of exactly this text, if there is one. */
  find(voice: string, text: string): Clip | undefined {
    const clip = this.#byText.get(key(voice, text));
    if (clip !== undefined && this.#unindexed.has(clip)) this.#add(clip);
    return clip;
  }

  /** Which clip the 64 samples of s16le audio at `offset` belong to. Any offset and alignment. */
  identify(pcm: Uint8Array, offset: number): QuantumPlace | undefined {
    if (offset < 0 || offset + QUANTUM_BYTES > pcm.length) return undefined;
    return this.#find(pcm, offset, QUANTUM_BYTES)?.place;
  }

  /** The recorded score of a window of s16le audio; undefined unless it is wholly one recorded window. */
  scoreOf(pcm: Uint8Array): number | undefined {
    if (pcm.length !== WINDOW_BYTES) return undefined;
    // The whole window is compared: a lost packet may lie between quanta that are right.
    const entry = this.#find(pcm, 0, WINDOW_BYTES);
    if (entry === undefined || entry.at % WINDOW_BYTES !== 0) return undefined;
    return entry.clip.scores[entry.at / WINDOW_BYTES];
  }

  #find(pcm: Uint8Array, offset: number, bytes: number): Entry | undefined {
    const hash = hashOfBytes(pcm, offset);
    const entry = this.#index.find(hash, pcm, offset, bytes);
    if (entry !== undefined || this.#unindexed.size === 0) return entry;
    for (const clip of this.#unindexed) this.#add(clip);
    return this.#index.find(hash, pcm, offset, bytes);
  }

  #add(clip: Clip): void {
    this.#unindexed.delete(clip);
    const { pcm } = clip;
    assert(pcm.length > 0 && pcm.length % WINDOW_SAMPLES === 0, `clip ${clip.id} is whole windows`);
    assert(clip.scores.length === pcm.length / WINDOW_SAMPLES, `clip ${clip.id} has one score per window`);
    const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    this.#index = this.#index.withRoomFor(pcm.length / QUANTUM_SAMPLES);
    for (let at = 0; at < bytes.length; at += QUANTUM_BYTES) {
      const hash = hashOfBytes(bytes, at);
      const twin = this.#index.find(hash, bytes, at, QUANTUM_BYTES);
      assert(twin === undefined, `clips ${clip.id} and ${twin?.clip.id} hold the same quantum`);
      this.#index.add({ hash, clip, bytes, view, at, place: { clip, quantum: at / QUANTUM_BYTES } });
    }
  }
}

const NO_SOUNDS: SoundShelf = { find: () => undefined, names: [] };

const key = (voice: string, text: string): string => `${voice}\n${text}`;

/** A quantum `at` a byte of its clip. */
type Entry = {
  readonly hash: number;
  readonly clip: Clip;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly place: QuantumPlace;
};

/** An open-addressed table from hash to entry: no boxed keys, no garbage to speak of per lookup. */
class QuantumIndex {
  readonly #slots: Int32Array;
  readonly #entries: Entry[] = [];

  /** `size` is a power of two. */
  constructor(size: number) {
    this.#slots = new Int32Array(size);
  }

  /** This index, or a larger copy, at most half full with `count` more entries. */
  withRoomFor(count: number): QuantumIndex {
    const needed = 2 * (this.#entries.length + count);
    if (needed <= this.#slots.length) return this;
    const grown = new QuantumIndex(2 ** Math.ceil(Math.log2(2 * needed)));
    for (const entry of this.#entries) grown.add(entry);
    return grown;
  }

  add(entry: Entry): void {
    const mask = this.#slots.length - 1;
    let slot = entry.hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = this.#entries.push(entry);
  }

  /** The entry from which on `count` bytes of its clip equal those of `pcm` at `offset`. */
  find(hash: number, pcm: Uint8Array, offset: number, count: number): Entry | undefined {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#entries[(this.#slots[slot] ?? 0) - 1];
      if (entry === undefined) return undefined;
      if (entry.hash === hash && sameBytes(entry, pcm, offset, count)) return entry;
    }
  }
}

/** Two samples of every eight: a match is compared in full, so cheap is enough. */
const hashOfBytes = (pcm: Uint8Array, offset: number): number =>
  hashWords(pcm, offset, offset + QUANTUM_BYTES, 16, 0x2545f491);

/** Words for a quantum, the C library for a window: each the fastest of five ways for its length. */
function sameBytes(entry: Entry, pcm: Uint8Array, offset: number, count: number): boolean {
  const { at } = entry;
  if (at + count > entry.bytes.length) return false;
  if (count > QUANTUM_BYTES) {
    return Buffer.compare(entry.bytes.subarray(at, at + count), pcm.subarray(offset, offset + count)) === 0;
  }
  const view = new DataView(pcm.buffer, pcm.byteOffset + offset, count);
  for (let word = 0; word < count; word += 4) {
    if (entry.view.getInt32(at + word) !== view.getInt32(word)) return false;
  }
  return true;
}
