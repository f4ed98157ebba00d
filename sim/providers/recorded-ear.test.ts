import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mishearing } from './ear.ts';
import { RecordedEar } from './recorded-ear.ts';
import { bytesOf, recordings } from './recording.test-support.ts';

const honest: Mishearing = { slips: () => false, substitute: () => 'mumble' };
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
      substitute: () => 'mumble',
    });
    listening.push(bytesOf(table, text));
    expect(texts(listening.settle())).toBe('I would mumble a table, mumble');
  });
});
