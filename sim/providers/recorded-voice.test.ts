// A recorded voice says pieces of what it has said before, and leaves nothing unsaid.
import { expect, test } from 'vitest';
import { RecordedVoice, type Saying } from './recorded-voice.ts';
import { Voice } from './voice.ts';

const RATE = 1_000;
/** Three words of 100 samples, each with its own sound, 50 of quiet between them. */
const SAYING: Saying = {
  words: ['Nice', 'old', 'town.'].map((text, at) => ({
    text,
    startSample: 50 + 150 * at,
    endSample: 150 + 150 * at,
  })),
  pcm: Int16Array.from({ length: 520 }, (_, at) =>
    at % 150 >= 50 && at < 500 ? 1 + Math.floor(at / 150) : 0,
  ),
};
const voice = new RecordedVoice([SAYING], RATE);

test('a piece is cut out where its words stand', () => {
  const { pcm, words } = voice.utterance('old town!');
  expect(words.map(({ text }) => text)).toEqual(['old', 'town!']);
  const [old, town] = words;
  expect(new Set(pcm.slice(old?.startSample, old?.endSample))).toEqual(new Set([2]));
  expect(new Set(pcm.slice(town?.startSample, town?.endSample))).toEqual(new Set([3]));
  // It ends in quiet, as a sentence does.
  expect(pcm.length).toBeGreaterThan((town?.endSample ?? 0) + 200);
});

test('pieces one after the other are the whole, without a seam', () => {
  const [first, second] = [voice.utterance('Nice old '), voice.utterance('town.')];
  expect(first.pcm.length + second.pcm.length).toBeGreaterThanOrEqual(500 - 50);
  expect(first.words.at(-1)?.endSample).toBeLessThanOrEqual(first.pcm.length);
});

test('characters tile the audio in order', () => {
  const { chars, charStart, pcm } = voice.utterance('Nice — old town.');
  expect(chars.join('')).toBe('Nice — old town.');
  expect([...charStart]).toEqual([...charStart].toSorted((a, b) => a - b));
  expect([charStart[0], charStart.at(-1)]).toEqual([0, pcm.length]);
});

test('what was never said is spoken by the synthetic voice', () => {
  for (const text of ['old new town', 'town old', 'Nice oldtown.', '…', '']) {
    expect(voice.utterance(text)).toEqual(new Voice(RATE).utterance(text));
  }
});
