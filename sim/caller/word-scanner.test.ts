// Words in a stream of samples: whole ones by name, cut ones by how much of them was played, and
// damaged ones not at all.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EarIndex } from '#sim/providers/ear-index.ts';
import { Voice } from '#sim/providers/voice.ts';
import { type ScannedWord, WordScanner } from './word-scanner.ts';

const RATE = 24_000;
const TEXT = 'We open at nine in the morning.';
const index = new EarIndex(RATE, [TEXT]);
const { pcm, words } = new Voice(RATE).utterance(TEXT);
const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);

/** Scans the stream in chunks of these many samples, again and again; what comes after is silence. */
function scan(stream: Uint8Array, sizes: readonly number[] = [480]): ScannedWord[] {
  const scanner = new WordScanner(index, RATE);
  const heard: ScannedWord[] = [];
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const size = 2 * (sizes[turn % sizes.length] ?? 480);
    scanner.take(stream.subarray(at, at + size), (word) => heard.push(word));
    at += size;
  }
  scanner.stop((word) => heard.push(word));
  return heard;
}

const names = (heard: readonly ScannedWord[]): string[] => heard.map(({ text }) => text);
const ALL = ['we', 'open', 'at', 'nine', 'in', 'the', 'morning'];

describe('whole words', () => {
  test('are named, with their place and length, however the stream is cut into chunks', () => {
    const size = fc.integer({ min: 1, max: 3_000 });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 8 }), (sizes) => {
        const heard = scan(bytes, sizes);
        expect(names(heard)).toEqual(ALL);
        expect(heard.map(({ startSample, played }) => [startSample, played])).toEqual(
          words.map(({ startSample, endSample }) => [startSample, endSample - startSample]),
        );
        expect(heard.every(({ samples, played }) => samples === played)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a stream that breaks off', () => {
  test('gives the word that was under way, with what was played of it', () => {
    const nine = words[3];
    if (nine === undefined) throw new Error('the text has seven words');
    const half = nine.startSample + Math.floor((nine.endSample - nine.startSample) / 2);
    const heard = scan(bytes.subarray(0, 2 * half));
    expect(names(heard)).toEqual(ALL.slice(0, 4));
    expect(heard.at(-1)?.played).toBe(half - nine.startSample);
  });

  test('before the word can be known gives no word, and what follows is heard', () => {
    const nine = words[3]?.startSample ?? 0;
    const scanner = new WordScanner(index, RATE);
    const heard: ScannedWord[] = [];
    const hear = (word: ScannedWord): void => void heard.push(word);
    scanner.take(bytes.subarray(0, 2 * (nine + 100)), hear);
    scanner.stop(hear);
    scanner.take(bytes.subarray(2 * (words[4]?.startSample ?? 0)), hear);
    scanner.stop(hear);
    expect(names(heard)).toEqual(['we', 'open', 'at', 'in', 'the', 'morning']);
  });
});

describe('damage', () => {
  test('to the beginning of a word costs that word alone', () => {
    for (const [at, word] of words.entries()) {
      const damaged = bytes.slice();
      const where = 2 * (word.startSample + 50);
      damaged[where] = (damaged[where] ?? 0) ^ 0x55;
      expect(names(scan(damaged))).toEqual(ALL.filter((_, other) => other !== at));
    }
  });

  test('words that do not follow a silence are no words', () => {
    const first = words[1];
    if (first === undefined) throw new Error('the text has seven words');
    // The silence before the second word is filled with noise.
    const damaged = bytes.slice();
    for (let at = 2 * (words[0]?.endSample ?? 0); at < 2 * first.startSample; at += 1) damaged[at] = 7;
    expect(names(scan(damaged))).toEqual(ALL.filter((word) => word !== 'open'));
  });

  test('a silence cut to half still separates', () => {
    const gapStart = words[0]?.endSample ?? 0;
    const gap = (words[1]?.startSample ?? 0) - gapStart;
    const cut = Buffer.concat([
      bytes.subarray(0, 2 * (gapStart + Math.ceil(gap / 2))),
      bytes.subarray(2 * (words[1]?.startSample ?? 0)),
    ]);
    expect(names(scan(cut))).toEqual(ALL);
  });

  test('any noise is no word, and nothing throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), (noise) => {
        expect(scan(noise, [100])).toEqual([]);
      }),
    );
  });
});
