// Utterances as chunks: recordings on the windows they were scored on, whatever the chunks are, with
// pauses that never take anything from a word; and each of them made once.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Part } from './script.ts';
import { type Clip, SpeechTable } from './speech-table.ts';
import { bookOf, type Utterance, UtteranceBook } from './utterance.ts';

const WINDOW = 512;
const LOUD = 1_000;

/** 64 ms of hiss, `speechMs` of sound as loud as no other clip's, at least `tailMs` of hiss. */
function clip(text: string, speechMs: number, seed: number, tailMs = 384): Clip {
  const samples = text === '' ? WINDOW : Math.ceil(((64 + speechMs + tailMs) * 16) / WINDOW) * WINDOW;
  let state = seed;
  const pcm = Int16Array.from({ length: samples }, (_, at) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const sounding = at >= 64 * 16 && at < (64 + speechMs) * 16;
    return ((state >>> 16) % 7) - 3 + (sounding ? seed * LOUD : 0);
  });
  const scores = new Array<number>(samples / WINDOW).fill(seed);
  const speechEndUs = (64 + speechMs) * 1_000;
  return { id: text, voice: 'v', text, pcm, words: [], scores, speechStartUs: 64_000, speechEndUs };
}

const HELLO = clip('hello', 500, 2);
const AGAIN = clip('again', 201, 3);
/** Its word goes on to its very end. */
const SHORT = clip('short', 128, 4, 0);
const table = new SpeechTable(clip('', 0, 1), [HELLO, AGAIN, SHORT]);

const samplesOf = ({ chunks }: Utterance): Int16Array =>
  new Int16Array(Uint8Array.from(Buffer.concat(chunks)).buffer);

/** `seed from-to` of every stretch of sound, in samples. */
function soundsIn(utterance: Utterance): string[] {
  const sounds: string[] = [];
  let whose = 0;
  let from = 0;
  for (const [at, sample] of [...samplesOf(utterance), 0].entries()) {
    const now = Math.round(sample / LOUD);
    if (now === whose) continue;
    if (whose !== 0) sounds.push(`${whose} ${from}-${at}`);
    whose = now;
    from = at;
  }
  return sounds;
}

const lengthsOf = (utterance: Utterance): string[] =>
  soundsIn(utterance).map((sound) => {
    const [whose, span] = sound.split(' ');
    const [from, to] = (span ?? '').split('-').map(Number);
    return `${whose} ${(to ?? 0) - (from ?? 0)}`;
  });

const chunkSizes = fc.constantFrom(256, 320);
const texts = fc.constantFrom('hello', 'again', 'short');
const LENGTH: Readonly<Record<string, string>> = { hello: '2 8000', again: '3 3216', short: '4 2048' };
const anyParts: fc.Arbitrary<Part[]> = fc.array(
  fc.oneof(
    texts.map((text) => ({ text })),
    fc.nat({ max: 1_500 }).map((pauseMs) => ({ pauseMs })),
    // The schema of scenarios allows fractions.
    fc.double({ min: 0, max: 100, noNaN: true }).map((pauseMs) => ({ pauseMs })),
  ),
  { maxLength: 6 },
);

describe('an utterance', () => {
  // The chunks of one second begin at every phase that a window can have.
  test.each([256, 320])('in chunks of %i begins on the first window of the stream', (chunkSamples) => {
    for (let position = 0; position < 16_000; position += chunkSamples) {
      const book = new UtteranceBook(table);
      const utterance = book.lay('v', [{ text: 'hello' }], position, chunkSamples);
      const begin = position + utterance.firstSample - 64 * 16;
      expect(begin % WINDOW).toBe(0);
      expect(begin - position).toBeLessThan(WINDOW);
      expect(soundsIn(utterance)).toEqual([`2 ${utterance.firstSample}-${utterance.endSample}`]);
    }
  });

  test('is whole chunks of room tone and recordings in which every window is a known one', () => {
    fc.assert(
      fc.property(anyParts, chunkSizes, fc.nat({ max: 1_000 }), (parts, chunkSamples, chunk) => {
        const book = new UtteranceBook(table);
        const position = chunk * chunkSamples;
        const { chunks } = book.lay('v', parts, position, chunkSamples);
        expect(chunks.every(({ length }) => length === 2 * chunkSamples)).toBe(true);
        // As in a stream: room tone before it and behind it.
        const stream = Buffer.concat([
          book.tone(0, position % WINDOW),
          ...chunks,
          book.tone(position + chunks.length * chunkSamples, 2 * WINDOW),
        ]);
        for (let at = 0; at + 2 * WINDOW <= stream.length; at += 2 * WINDOW) {
          expect(table.scoreOf(stream.subarray(at, at + 2 * WINDOW))).toBeDefined();
        }
      }),
    );
  });

  test('has every word whole and in order, whatever pauses there are', () => {
    fc.assert(
      fc.property(anyParts, chunkSizes, fc.nat({ max: 15 }), (parts, chunkSamples, chunk) => {
        const utterance = new UtteranceBook(table).lay('v', parts, chunk * chunkSamples, chunkSamples);
        const spoken = parts.flatMap((part) => ('text' in part ? [LENGTH[part.text]] : []));
        expect(lengthsOf(utterance)).toEqual(spoken);
        const sounds = soundsIn(utterance).map((sound) => sound.split(' ')[1] ?? '');
        const { firstSample, endSample } = utterance;
        const from = sounds[0]?.split('-')[0] ?? `${firstSample}`;
        const to = sounds.at(-1)?.split('-')[1] ?? from;
        expect([firstSample, endSample]).toEqual([Number(from), Number(to)]);
      }),
    );
  });

  test('is quiet for as long as its pauses say together, to a window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 3 }), (pauses) => {
        const parts = [{ text: 'hello' }, ...pauses.map((pauseMs) => ({ pauseMs })), { text: 'again' }];
        const utterance = new UtteranceBook(table).lay('v', parts, 0, 320);
        const [hello, again] = soundsIn(utterance).map((sound) =>
          (sound.split(' ')[1] ?? '').split('-').map(Number),
        );
        const quietMs = ((again?.[0] ?? 0) - (hello?.[1] ?? 0)) / 16;
        const askedMs = pauses.reduce((sum, pauseMs) => sum + pauseMs, 0);
        // No pause can be shorter than the quiet edges of the second recording.
        expect(Math.abs(quietMs - Math.max(64, askedMs))).toBeLessThanOrEqual(32);
      }),
    );
  });

  test('that nobody recorded is refused, and refused again', () => {
    const book = new UtteranceBook(table);
    for (const _ of [1, 2]) {
      expect(() => book.lay('v', [{ text: 'what' }], 0, 256)).toThrow('no recording of voice v: "what"');
    }
  });
});

