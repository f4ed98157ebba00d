import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Knot, knotFault, Quantile } from './quantile.ts';

const knots = fc
  .array(fc.record({ p: fc.double({ min: 0.001, max: 0.999, noNaN: true }), step: fc.nat(5_000) }), {
    maxLength: 6,
  })
  .chain((inner) => fc.nat(100).map((first) => ({ inner, first })))
  .map(({ inner, first }): Knot[] => {
    const ps = [...new Set(inner.map(({ p }) => p))].sort((a, b) => a - b);
    let value = first;
    const middle = ps.map((p, index): Knot => {
      value += inner[index]?.step ?? 0;
      return [p, value];
    });
    return [[0, first], ...middle, [1, value + 10]];
  });
const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('a quantile function', () => {
  it('never falls, and stays between its ends, for any knots', () => {
    fc.assert(
      fc.property(knots, unit, unit, (list, a, b) => {
        const quantile = new Quantile(list);
        const [low, high] = [quantile.sample(Math.min(a, b)), quantile.sample(Math.max(a, b))];
        expect(low).toBeLessThanOrEqual(high * (1 + 1e-12));
        expect(low).toBeGreaterThanOrEqual((list[0]?.[1] ?? 0) * (1 - 1e-12));
        expect(high).toBeLessThanOrEqual(list.at(-1)?.[1] ?? 0);
      }),
    );
  });

  it('goes through its knots exactly and by ratios between them', () => {
    const quantile = new Quantile([
      [0, 100],
      [0.5, 200],
      [1, 800],
    ]);
    expect([0, 0.25, 0.5, 0.75, 1].map((u) => Math.round(quantile.sample(u)))).toEqual([
      100, 141, 200, 400, 800,
    ]);
  });

  it('rises in a line from zero', () => {
    const quantile = new Quantile([
      [0, 0],
      [1, 50],
    ]);
    expect(quantile.sample(0.5)).toBe(25);
  });

  it('names what is wrong with knots', () => {
    expect(knotFault([[0, 1]])).toMatch('two knots');
    expect(
      knotFault([
        [0, 2],
        [1, 1],
      ]),
    ).toMatch('falls');
    expect(
      knotFault([
        [0, 2],
        [0.5, 3],
      ]),
    ).toMatch('probability 1');
    expect(
      knotFault([
        [0, -1],
        [1, 3],
      ]),
    ).toMatch('negative');
  });
});
