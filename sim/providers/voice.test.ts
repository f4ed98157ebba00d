import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EarIndex, PASSAGE_SAMPLES } from './ear-index.ts';
import { ONSET_SAMPLES } from './formant.ts';
import { Voice } from './voice.ts';

const RATE = 16_000;
const text = 'Hello there, I can help. Could you tell me your name, and the day you prefer?';

/** Onsets: first sample after at least 6 ms of exact zeros. */
function onsetsOf(pcm: Int16Array, rate: number): number[] {
  const onsets: number[] = [];
  let zeros = 0;
  for (const [index, sample] of pcm.entries()) {
    if (sample !== 0 && zeros >= rate * 0.006) onsets.push(index);
    zeros = sample === 0 ? zeros + 1 : 0;
  }
  return onsets;
}

function* vocabulary(count: number): Generator<string> {
  const syllables = ['ba', 'ne', 'tri', 'so', 'lum', 'ka', 'per', 'vi', 'do', 'shan', 'mi', 'qu', 're', 'a'];
  for (let index = 0; index < count; index += 1) {
    let word = '';
    for (let rest = index + syllables.length; rest > 0; rest = Math.floor(rest / syllables.length)) {
      word += syllables[rest % syllables.length] ?? '';
    }
    yield word;
  }
}

describe('the voice', () => {
  it('speaks at a natural pace, at about -6 dBFS, with words apart', () => {
    const { pcm, words } = new Voice(RATE).utterance(text);
    const minutes = pcm.length / RATE / 60;
    expect(words.length / minutes).toBeGreaterThan(140);
    expect(words.length / minutes).toBeLessThan(185);
    expect(pcm.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toBeGreaterThan(12_000);
    expect(pcm.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toBeLessThanOrEqual(16_384);
    expect(onsetsOf(pcm, RATE)).toEqual(words.map((word) => word.startSample));
  });

  it('holds no zero inside a word and nothing else outside', () => {
    const { pcm, words } = new Voice(24_000).utterance(text);
    const inside = new Uint8Array(pcm.length);
    for (const word of words) inside.fill(1, word.startSample, word.endSample);
    expect(pcm.every((sample, index) => (sample !== 0) === (inside[index] === 1))).toBe(true);
  });

  it('says the same with and without its cache, and whatever it said before', () => {
    const warm = new Voice(RATE);
    warm.utterance('prefer the name of the day');
    expect(warm.utterance(text).pcm).toEqual(new Voice(RATE, false).utterance(text).pcm);
  });

  it('tiles the audio with the characters of any text', () => {
    const voice = new Voice(8_000);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (any) => {
        const { pcm, chars, charStart } = voice.utterance(any);
        expect(chars.join('')).toBe(any);
        expect(charStart[0] ?? 0).toBe(chars.length === 0 ? pcm.length : 0);
        expect(charStart[chars.length]).toBe(pcm.length);
        for (let i = 0; i < chars.length; i += 1) {
          expect(charStart[i] ?? 0).toBeLessThanOrEqual(charStart[i + 1] ?? 0);
        }
      }),
    );
  });
});

describe('the ear', () => {
  it.each([8_000, 16_000, 24_000])('tells 2,500 words apart by their first samples at %i Hz', (rate) => {
    const voice = new Voice(rate, false);
    const heads = new Set<string>();
    for (const word of vocabulary(2_500)) heads.add(voice.word(word).slice(0, ONSET_SAMPLES).join());
    expect(heads.size).toBe(2_500);
  });

  it('names the words of an utterance, from samples and from bytes', () => {
    const { pcm, words } = new Voice(RATE).utterance(text);
    const bytes = new Uint8Array(pcm.buffer);
    const ear = new EarIndex(RATE, [text]);
    const spoken = words.map((word) => word.text.toLowerCase().replace(/[.,?]/, ''));
    expect(words.map((word) => ear.onset(pcm, word.startSample)?.text)).toEqual(spoken);
    expect(words.map((word) => ear.onset(bytes, word.startSample)?.text)).toEqual(spoken);
    expect(ear.onset(pcm, 0)).toBeUndefined();
    expect(ear.onset(pcm, pcm.length - 5)).toBeUndefined();
  });

  it('names a word by any passage of it, and where in the word that is', () => {
    const ear = new EarIndex(RATE, [text]);
    const { pcm, words } = new Voice(RATE).utterance(text);
    for (const { text: written, startSample, endSample } of words) {
      const places: number[] = [];
      for (let at = startSample; at + PASSAGE_SAMPLES <= endSample; at += 1) {
        const found = ear.passage(pcm, at);
        if (found === undefined) continue;
        expect(found.word.text).toBe(written.toLowerCase().replace(/[.,?]/, ''));
        expect(found.at).toBe(at - startSample);
        places.push(found.at);
      }
      // One in 64 samples, from the first to the last.
      expect(places).toEqual(places.map((_, index) => index * PASSAGE_SAMPLES));
      expect(places.length).toBe(Math.floor((endSample - startSample) / PASSAGE_SAMPLES));
    }
  });

  it('knows no passage in which a sample differs', () => {
    const pcm = new Voice(RATE).word('hello').slice();
    const ear = new EarIndex(RATE, ['hello']);
    expect(ear.passage(pcm, 640)).toMatchObject({ at: 640 });
    pcm[660] = (pcm[660] ?? 0) + 1;
    expect(ear.passage(pcm, 640)).toBeUndefined();
  });

  it('does not name a word whose onset was damaged', () => {
    const pcm = new Voice(RATE).word('hello').slice();
    pcm[100] = (pcm[100] ?? 0) + 1;
    expect(new EarIndex(RATE, ['hello']).onset(pcm, 0)).toBeUndefined();
  });
});
