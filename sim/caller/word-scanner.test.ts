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

/** 10 ms: what a jitter buffer hands out at once. */
const TICK = 240;

type Change = {
  /** Where the stream was changed, and by how much: repeated samples, or (negative) left out ones. */
  readonly at: number;
  readonly added: number;
  /** In which tick that is told; the tick in which it happens when absent. */
  readonly toldIn?: number;
};

/** Scans the stream in ticks after a change of its length, which is told as a player would tell it. */
function scanChanged({ at, added, toldIn = Math.floor(at / TICK) }: Change): ScannedWord[] {
  const behind = pcm.subarray(at - added);
  const changed = Int16Array.from([...pcm.subarray(0, at), ...behind]);
  const stream = new Uint8Array(changed.buffer);
  const scanner = new WordScanner(index, RATE);
  const heard: ScannedWord[] = [];
  const hear = (word: ScannedWord): void => void heard.push(word);
  for (let tick = 0; tick * TICK < changed.length; tick += 1) {
    const piece = stream.subarray(2 * TICK * tick, 2 * TICK * (tick + 1));
    scanner.take(piece, hear, 0, tick === toldIn ? added : 0);
  }
  scanner.stop(hear);
  return heard;
}

/** A change of up to 15 ms, the most that is stretched at once, somewhere behind a word's onset. */
const anyChange = fc
  .record({
    word: fc.nat({ max: words.length - 1 }),
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    added: fc.integer({ min: -360, max: 360 }).filter((added) => added !== 0),
  })
  .map(({ word, place, added }) => {
    const { startSample, endSample } = words[word] ?? { startSample: 0, endSample: 0 };
    // Both what is repeated and what is left out lie within the word, behind the onset.
    const first = startSample + 128 + Math.max(0, added);
    const last = endSample - 1 + Math.min(0, added);
    return { word, added, at: first + Math.floor(place * (last - first)) };
  });

describe('time that a player stretched', () => {
  test('in a word changes its length, not its share, and loses neither it nor the next', () => {
    fc.assert(
      fc.property(anyChange, ({ word, at, added }) => {
        const heard = scanChanged({ at, added });
        expect(names(heard)).toEqual(ALL);
        expect(heard.every(({ samples, played }) => samples === played)).toBe(true);
        const { startSample = 0, endSample = 0 } = words[word] ?? {};
        expect(heard[word]).toMatchObject({ startSample, endSample: endSample + added });
        expect(heard.at(-1)?.endSample).toBe((words.at(-1)?.endSample ?? 0) + added);
      }),
      { numRuns: 300 },
    );
  });

  test('and told where the passage began, before the change or even before the word, does the same', () => {
    fc.assert(
      fc.property(anyChange, fc.integer({ min: 1, max: 5 }), ({ at, added }, earlier) => {
        const heard = scanChanged({ at, added, toldIn: Math.max(0, Math.floor(at / TICK) - earlier) });
        expect(names(heard)).toEqual(ALL);
        expect(heard.every(({ samples, played }) => samples === played)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('between two words leaves both alone', () => {
    const end = words[2]?.endSample ?? 0;
    const asSent = scan(bytes);
    for (const [at, added] of [
      [end + 60, -180],
      [end + 240, 240],
    ] as const) {
      const heard = scanChanged({ at, added });
      expect(names(heard)).toEqual(ALL);
      expect(heard.map(({ samples, played }) => [samples, played])).toEqual(
        asSent.map(({ samples, played }) => [samples, played]),
      );
    }
  });
});

describe('sound that a player made up', () => {
  const nine = words[3];
  if (nine === undefined) throw new Error('the text has seven words');
  const { startSample, endSample } = nine;
  const length = endSample - startSample;

  /** Scans the stream with noise instead of `count` samples from `at` on, in one piece that says so. */
  function scanReplaced(at: number, count: number): ScannedWord[] {
    const scanner = new WordScanner(index, RATE);
    const heard: ScannedWord[] = [];
    const hear = (word: ScannedWord): void => void heard.push(word);
    scanner.take(bytes.subarray(0, 2 * at), hear);
    scanner.take(new Uint8Array(2 * count).fill(1), hear, count);
    scanner.take(bytes.subarray(2 * (at + count)), hear);
    scanner.stop(hear);
    return heard;
  }

  test('in the middle of a word lowers its share by its length', () => {
    const heard = scanReplaced(startSample + 1_000, 480);
    expect(names(heard)).toEqual(ALL);
    expect(heard[3]).toMatchObject({ samples: length, played: length - 480, startSample, endSample });
    expect(heard.every(({ samples, played }, at) => at === 3 || samples === played)).toBe(true);
  });

  test('at its end takes from it only what lies within it, and nothing from the next', () => {
    const heard = scanReplaced(endSample - 100, 200);
    expect(names(heard)).toEqual(ALL);
    expect(heard[3]).toMatchObject({ samples: length, played: length - 100 });
    expect(heard[4]).toMatchObject({ startSample: words[4]?.startSample });
  });

  test('at its beginning makes it no word', () => {
    expect(names(scanReplaced(startSample - 50, 200))).toEqual(ALL.filter((word) => word !== 'nine'));
  });

  test('while the rest is late lengthens the word by what it adds, and the next is heard', () => {
    const scanner = new WordScanner(index, RATE);
    const heard: ScannedWord[] = [];
    const hear = (word: ScannedWord): void => void heard.push(word);
    const cut = startSample + 1_000;
    scanner.take(bytes.subarray(0, 2 * cut), hear);
    scanner.take(new Uint8Array(960).fill(1), hear, 480);
    // Only what comes next tells that nothing was lost: all that was made up is too much.
    scanner.take(bytes.subarray(2 * cut, 2 * (cut + TICK)), hear, 0, 480);
    scanner.take(bytes.subarray(2 * (cut + TICK)), hear);
    scanner.stop(hear);
    expect(names(heard)).toEqual(ALL);
    expect(heard[3]).toMatchObject({ samples: length + 480, played: length, endSample: endSample + 480 });
  });
});
