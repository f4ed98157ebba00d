// What noise and distance take of the words: nothing of clear speech, more with every decibel, never more
// than all.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorsAt } from './mishearing.ts';

test('clear speech loses nothing', () => {
  expect(errorsAt(60, 0)).toEqual({ misheard: 0, lost: 0 });
  expect(errorsAt(30, 6)).toEqual({ misheard: 0, lost: 0 });
});

test('a tenth of the words suffers near 5 dB, half of them a little below 0', () => {
  const share = (snrDb: number) => errorsAt(snrDb, 0).misheard + errorsAt(snrDb, 0).lost;
  expect(share(5)).toBeCloseTo(0.09);
  expect(share(-5)).toBeCloseTo(0.55);
  expect(share(20)).toBeLessThan(0.01);
});

test('somebody across the room is half understood, an echo at -36 dB not at all', () => {
  expect(errorsAt(60, 20)).toEqual({ misheard: 0, lost: 0.5 });
  expect(errorsAt(60, 40)).toEqual({ misheard: 0, lost: 1 });
});

test('less signal never helps', () => {
  const level = fc.double({ min: -40, max: 80, noNaN: true });
  fc.assert(
    fc.property(level, level, level, (one, other, lossDb) => {
      const [worse, better] = [Math.min(one, other), Math.max(one, other)];
      const all = (snrDb: number) => errorsAt(snrDb, lossDb).misheard + errorsAt(snrDb, lossDb).lost;
      expect(all(worse)).toBeGreaterThanOrEqual(all(better) - 1e-12);
      expect(all(worse)).toBeLessThanOrEqual(1);
      expect(all(better)).toBeGreaterThanOrEqual(0);
    }),
  );
});
