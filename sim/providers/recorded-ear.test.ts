import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fate, Mishearing, Recogniser } from './ear.ts';
import { RecordedEar } from './recorded-ear.ts';
import { bytesOf, recordings } from './recording.test-support.ts';

const honest: Mishearing = { slips: () => false, amid: () => 'heard', substitute: () => 'mumble' };
const text = 'I would like a table, please.';
const table = recordings(text, 'for two');
const ear = (): RecordedEar => new RecordedEar(table, honest);
const texts = (segment: { words: readonly { text: string }[] }): string =>
  segment.words.map((word) => word.text).join(' ');

/** Bytes of `text` between two times. */
const part = (fromMs: number, untilMs: number): Uint8Array =>
  bytesOf(table, text).subarray(fromMs * 32, untilMs * 32);
/** Where word `index` begins. */
const wordMs = (index: number): number => 40 + index * 240;

describe('the ear that knows recordings', () => {
  it('hears every word with its place, in whatever pieces the audio comes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        const listening = ear();
        const bytes = bytesOf(table, text);
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          listening.push(bytes.subarray(at, at + size));
          at += size;
        }
        const segment = listening.settle();
        expect(texts(segment)).toBe(text);
        expect(segment.words[1]).toMatchObject({ startS: 0.28, endS: 0.48 });
        expect([segment.lost, segment.misheard]).toEqual([0, 0]);
      }),
      { numRuns: 40 },
    );
  });

  it('loses the word of which little arrived, and takes another word for one that half arrived', () => {
    const listening = ear();
    listening.push(part(0, wordMs(1) + 40));
    listening.push(new Uint8Array(160 * 32));
    listening.push(part(wordMs(2) - 40, wordMs(3) + 100));
    listening.push(new Uint8Array(100 * 32));
    listening.push(part(wordMs(4) - 40, 3_000));
    const segment = listening.settle();
    expect(texts(segment)).toBe('I like mumble table, please.');
    expect([segment.lost, segment.misheard]).toEqual([1, 1]);
  });

  it('reports each word once over several finals, and keeps a word that has just begun', () => {
    const listening = ear();
    listening.push(part(0, wordMs(2) + 40));
    expect(texts(listening.settle())).toBe('I would');
    listening.push(part(wordMs(2) + 40, 3_000));
    expect(texts(listening.settle())).toBe('like a table, please.');
    expect(texts(listening.settle())).toBe('');
  });

  it('knows when the last word sounded, whatever was left out or put in between', () => {
    const listening = ear();
    listening.push(part(0, wordMs(1) - 20));
    expect(listening.speechUntilS()).toBeCloseTo(0.24);
    listening.push(new Uint8Array(200 * 32));
    listening.push(part(wordMs(2) - 20, wordMs(3) - 20));
    expect(listening.seconds() - listening.speechUntilS()).toBeCloseTo(0.02);
  });

  it('hears the same recording again, and another after it', () => {
    const listening = ear();
    for (const said of [text, text, 'for two']) listening.push(bytesOf(table, said));
    expect(texts(listening.settle())).toBe(`${text} ${text} for two`);
  });

  it('finds the words again when audio was cut out at any sample', () => {
    const listening = ear();
    const bytes = bytesOf(table, text);
    listening.push(bytes.subarray(0, wordMs(1) * 32));
    listening.push(bytes.subarray(wordMs(1) * 32 + 2 * 37));
    const segment = listening.settle();
    expect(texts(segment)).toBe(text);
  });

  it('hears nothing in sound that it does not know', () => {
    const listening = ear();
    listening.push(Uint8Array.from({ length: 64_000 }, (_, index) => (index * 7_919) & 0xff));
    expect(listening.settle()).toMatchObject({ words: [], lost: 0, misheard: 0, durationS: 2 });
  });

  it('takes one word for another at the rate of the model', () => {
    let drawn = 0;
    const listening = new RecordedEar(table, {
      slips: () => {
        drawn += 1;
        return drawn % 3 === 0;
      },
      amid: () => 'heard',
      substitute: () => 'mumble',
    });
    listening.push(bytesOf(table, text));
    expect(texts(listening.settle())).toBe('I would mumble a table, mumble');
  });

  describe('among other sounds', () => {
    /** The same recordings, each quantum with so much else. */
    const amid = (signal: number, noise: number, lossDb = 0): Recogniser => ({
      identify(pcm, offset) {
        const name = table.identify(pcm, offset);
        return name === undefined ? undefined : { ...name, among: { signal, noise, lossDb } };
      },
    });
    /** Asks once for each word, and answers in turn. */
    function fated(recogniser: Recogniser, ...fates: Fate[]) {
      const asked: string[] = [];
      const listening = new RecordedEar(recogniser, {
        ...honest,
        amid: (place, { snrDb, lossDb }) => {
          asked.push(`${place.split('#')[1]} ${snrDb} ${lossDb}`);
          return fates[asked.length - 1] ?? 'heard';
        },
      });
      listening.push(bytesOf(table, text));
      return { listening, asked };
    }

    it('asks once per word what becomes of it, with its signal-to-noise ratio', () => {
      const { listening, asked } = fated(amid(1_000, 100), 'heard', 'misheard', 'lost');
      expect(listening.soFar().join(' ')).toBe('I would a table, please.');
      const segment = listening.settle();
      expect(texts(segment)).toBe('I mumble a table, please.');
      expect([segment.lost, segment.misheard]).toEqual([1, 1]);
      expect(asked).toEqual(['0 10 0', '1 10 0', '2 10 0', '3 10 0', '4 10 0', '5 10 0']);
    });

    it('does not count as lost what somebody else said too faintly', () => {
      const { listening, asked } = fated(amid(1_000, 0, 30), 'lost', 'lost', 'heard', 'lost', 'lost', 'lost');
      expect(listening.settle()).toMatchObject({ words: [{ text: 'like' }], lost: 0, misheard: 0 });
      expect(asked[0]).toBe('0 60 30');
    });

    it('asks nothing where a recording was alone', () => {
      const { listening, asked } = fated(table);
      expect(texts(listening.settle())).toBe(text);
      expect(asked).toEqual([]);
    });
  });
});
