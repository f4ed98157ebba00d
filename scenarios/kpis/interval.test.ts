// What was going on at a moment: the same as looking at everything, in whatever order it was given.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Intervals, lastUpTo } from './interval.ts';

test('the first moment counts, the end does not, and what has no end goes on', () => {
  const talk = new Intervals([
    { fromUs: 100, untilUs: 200, what: 'caller' },
    { fromUs: 150, untilUs: Number.POSITIVE_INFINITY, what: 'radio' },
  ]);
  expect([99, 100, 150, 199, 200, 9_000].map((t) => talk.at(t))).toEqual([
    [],
    ['caller'],
    ['radio', 'caller'],
    ['radio', 'caller'],
    ['radio'],
    ['radio'],
  ]);
});

const moment = fc.nat(20);
const interval = fc.record({ fromUs: moment, untilUs: moment });

test('nothing is missed and nothing is made up', () => {
  fc.assert(
    fc.property(fc.array(interval), moment, (spans, t) => {
      const all = spans.map((span, what) => ({ ...span, what }));
      const expected = all.filter(({ fromUs, untilUs }) => fromUs <= t && t < untilUs);
      const found = new Intervals(all).at(t);
      expect(found.toSorted((one, other) => one - other)).toEqual(expected.map(({ what }) => what));
    }),
  );
});

test('the last that is not after a moment is the one a search from the end finds', () => {
  fc.assert(
    fc.property(fc.array(moment), moment, (moments, t) => {
      const sorted = moments.toSorted((one, other) => one - other);
      expect(lastUpTo(sorted, (value) => value, t)).toBe(sorted.findLastIndex((value) => value <= t));
    }),
  );
});
