// Words in a stream of samples: whole ones by name, and cut, interrupted or damaged ones by how much of
// them was played.
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

  test('in silence that goes on as sound does the same, however it is cut into chunks', () => {
    const nine = words[3];
    if (nine === undefined) throw new Error('the text has seven words');
    const played = 700;
    const stream = new Uint8Array(2 * pcm.length);
    stream.set(bytes.subarray(0, 2 * (nine.startSample + played)));
    // Players hand over 10 ms and more; what is shorter than a gap tells nothing of one.
    const size = fc.integer({ min: 160, max: 3_000 });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 8 }), (sizes) => {
        const heard = scan(stream, sizes);
        expect(names(heard)).toEqual(ALL.slice(0, 4));
        expect(heard.at(-1)?.played).toBeGreaterThanOrEqual(played - 2);
        expect(heard.at(-1)?.played).toBeLessThanOrEqual(played + 72);
      }),
      { numRuns: 40 },
    );
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

describe('a stream that breaks off and goes on', () => {
  /** The player runs dry before each of these samples, says so, and goes on with that sample. */
  function scanBroken(...breaks: readonly number[]): ScannedWord[] {
    const scanner = new WordScanner(index, RATE);
    const heard: ScannedWord[] = [];
    const hear = (word: ScannedWord): void => void heard.push(word);
    let from = 0;
    for (const to of [...breaks, pcm.length]) {
      scanner.take(bytes.subarray(2 * from, 2 * to), hear);
      scanner.stop(hear);
      from = to;
    }
    return heard;
  }

  test('gives the broken word again when its rest has been played, with both parts', () => {
    const [nine = { startSample: 0, endSample: 0 }] = words.slice(3);
    const length = nine.endSample - nine.startSample;
    const heard = scanBroken(nine.startSample + 1_000);
    expect(names(heard)).toEqual([...ALL.slice(0, 4), ...ALL.slice(3)]);
    expect(heard[3]).toMatchObject({ played: 1_000, resumed: false });
    expect(heard[4]).toMatchObject({ played: length, samples: length, resumed: true });
    expect(heard.filter(({ resumed }) => resumed)).toHaveLength(1);
  });

  test('wherever and however often it does, loses no word and invents none', () => {
    const places = fc.array(fc.integer({ min: 1, max: pcm.length - 1 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(places, (breaks) => {
        const heard = scanBroken(...breaks.toSorted((one, other) => one - other));
        const whole = heard.filter((_, at) => heard[at + 1]?.resumed !== true);
        const most = whole.filter(({ played, samples }) => played * 2 >= samples);
        // What is left of a word between two breaks may be too short to be known.
        const fragment = (at: number) =>
          breaks.some((one) =>
            breaks.some((other) => Math.abs(one - other) < 200 && one !== other && near(one, at)),
          );
        const near = (sample: number, at: number) =>
          sample >= (words[at]?.startSample ?? 0) - 200 && sample <= (words[at]?.endSample ?? 0) + 200;
        const expected = ALL.filter((_, at) => !fragment(at));
        expect(names(most).filter((name) => expected.includes(name))).toEqual(expected);
        expect(new Set(names(most)).size).toBe(most.length);
      }),
      { numRuns: 300 },
    );
  });

  test('and goes on with another word leaves the broken one as it was', () => {
    const [nine = { startSample: 0, endSample: 0 }] = words.slice(3);
    const scanner = new WordScanner(index, RATE);
    const heard: ScannedWord[] = [];
    const hear = (word: ScannedWord): void => void heard.push(word);
    scanner.take(bytes.subarray(0, 2 * (nine.startSample + 1_000)), hear);
    scanner.stop(hear);
    // The next reply begins with the same word.
    scanner.take(bytes.subarray(2 * nine.startSample), hear);
    scanner.stop(hear);
    expect(names(heard)).toEqual([...ALL.slice(0, 4), ...ALL.slice(3)]);
    expect(heard.some(({ resumed }) => resumed)).toBe(false);
  });
});

describe('damage', () => {
  test('to the beginning of a word costs nothing but that beginning', () => {
    for (const [at, word] of words.entries()) {
      const damaged = bytes.slice();
      for (let sample = 0; sample < 100; sample += 1) damaged[2 * (word.startSample + sample)] = 0x55;
      const heard = scan(damaged);
      expect(names(heard)).toEqual(ALL);
      expect(heard[at]?.endSample).toBe(word.endSample);
      expect(heard[at]?.played ?? 0).toBeGreaterThanOrEqual(word.endSample - word.startSample - 200);
    }
  });

  test('a word that does not follow a silence is a word all the same', () => {
    const first = words[1];
    if (first === undefined) throw new Error('the text has seven words');
    // The silence before the second word is filled with noise.
    const damaged = bytes.slice();
    for (let at = 2 * (words[0]?.endSample ?? 0); at < 2 * first.startSample; at += 1) damaged[at] = 7;
    const heard = scan(damaged);
    expect(names(heard)).toEqual(ALL);
    expect(heard[1]).toMatchObject({ samples: first.endSample - first.startSample });
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

  test.each([0.1, 0.4, 0.6, 0.9])('over the first %d of it leaves its rest, with its share', (lost) => {
    const missing = Math.round(lost * length);
    const heard = scanReplaced(startSample - 50, 50 + missing);
    expect(names(heard)).toEqual(ALL);
    expect(heard[3]).toMatchObject({ samples: length, endSample });
    expect(heard[3]?.startSample).toBe(startSample + missing);
    expect(heard[3]?.played).toBe(length - missing);
  });

  test('over all of it is no word, however much it sounds like the one before', () => {
    const open = words[1] ?? { startSample: 0, endSample: 0 };
    const scanner = new WordScanner(index, RATE);
    const heard: ScannedWord[] = [];
    const hear = (word: ScannedWord): void => void heard.push(word);
    scanner.take(bytes.subarray(0, 2 * startSample), hear);
    scanner.take(bytes.subarray(2 * open.startSample, 2 * (open.startSample + length)), hear, length);
    scanner.take(bytes.subarray(2 * endSample), hear);
    scanner.stop(hear);
    expect(names(heard)).toEqual(ALL.filter((word) => word !== 'nine'));
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
