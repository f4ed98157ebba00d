// The caller's line as one recording: its parts with the pauses between them, and when each word sounds.

import type { Act } from '#sim/caller/script.ts';
import type { SpeechTable } from '#sim/caller/speech-table.ts';
import type { HeardClip } from '#sim/providers/ear.ts';

/** Rate of the recorded callers. */
export const TAKE_RATE = 16_000;

export type Take = Pick<HeardClip, 'text' | 'words'> & { readonly pcm: Int16Array };

/** Undefined when the act says nothing, or something that is not recorded. */
export function takeOf(table: SpeechTable, voice: string, act: Act | undefined): Take | undefined {
  if (act === undefined || !('parts' in act)) return undefined;
  const pieces: Int16Array[] = [];
  const words: HeardClip['words'][number][] = [];
  const texts: string[] = [];
  let atMs = 0;
  for (const part of act.parts) {
    const clip = 'text' in part ? table.find(voice, part.text) : undefined;
    if ('text' in part && clip === undefined) return undefined;
    const pcm = clip?.pcm ?? quiet(table, 'pauseMs' in part ? part.pauseMs : 0);
    const shiftMs = atMs;
    for (const { text, startMs, endMs } of clip?.words ?? []) {
      words.push({ text, startMs: startMs + shiftMs, endMs: endMs + shiftMs });
    }
    if (clip !== undefined) texts.push(clip.text);
    pieces.push(pcm);
    atMs += (1_000 * pcm.length) / TAKE_RATE;
  }
  const pcm = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    pcm.set(piece, at);
    at += piece.length;
  }
  return { text: texts.join(' '), words: written(texts.join(' '), words), pcm };
}

/** The recorded words with the punctuation of the text, where both have the same words. */
function written(text: string, words: HeardClip['words']): HeardClip['words'] {
  const texts = text.split(/\s+/);
  if (texts.length !== words.length) return words;
  return words.map((word, at) => ({ ...word, text: texts[at] ?? word.text }));
}

/** The quiet of the recordings, less what a clip has of it at its ends. */
function quiet({ ambient }: SpeechTable, ms: number): Int16Array {
  const samples = Math.max(0, Math.round(((ms - 440) * TAKE_RATE) / 1_000));
  return Int16Array.from({ length: samples }, (_, at) => ambient.pcm[at % ambient.pcm.length] ?? 0);
}
