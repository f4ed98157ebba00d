// What a listener would call a break in the voice, and what only a pause.
import { expect, test } from 'vitest';
import { GapMeter } from './gap-meter.ts';

const RATE = 24_000;

/** `announced`: the agent has just said that a reply begins, before this piece came. */
type Said = {
  readonly startMs: number;
  readonly continues?: boolean;
  readonly loud?: boolean;
  readonly announced?: boolean;
};

/** 20 ms pieces, each at its time. */
function lossOf(pieces: readonly Said[]) {
  const meter = new GapMeter(RATE);
  for (const { startMs, continues = false, loud = true, announced = false } of pieces) {
    const pcm = new Uint8Array((RATE / 50) * 2).fill(loud ? 0x11 : 0);
    const startUs = startMs * 1_000;
    if (announced) meter.announced(startUs);
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

test('the silence between a reply that was interrupted and the next one is no stall', () => {
  const reply = { startMs: 400, announced: true };
  expect(lossOf([{ startMs: 0, announced: true }, reply])).toEqual({ expected: 2, lost: 0, bursts: 0 });
  // The next reply may stall like any other, and so may one that was announced while another sounded.
  expect(lossOf([{ startMs: 0 }, reply, { startMs: 480 }])).toMatchObject({ lost: 3, bursts: 1 });
  const seamless = { startMs: 20, continues: true, announced: true };
  expect(lossOf([{ startMs: 0 }, seamless, { startMs: 100 }])).toMatchObject({ lost: 3, bursts: 1 });
});

test('a reply that is announced while the one before still stalls in its queue excuses nothing of it', () => {
  const meter = new GapMeter(RATE);
  const pcm = new Uint8Array((RATE / 50) * 2).fill(0x11);
  const piece = { pcm, continues: false, damagedSamples: 0, addedSamples: 0 };
  meter.heard({ ...piece, startUs: 0, arrivedUs: 0 });
  meter.announced(70_000);
  meter.heard({ ...piece, startUs: 80_000, arrivedUs: 60_000 });
  meter.heard({ ...piece, startUs: 300_000, arrivedUs: 90_000 });
  expect(meter.loss).toMatchObject({ lost: 3, bursts: 1 });
});

test('a long silence is the end of a reply', () => {
  expect(lossOf([{ startMs: 0 }, { startMs: 1_100 }])).toMatchObject({ lost: 0, bursts: 0 });
});

test('nothing heard is nothing expected', () => {
  expect(lossOf([])).toEqual({ expected: 0, lost: 0, bursts: 0 });
});
