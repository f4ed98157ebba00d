import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { SileroModel, type SileroStream } from '#agent/io/silero/silero.ts';
import { type Clip, QUANTUM_BYTES, type SpeechTable } from '#sim/caller/speech-table.ts';
import { readScenario, scenarioNames } from '../library/index.ts';
import { keyOf, linesOf } from '../library/recording.ts';
import { PACK_FOLDER, readPack, readSpeech } from './pack.ts';
import { printDescription } from './printing.ts';

const WINDOW = 512;
/** Exact on the machine that recorded; other SIMD units may round a probability differently. */
const TOLERANCE = 8;
const ON = 512;
const OFF = 358;

let table: SpeechTable;
let model: SileroModel;
beforeAll(async () => {
  table = readSpeech();
  model = await SileroModel.load();
});

async function listen(stream: SileroStream, pcm: Int16Array): Promise<number[]> {
  const scores: number[] = [];
  for (let at = 0; at < pcm.length; at += WINDOW)
    scores.push(await stream.score(pcm.subarray(at, at + WINDOW)));
  return scores;
}

/** Where speech is found and lost: on at 0.5, off below 0.35. */
function crossings(scores: readonly number[]): string {
  let on = false;
  const found: string[] = [];
  for (const [window, score] of scores.entries()) {
    if (on ? score >= OFF : score < ON) continue;
    on = !on;
    found.push(`${on ? '+' : '-'}${window}`);
  }
  return found.join(' ');
}

const farthest = (left: readonly number[], right: readonly number[]): number =>
  Math.max(...left.map((score, index) => Math.abs(score - (right[index] ?? -1))));

const bytesOf = (pcm: Int16Array): Uint8Array => new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);

describe('the pack', () => {
  test('holds what the callers of the library say, and nothing else (npm run speech)', async () => {
    const said = new Set<string>();
    for (const name of scenarioNames()) {
      const read = await readScenario(name);
      if (read.ok) for (const line of linesOf(read.scenario)) said.add(keyOf(line));
    }
    expect(new Set(table.clips.map(keyOf))).toEqual(said);
  });

  test('is printed as it is stored', () => {
    expect(printDescription(readPack(PACK_FOLDER).description)).toBe(
      readFileSync(`${PACK_FOLDER}/pack.json`, 'utf8'),
    );
  });

  test('begins each clip 64 ms before its first word and ends it 384 ms or more after its last', () => {
    for (const clip of table.clips) {
      expect(clip.pcm.length % WINDOW, clip.id).toBe(0);
      expect(clip.speechStartUs, clip.id).toBe(64_000);
      const tailMs = clip.pcm.length / 16 - clip.speechEndUs / 1_000;
      expect(tailMs, clip.id).toBeGreaterThanOrEqual(384);
      expect(tailMs, clip.id).toBeLessThan(384 + 32);
      expect(loudest(clip.pcm.subarray(0, 1_024)), clip.id).toBeLessThanOrEqual(3);
      expect(loudest(clip.pcm.subarray(clip.speechEndUs / 62.5)), clip.id).toBeLessThanOrEqual(3);
      expect(Math.abs(loudest(clip.pcm) - 16_422), clip.id).toBeLessThan(16);
    }
  });

  test('times every word as it is written', () => {
    for (const clip of table.clips) {
      expect(clip.words.map(({ text }) => text).join(' ')).toBe(clip.text);
      let before = 64;
      for (const { startMs, endMs } of clip.words) {
        expect(startMs, clip.id).toBeGreaterThanOrEqual(before);
        expect(endMs, clip.id).toBeGreaterThan(startMs);
        before = endMs;
      }
    }
  });
});

describe('the recorded scores', () => {
  test('are what the model says of each clip', { timeout: 60_000 }, async () => {
    for (const clip of table.clips) {
      const stream = model.stream();
      await stream.score(table.ambient.pcm);
      const scores = await listen(stream, clip.pcm);
      expect(farthest(scores, clip.scores), clip.id).toBeLessThanOrEqual(TOLERANCE);
      expect(crossings(clip.scores), clip.id).toMatch(/^\+\d.* -\d+$/);
    }
  });

  test('are true in a call: silence, clips in any order, silence', { timeout: 60_000 }, async () => {
    const stream = model.stream();
    const silence = async (windows: number): Promise<void> => {
      for (let window = 0; window < windows; window++) {
        const score = await stream.score(table.ambient.pcm);
        expect(Math.abs(score - (table.ambient.scores[0] ?? 0))).toBeLessThanOrEqual(TOLERANCE);
      }
    };
    await silence(20);
    // Forwards with silence between, then backwards without: another past for every clip.
    const heard: { readonly clip: Clip; readonly scores: number[] }[] = [];
    for (const clip of table.clips) {
      heard.push({ clip, scores: await listen(stream, clip.pcm) });
      await silence(20);
    }
    for (const clip of table.clips.toReversed()) heard.push({ clip, scores: await listen(stream, clip.pcm) });
    for (const { clip, scores } of heard) {
      expect(farthest(scores, clip.scores), clip.id).toBeLessThanOrEqual(TOLERANCE);
      expect(crossings(scores), clip.id).toBe(crossings(clip.scores));
    }
  });
});

describe('recognition by content', () => {
  test('names every quantum of every clip, at an odd address too, whatever was asked before', () => {
    const stranger = readSpeech();
    for (const clip of table.clips) {
      const odd = new Uint8Array(clip.pcm.byteLength + 1);
      odd.set(bytesOf(clip.pcm), 1);
      for (let quantum = 0; quantum < clip.pcm.length / 64; quantum++) {
        const place = stranger.identify(odd, 1 + quantum * QUANTUM_BYTES);
        if (place?.clip.id !== clip.id || place.quantum !== quantum)
          expect.unreachable(`${clip.id} ${quantum}`);
      }
      for (let window = 0; window < clip.scores.length; window++) {
        const bytes = odd.subarray(1 + window * 1_024, 1 + (window + 1) * 1_024);
        if (stranger.scoreOf(bytes) !== clip.scores[window])
          expect.unreachable(`${clip.id} window ${window}`);
      }
    }
  });
});

const loudest = (pcm: Int16Array): number =>
  pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
