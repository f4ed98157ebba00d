// Makes a clip's samples out of a synthesizer's reading: trimmed, levelled and laid over a faint
// ambient hiss. It promises 64 ms of ambient before the first word, at least 384 ms after the last,
// whole windows, and the same samples for the same seed on every machine (integers only after the
// level is set). It refuses a reading without words.
import { assert } from '#agent/core/assert.ts';
import { WINDOW_SAMPLES } from '#sim/caller/speech-table.ts';

export type SpokenWord = { readonly text: string; readonly startMs: number; readonly endMs: number };

/** Coarse samples (the clip without its hiss, in steps of 8) and where the words are in them. */
export type Take = { readonly coarse: Int16Array; readonly words: readonly SpokenWord[] };

export const LEAD_MS = 64;
export const TAIL_MS = 384;
/**
 * Speech is kept to 13 bits and the hiss fills the rest: 1/8 of the data for a noise floor that the
 * hiss (-80 dBFS) covers anyway.
 */
export const COARSE_STEP = 8;

const SAMPLES_PER_MS = 16;
/** -6 dBFS. */
const PEAK = 16_422;
const FADE_IN = 2 * SAMPLES_PER_MS;
/** The last phone rings on after its label (voice slt: at -23 dBFS over 40 ms) and belongs to its word. */
const RELEASE_MS = 32;
const FADE_OUT = RELEASE_MS * SAMPLES_PER_MS;
const HISS_LEVELS = 7;

export function makeTake(pcm: Int16Array, spoken: readonly SpokenWord[]): Take {
  const startMs = spoken[0]?.startMs;
  const labelMs = spoken.at(-1)?.endMs;
  assert(startMs !== undefined && labelMs !== undefined && labelMs > startMs, 'a reading holds a word');
  const endMs = labelMs + RELEASE_MS;
  const speech = pcm.subarray(startMs * SAMPLES_PER_MS, endMs * SAMPLES_PER_MS);
  const wanted = (LEAD_MS + endMs - startMs + TAIL_MS) * SAMPLES_PER_MS;
  const coarse = new Int16Array(Math.ceil(wanted / WINDOW_SAMPLES) * WINDOW_SAMPLES);
  const peak = speech.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 1);
  speech.forEach((sample, index) => {
    const fade = Math.min(1, (index + 1) / FADE_IN, (speech.length - index) / FADE_OUT);
    coarse[LEAD_MS * SAMPLES_PER_MS + index] = Math.round((sample * fade * PEAK) / peak / COARSE_STEP);
  });
  const shift = LEAD_MS - startMs;
  return {
    coarse,
    words: spoken.map(({ text, ...word }, index) => ({
      text,
      startMs: word.startMs + shift,
      endMs: (index === spoken.length - 1 ? endMs : word.endMs) + shift,
    })),
  };
}

/** The samples as they are played: coarse steps plus the hiss of `seed`, -3..3. */
export function layHiss(coarse: Int16Array, seed: number): Int16Array {
  const pcm = new Int16Array(coarse.length);
  let state = seed >>> 0;
  for (let index = 0; index < pcm.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pcm[index] = (coarse[index] ?? 0) * COARSE_STEP + ((state >>> 16) % HISS_LEVELS) - 3;
  }
  return pcm;
}

/** The hiss seed of a clip; the next `attempt` where two clips would share a quantum. */
export function hissSeed(id: string, attempt: number): number {
  let hash = 0x811c9dc5;
  for (const letter of `${id}#${attempt}`) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
