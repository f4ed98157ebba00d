// Scores of media paths: which scale, how far to be trusted, and what loss, bursts and late packets do.
import { expect, test } from 'vitest';
import { burstRatio, countLoss, lossOf } from './equipment.ts';
import { QUALITY, quality, scoreOf } from './mos.ts';
import { mosOf } from './score.ts';

const clean = { delayMs: 60, lossShare: 0, burstRatio: 1 };

test('a clean call scores what its codec scores', () => {
  expect(mosOf({ codec: 'g711-plc', ...clean }).mos).toBeCloseTo(4.4094, 3);
  expect(mosOf({ codec: 'g711-plc', ...clean })).toMatchObject({ scale: 'NB', tag: 'P', provisional: false });
});

test('Opus has no ITU value: its score is provisional and on its own scale', () => {
  const opus = mosOf({ codec: 'opus-wb-vbr-13', ...clean });
  expect(opus).toMatchObject({ scale: 'WB', tag: 'X', provisional: true });
  expect(opus.r).toBeCloseTo(109, 6);
});

test('a burst ratio on the wideband scale makes a score provisional', () => {
  const path = { codec: 'amr-wb-12.65-diotic', delayMs: 60, lossShare: 0.02 } as const;
  expect(mosOf({ ...path, burstRatio: 1 })).toMatchObject({ tag: 'P', provisional: false });
  expect(mosOf({ ...path, burstRatio: 2 })).toMatchObject({ tag: 'X', provisional: true });
});

test('loss of a codec without published robustness has no score rather than a guessed one', () => {
  const path = { codec: 'amr-wb-12.65-monotic', delayMs: 0, burstRatio: 1 } as const;
  expect(mosOf({ ...path, lossShare: 0 }).mos).toBeCloseTo(4.3371, 3);
  expect(mosOf({ ...path, lossShare: 0.01 })).toMatchObject({ r: null, mos: null });
});

test('bursty loss uses the robustness measured under bursts, once', () => {
  const path = { codec: 'opus-wb-vbr-13', delayMs: 0, lossShare: 0.05 } as const;
  const bursty = mosOf({ ...path, burstRatio: 3 }).r ?? 0;
  expect(bursty).toBeCloseTo(129 - (20 + (75 * 5) / (5 + 16.9)), 6);
  expect(bursty).toBeLessThan(mosOf({ ...path, burstRatio: 1 }).r ?? 0);
});

test.each([
  [0.02, 0.98, 0.02, 1],
  [0.02, 0.5, 0.038462, 1.9231],
  [0.01, 0.25, 0.038462, 3.8462],
])('a chain with p = %d and q = %d', (p, q, share, ratio) => {
  expect(p / (p + q)).toBeCloseTo(share, 6);
  expect(burstRatio(p, q)).toBeCloseTo(ratio, 4);
});

test('losses are counted with their bursts', () => {
  const played = [true, false, false, true, true, false, true, true, true, true];
  expect(countLoss(played)).toEqual({ expected: 10, lost: 3, bursts: 2 });
  expect(lossOf({ expected: 10, lost: 3, bursts: 2 })).toEqual({ share: 0.3, burstR: 1.5 * 0.7 });
  expect(lossOf(countLoss([true, true]))).toEqual({ share: 0, burstR: 1 });
});

test('each direction of a call is scored by the yardstick and by its own codec', () => {
  const record = {
    direction: 'down',
    codec: 'opus-wb-vbr-13',
    delayMs: 120,
    expected: 3_000,
    lost: 60,
    bursts: 20,
  } as const;
  const samples = [...quality([record, { ...record, direction: 'up', expected: 0, lost: 0 }])];
  expect(samples.map(({ kpi }) => kpi)).toEqual(['mos.down', 'mos.down.codec']);
  expect(samples[0]?.value).toBe(scoreOf(record, 'g711-plc').mos);
  expect(QUALITY.map(({ id }) => id)).toEqual(['mos.up', 'mos.down', 'mos.up.codec', 'mos.down.codec']);
});
