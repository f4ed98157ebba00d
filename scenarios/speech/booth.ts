// The recording booth: makes a clip of a line, with the scores that the VAD model gives it. It promises
// that no two quanta (4 ms) of all its clips are equal, so that audio can be recognised by content.
import type { SileroModel } from '#agent/io/silero/silero.ts';
import { QUANTUM_SAMPLES, WINDOW_SAMPLES } from '#sim/caller/speech-table.ts';
import type { Line } from '../library/recording.ts';
import { hashOfSamples, pack } from './codec.ts';
import { readAloud } from './flite.ts';
import type { ClipEntry } from './pack.ts';
import { clipSlug } from './slug.ts';
import { hissSeed, layHiss, makeTake, type SpokenWord } from './take.ts';

/** A clip as it is stored. */
export type Recording = { readonly entry: ClipEntry; readonly packed: Uint8Array };

/** Remembers every quantum so far; about 3 MB for a minute and a half of speech. */
export class Booth {
  readonly #model: SileroModel;
  readonly #quanta = new Set<string>();
  #silence: Int16Array = new Int16Array(WINDOW_SAMPLES);

  constructor(model: SileroModel) {
    this.#model = model;
  }

  /** The window of silence. Its score is that of one that follows another. */
  async ambient(): Promise<Recording> {
    const { pcm, hiss, packed } = this.#claimed('ambient', new Int16Array(WINDOW_SAMPLES));
    this.#silence = pcm;
    const head = {
      id: 'ambient',
      voice: '',
      text: '',
      samples: pcm.length,
      speechStartUs: 0,
      speechEndUs: 0,
    };
    const scores = await this.#scores(pcm);
    const made = { hiss, bytes: packed.length, sha256: hashOfSamples(pcm), command: '', words: [], scores };
    return { entry: { ...head, ...made }, packed };
  }

  async record({ voice, text }: Line): Promise<Recording> {
    const id = clipSlug(voice, text);
    const reading = readAloud(voice, text);
    const { coarse, words } = makeTake(reading.pcm, reading.words);
    const { pcm, hiss, packed } = this.#claimed(id, coarse);
    const head = { id, voice, text, samples: pcm.length, ...speechSpan(words) };
    const scores = await this.#scores(pcm);
    const made = {
      hiss,
      bytes: packed.length,
      sha256: hashOfSamples(pcm),
      command: reading.command,
      words,
      scores,
    };
    return { entry: { ...head, ...made }, packed };
  }

  /** Takes the quanta of `pcm` for it alone; false, and nothing taken, if one of them is in use. */
  claim(pcm: Int16Array): boolean {
    const bytes = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    const quanta = new Set<string>();
    for (let at = 0; at < bytes.length; at += 2 * QUANTUM_SAMPLES) {
      quanta.add(bytes.toString('latin1', at, at + 2 * QUANTUM_SAMPLES));
    }
    if (quanta.size !== pcm.length / QUANTUM_SAMPLES) return false;
    for (const quantum of quanta) if (this.#quanta.has(quantum)) return false;
    for (const quantum of quanta) this.#quanta.add(quantum);
    return true;
  }

  #claimed(
    id: string,
    coarse: Int16Array,
  ): { readonly pcm: Int16Array; readonly hiss: number; readonly packed: Buffer } {
    for (let attempt = 0; attempt < 100; attempt++) {
      const hiss = hissSeed(id, attempt);
      const pcm = layHiss(coarse, hiss);
      if (this.claim(pcm)) return { pcm, hiss, packed: pack(coarse) };
    }
    throw new Error(`clip ${id}: no hiss of 100 makes its quanta unique`);
  }

  /** The model's scores of a clip that begins after silence. */
  async #scores(pcm: Int16Array): Promise<number[]> {
    const stream = this.#model.stream();
    await stream.score(this.#silence);
    const scores: number[] = [];
    for (let at = 0; at < pcm.length; at += WINDOW_SAMPLES) {
      scores.push(await stream.score(pcm.subarray(at, at + WINDOW_SAMPLES)));
    }
    return scores;
  }
}

function speechSpan(words: readonly SpokenWord[]): {
  readonly speechStartUs: number;
  readonly speechEndUs: number;
} {
  return { speechStartUs: (words[0]?.startMs ?? 0) * 1_000, speechEndUs: (words.at(-1)?.endMs ?? 0) * 1_000 };
}
