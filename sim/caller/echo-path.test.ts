// The agent's voice at the microphone: as much later and fainter as was asked for, and its words known.
import { describe, expect, test } from 'vitest';
import { EarIndex } from '../providers/ear-index.ts';
import { Voice } from '../providers/voice.ts';
import { EchoPath } from './echo-path.ts';
import { rmsOf } from './sound.ts';

const RATE = 24_000;
const TEXT = 'We open at nine in the morning.';
const { pcm, words } = new Voice(RATE).utterance(TEXT);
const index = new EarIndex(RATE, [TEXT]);
const DELAY_MS = 180;
/** The microphone was opened 50 ms into the call; the voice sounds at 1 s. */
const MIC_US = 50_000;
const START_US = 1_000_000;

/** All of the voice, in pieces of so many samples. */
function echoOf(lossDb: number, size = 480) {
  const path = new EchoPath(index, { delayMs: DELAY_MS, lossDb });
  for (let at = 0; at < pcm.length; at += size) {
    const piece = pcm.slice(at, at + size);
    path.hear(
      {
        pcm: new Uint8Array(piece.buffer),
        startUs: START_US + Math.round((at * 1_000_000) / RATE),
        arrivedUs: START_US,
        continues: at > 0,
        damagedSamples: 0,
        addedSamples: 0,
      },
      MIC_US,
    );
  }
  return path;
}

function heard(path: EchoPath, samples: number): Float64Array {
  const sum = new Float64Array(samples);
  path.add(0, sum, new Float64Array(samples));
  return sum;
}

const ALL = Math.ceil((pcm.length * 2) / 3) + 30_000;
/** Where a sample of the voice comes back, in samples of the microphone. */
const placeOf = (sample: number): number =>
  ((START_US - MIC_US) / 1_000_000 + DELAY_MS / 1_000 + sample / RATE) * 16_000;

describe('an echo', () => {
  test('begins with the voice, so much later, whatever pieces it comes in', () => {
    const first = words[0]?.startSample ?? 0;
    for (const size of [100, 240, 480, 4_000]) {
      const sum = heard(echoOf(0, size), ALL);
      const begin = sum.findIndex((sample) => Math.abs(sample) > 200);
      // The way to 8 kHz and back takes 3 ms, and the word rises as long.
      expect(Math.abs(begin - placeOf(first))).toBeLessThan(0.01 * 16_000);
      expect(Array.from(sum)).toEqual(Array.from(heard(echoOf(0), ALL)));
    }
  });

  test('is as much fainter as was asked for', () => {
    const level = (lossDb: number) => rmsOf(Int16Array.from(heard(echoOf(lossDb), ALL)));
    expect(20 * Math.log10(level(0) / level(20))).toBeCloseTo(20, 0);
    expect(level(0)).toBeGreaterThan(1_000);
  });

  test('is nothing before and after', () => {
    const path = echoOf(0);
    const chunk = new Float64Array(320);
    expect(path.add(0, chunk, chunk.slice())).toBe(false);
    expect(path.add(ALL + 10_000, chunk, chunk.slice())).toBe(false);
  });

  test('holds the words of the voice, each where it sounds', () => {
    const path = echoOf(26);
    const named = words.map(({ startSample, endSample }) => {
      const middle = Math.round(placeOf((startSample + endSample) / 2));
      return path.wordAt(middle)?.clip.text;
    });
    expect(named).toEqual(['we', 'open', 'at', 'nine', 'in', 'the', 'morning']);
    expect(path.wordAt(0)).toBeUndefined();
  });
});
