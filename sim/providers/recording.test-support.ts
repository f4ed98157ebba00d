// A small table of generated recordings for tests of recognisers: every word is 200 ms of noise that
// no other word shares, words 40 ms apart, on a floor of faint noise.
import { type Clip, type ClipWord, SpeechTable, WINDOW_SAMPLES } from '#sim/caller/speech-table.ts';
import { hashText, mix } from '#sim/kernel/hash.ts';

const WORD_SAMPLES = 3_200;
const GAP_SAMPLES = 640;

/** One clip per text, in the voice `test`. */
export function recordings(...texts: readonly string[]): SpeechTable {
  return new SpeechTable(clip('', noise('ambient', WINDOW_SAMPLES, 12), []), texts.map(recording));
}

/** The bytes of a clip, as a caller sends them. */
export function bytesOf(table: SpeechTable, text: string): Uint8Array {
  const pcm = table.find('test', text)?.pcm ?? new Int16Array(0);
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}

function recording(text: string): Clip {
  const words = text.split(' ');
  const length = words.length * (WORD_SAMPLES + GAP_SAMPLES) + GAP_SAMPLES;
  const pcm = noise(text, Math.ceil(length / WINDOW_SAMPLES) * WINDOW_SAMPLES, 20);
  const spans: ClipWord[] = words.map((word, index) => {
    const start = GAP_SAMPLES + index * (WORD_SAMPLES + GAP_SAMPLES);
    pcm.set(noise(`${text}/${index}`, WORD_SAMPLES, 8_000), start);
    return { text: word, startMs: start / 16, endMs: (start + WORD_SAMPLES) / 16 };
  });
  return clip(text, pcm, spans);
}

function clip(text: string, pcm: Int16Array, words: readonly ClipWord[]): Clip {
  const scores = Array.from({ length: pcm.length / WINDOW_SAMPLES }, () => 0);
  const end = (words.at(-1)?.endMs ?? 0) * 1_000;
  return { id: `test/${text}`, voice: 'test', text, pcm, words, scores, speechStartUs: 0, speechEndUs: end };
}

function noise(name: string, length: number, level: number): Int16Array {
  let state = hashText(1, name);
  return Int16Array.from({ length }, () => {
    state = mix(state + 0x9e3779b9);
    return Math.round((state / 0x8000_0000) * level);
  });
}
