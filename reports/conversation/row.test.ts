// Overlapping spans are put side by side, and no row ever holds two at a time.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Span } from './conversation-report.ts';
import { placeSpans, rowCount } from './row.ts';

const span = (fromUs: number, untilUs: number, group?: string): Span => ({
  fromUs,
  untilUs,
  label: '',
  look: 'solid',
  ...(group === undefined ? {} : { group }),
});

test('spans that follow one another share a row, spans that overlap do not', () => {
  expect(placeSpans([span(0, 10), span(10, 20), span(15, 30)]).map(({ row }) => row)).toEqual([0, 0, 1]);
});

test('the parts of a request stay together, however long its neighbours are', () => {
  const placed = placeSpans([span(0, 10, 'a'), span(5, 12), span(20, 30, 'a')]);
  expect(placed.filter((one) => one.span.group === 'a').map(({ row }) => row)).toEqual([0, 0]);
  expect(placed.find((one) => one.span.group === undefined)?.row).toBe(1);
});

test('no two spans of a row overlap, and none is lost', () => {
  const spans = fc.array(
    fc.tuple(fc.nat(100), fc.nat(30)).map(([from, length]) => span(from, from + length)),
  );
  fc.assert(
    fc.property(spans, (all) => {
      const placed = placeSpans(all);
      expect(placed.length).toBe(all.length);
      for (let row = 0; row < rowCount(placed); row += 1) {
        const own = placed.filter((one) => one.row === row).map((one) => one.span);
        for (const [index, next] of own.slice(1).entries()) {
          expect(next.fromUs).toBeGreaterThanOrEqual(own[index]?.untilUs ?? 0);
        }
      }
    }),
  );
});