describe('the same request', () => {
  const parts: Part[] = [{ text: 'hello' }, { pauseMs: 300 }, { text: 'again' }];

  test('is the same chunks, wherever in the stream the same phase comes again', () => {
    const book = new UtteranceBook(table);
    const first = book.lay('v', parts, 320, 320);
    expect(book.lay('v', structuredClone(parts), 320 + 5 * WINDOW, 320)).toBe(first);
    expect(book.tone(320, 320)).toBe(book.tone(320 + WINDOW, 320));
  });

  test('at another phase, in other chunks or with another pause is not', () => {
    const book = new UtteranceBook(table);
    const first = book.lay('v', parts, 256, 256);
    expect(book.lay('v', parts, 0, 256)).not.toBe(first);
    expect(book.lay('v', parts, 256, 320)).not.toBe(first);
    expect(book.lay('v', [{ text: 'hello' }, { pauseMs: 301 }, { text: 'again' }], 256, 256)).not.toBe(first);
    expect(samplesOf(book.lay('v', parts, 0, 256))).not.toEqual(samplesOf(first));
  });

  test('is shared by the calls of a table, and by nobody who wants everything made anew', () => {
    const shared = bookOf(table, true);
    const own = bookOf(table, false);
    expect(own).not.toBe(shared);
    expect(bookOf(table, true)).toBe(shared);
    expect(bookOf(table, false)).not.toBe(own);
    const [one, two] = [shared, own].map((book) => book.lay('v', parts, 640, 320));
    expect(two?.chunks[0]).not.toBe(one?.chunks[0]);
    expect(two).toEqual(one);
  });

  test('of long ago is made again, equal: a book does not grow for ever', () => {
    const book = new UtteranceBook(table);
    const first = book.lay('v', [{ text: 'short' }], 0, 256);
    for (let pauseMs = 0; pauseMs < 300; pauseMs += 1)
      book.lay('v', [{ text: 'short' }, { pauseMs }], 0, 256);
    const again = book.lay('v', [{ text: 'short' }], 0, 256);
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });
});

describe('parts that play a role', () => {
  const marksOf = (...parts: readonly Part[]) => new UtteranceBook(table).lay('v', parts, 0, 256).marks;

  test('are marked where they sound, a pause from word to word', () => {
    const marks = marksOf({ text: 'hello' }, { pauseMs: 600, as: 'hesitation' }, { text: 'again' });
    // 64 ms and 500 ms of the first word, and the pause on a window of the model.
    expect(marks).toMatchObject([{ role: 'hesitation', firstSample: 9_024, text: '' }]);
    expect(Math.abs((marks[0]?.endSample ?? 0) - 9_024 - 9_600)).toBeLessThanOrEqual(WINDOW / 2);
  });

  test('of one role and side by side are one; words between them part them', () => {
    const um: Part = { text: 'short', as: 'hesitation' };
    const wait: Part = { pauseMs: 400, as: 'hesitation' };
    expect(marksOf(um, wait, um, { text: 'hello' }).map(({ text }) => text)).toEqual(['short short']);
    expect(marksOf(um, { text: 'hello' }, wait, { text: 'again' })).toHaveLength(2);
  });

  test('play none at the very end, where nobody can tell a pause from silence', () => {
    expect(marksOf({ text: 'hello' }, { pauseMs: 600, as: 'hesitation' })).toEqual([]);
  });
});
