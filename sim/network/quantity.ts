// Figures with units, as people write them: `40ms`, `2%`, `1mbit`, `64kB`. A bare number is taken in
// the unit that the measured tables use. What is not a finite number in a known unit and in range is
// refused in words, without the name of the field, which the reader adds.
import type { Range } from './range.ts';

/** Factors by unit, in lower case; `''` is the bare number. The first unit is shown in complaints. */
export type Unit = { readonly shown: string; readonly factors: Readonly<Record<string, number>> };

export const DURATION_MS: Unit = { shown: 'ms', factors: { '': 1, us: 0.001, ms: 1, s: 1_000, min: 60_000 } };
export const DURATION_S: Unit = { ...DURATION_MS, factors: { ...DURATION_MS.factors, '': 1_000 } };
export const SHARE: Unit = { shown: '', factors: { '': 1, '%': 0.01 } };
export const FREQUENCY: Unit = { shown: '/s', factors: { '': 1, '/s': 1, '/min': 1 / 60 } };
export const COUNT: Unit = { shown: '', factors: { '': 1 } };
export const SIZE: Unit = {
  shown: 'B',
  factors: { '': 1, b: 1, kb: 1_000, mb: 1_000_000, kib: 1_024, mib: 1_048_576 },
};
export const RATE: Unit = {
  shown: 'kbit',
  factors: {
    '': 1,
    ...Object.fromEntries(
      ['bit', 'bit/s', 'bps'].flatMap((name) => [
        [name, 0.001],
        [`k${name}`, 1],
        [`m${name}`, 1_000],
        [`g${name}`, 1_000_000],
      ]),
    ),
  },
};

export type Quantity =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: string };

/** The value of `text` in the base unit of `unit`, when it lies in `range`. */
export function readQuantity(text: string, unit: Unit, range: Range): Quantity {
  const match = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)([a-z%/]*)$/i.exec(text);
  const factor = unit.factors[match?.[2]?.toLowerCase() ?? '?'];
  if (match === null || factor === undefined) {
    const units = Object.keys(unit.factors).filter((name) => name !== '');
    const known = units.length === 0 ? '' : ` (units: ${units.join(', ')})`;
    return { ok: false, reason: `"${text}" is not a number${known}` };
  }
  // Twelve digits are more than anybody means and hide what the factors add (0.07 · 1000).
  const value = Number((Number(match[1]) * factor).toPrecision(12));
  const [min, max] = range;
  if (value >= min && value <= max) return { ok: true, value };
  const bound = value < min ? `less than ${shown(min, unit)}` : `more than ${shown(max, unit)}`;
  return { ok: false, reason: `${text} is ${bound}` };
}

const shown = (value: number, unit: Unit): string =>
  unit === SHARE ? `${value * 100} %` : `${value}${unit.shown === '' ? '' : ` ${unit.shown}`}`;
