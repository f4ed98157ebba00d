// Numbers as people read them: each unit with its own fixed number of decimals, so that a column lines
// up, and shares as per cent. A missing figure is a dash.
import type { Target } from './result.ts';

/** The unit as it stands in a header: shares are shown in per cent. */
export const unitName = (unit: string): string => (unit === 'share' ? '%' : unit);

/** `value` with the decimals of its unit, without the unit; – for none. */
export function formatFigure(value: number | null, unit: string): string {
  if (value === null) return '–';
  const scaled = unit === 'share' ? value * 100 : value;
  const text = scaled.toFixed(DECIMALS[unit] ?? 1);
  // Below the last decimal there is no sign left to show.
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}

/** With its unit behind a blank: `812.4 ms`, `97.5 %`; – for none. */
export const formatWithUnit = (value: number | null, unit: string): string =>
  value === null ? '–' : `${formatFigure(value, unit)} ${unitName(unit)}`;

/** How many, in at most five digits: `99999`, `280k`. */
export const formatCount = (count: number): string =>
  count < 100_000 ? String(count) : `${Math.floor(count / 1_000)}k`;

/** `p95<1000`, `≥99%`: short enough for a column. */
export function formatTarget({ statistic, comparison, bound }: Target, unit: string): string {
  const sign = comparison === '<=' ? '≤' : comparison === '>=' ? '≥' : comparison;
  // Six digits are more than any target has, and hide what 0.07 · 100 leaves behind.
  const text = unit === 'share' ? `${Number((bound * 100).toPrecision(6))}%` : `${bound}`;
  return `${statistic === 'value' ? '' : statistic}${sign}${text}`;
}

const DECIMALS: Readonly<Record<string, number>> = {
  ms: 1,
  share: 1,
  USD: 5,
  'USD/min': 5,
  count: 0,
  words: 0,
  tokens: 1,
  chars: 1,
  x: 0,
  '1/s': 0,
};
