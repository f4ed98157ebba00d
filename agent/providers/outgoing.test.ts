// Audio on its way to a vendor that wants it in even pieces and no faster than it was spoken.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ms } from '../core/time.ts';
import { Outgoing } from './outgoing.ts';

/** One byte lasts a millisecond. */
const made = (aheadMs: number) =>
  new Outgoing({ pieceBytes: 50, bytesPerS: 1_000, aheadUs: aheadMs === Infinity ? Infinity : ms(aheadMs) });

const all = (outgoing: Outgoing, at: number) => {
  const taken: (Uint8Array | string)[] = [];
  for (let one = outgoing.take(at); one !== undefined; one = outgoing.take(at)) taken.push(one);
  return taken;
};

test('audio goes in pieces of one length, and words after the audio before them', () => {
  const outgoing = made(Infinity);
  outgoing.push(new Uint8Array(20).fill(1));
  expect(all(outgoing, 0)).toEqual([]);
  outgoing.push(new Uint8Array(40).fill(2));
  outgoing.say('now');
  const taken = all(outgoing, 0);
  expect(taken.map((one) => (typeof one === 'string' ? one : one.length))).toEqual([50, 50, 'now']);
  expect(taken[1]).toEqual(Uint8Array.from({ length: 50 }, (_, index) => (index < 10 ? 2 : 0)));
});

test('what was kept back goes out no faster than it was spoken, but for a little', () => {
  const outgoing = made(100);
  outgoing.push(new Uint8Array(1_000));
  outgoing.say('now');
  expect(all(outgoing, 0)).toHaveLength(3);
  expect([outgoing.at, outgoing.delayUs]).toEqual([ms(50), ms(900)]);
  expect(all(outgoing, ms(49))).toEqual([]);
  expect(all(outgoing, ms(50))).toHaveLength(1);
  const taken: unknown[] = [];
  let at = ms(50);
  while (outgoing.at !== Infinity) {
    at = Math.max(at, outgoing.at);
    taken.push(...all(outgoing, at));
  }
  expect([taken.at(-1), at]).toEqual(['now', ms(850)]);
});

test('nothing is lost, whatever the pieces it comes in', () => {
  const parts = fc.array(fc.uint8Array({ minLength: 1, maxLength: 120 }), { maxLength: 20 });
  fc.assert(
    fc.property(parts, (given) => {
      const outgoing = made(Infinity);
      for (const part of given) outgoing.push(part);
      outgoing.say('');
      const sent = all(outgoing, 0).flatMap((one) => (typeof one === 'string' ? [] : [...one]));
      const whole = given.flatMap((part) => [...part]);
      expect(sent.slice(0, whole.length)).toEqual(whole);
      expect(sent.slice(whole.length).every((byte) => byte === 0)).toBe(true);
    }),
  );
});
