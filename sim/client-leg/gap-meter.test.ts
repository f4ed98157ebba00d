// What a listener would call a break in the voice, and what only a pause.
import { expect, test } from 'vitest';
import { GapMeter } from './gap-meter.ts';

const RATE = 24_000;

type Said = { readonly startMs: number; readonly continues?: boolean; readonly loud?: boolean };

/** 20 ms pieces, each at its time. */
function lossOf(pieces: readonly Said[]) {
  const meter = new GapMeter(RATE);
  for (const { startMs, continues = false, loud = true } of pieces) {
    const pcm = new Uint8Array((RATE / 50) * 2).fill(loud ? 0x11 : 0);
    const startUs = startMs * 1_000;
    meter.heard({ pcm, startUs, arrivedUs: startUs, continues, damagedSamples: 0, addedSamples: 0 });
  }
  return meter.loss;
}

test('a voice without a break is as long as it sounded', () => {
  const pieces = Array.from({ length: 10 }, (_, index) => ({ startMs: 20 * index, continues: index > 0 }));
  expect(lossOf(pieces)).toEqual({ expected: 10, lost: 0, bursts: 0 });
});

test('a silence in mid-word is missing, in frames', () => {
  const loss = lossOf([{ startMs: 0 }, { startMs: 80 }, { startMs: 100, continues: true }, { startMs: 160 }]);
  expect(loss).toEqual({ expected: 9, lost: 5, bursts: 2 });
});

test('a voice that had trailed out is not missed', () => {
  expect(lossOf([{ startMs: 0, loud: false }, { startMs: 80 }])).toMatchObject({ lost: 0, bursts: 0 });
});

test('a long silence is the end of a reply', () => {
  expect(lossOf([{ startMs: 0 }, { startMs: 1_100 }])).toMatchObject({ lost: 0, bursts: 0 });
});

test('nothing heard is nothing expected', () => {
  expect(lossOf([])).toEqual({ expected: 0, lost: 0, bursts: 0 });
});
