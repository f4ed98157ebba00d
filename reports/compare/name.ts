// Names and figures as people read them in a comparison: transports with their capitals, numbers with
// thin separators and the decimals of their unit.
import { unitName } from '../number.ts';
import type { Metric } from './compare-result.ts';

const TRANSPORTS: Readonly<Record<string, string>> = {
  webrtc: 'WebRTC',
  websocket: 'WebSocket',
  daily: 'Daily',
};

export const transportName = (transport: string): string => TRANSPORTS[transport] ?? transport;

/** `1,234`, `97.5`, `4.21`; – for none. The unit stands elsewhere. */
export function shown(value: number | null, unit: string): string {
  if (value === null) return '–';
  const scaled = unit === 'share' ? value * 100 : value;
  const decimals = DECIMALS[unit] ?? 1;
  const text = Math.abs(scaled).toFixed(decimals);
  const [whole = '', part] = text.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const sign = scaled < 0 && Number(text) !== 0 ? '−' : '';
  return `${sign}${grouped}${part === undefined ? '' : `.${part}`}`;
}

export const shownWithUnit = (value: number | null, unit: string): string =>
  value === null || unit === 'MOS' || unit === 'count'
    ? shown(value, unit)
    : `${shown(value, unit)} ${unitName(unit)}`;

/** With + or −, for differences; a difference of shares is in percentage points. */
export function signed(value: number | null, unit: string): string {
  const text = shown(value, unit);
  return value !== null && value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A duration in words: ms up to two seconds, seconds beyond. */
export const duration = (ms: number): string =>
  Math.abs(ms) < 2_000 ? `${shown(ms, 'ms')} ms` : `${(ms / 1_000).toFixed(1)} s`;

/** A metric's label with its statistic, where it has several. */
export const metricName = ({ label, statistic }: Pick<Metric, 'label' | 'statistic'>): string =>
  statistic === 'value' ? label : `${label} ${statistic}`;

/** `a`, `a and b`, `a, b and c`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

/** `1 call`, `1,200 calls`, `0 calls`. */
export const counted = (count: number, noun: string): string =>
  `${shown(count, 'ms')} ${noun}${count === 1 ? '' : 's'}`;

/** `seed 5`, or `seeds 5 to 24`. */
export const seedSpan = ({ first, count }: { readonly first: number; readonly count: number }): string =>
  count === 1 ? `seed ${first}` : `seeds ${first} to ${first + count - 1}`;

const DECIMALS: Readonly<Record<string, number>> = { ms: 0, share: 1, MOS: 2, kbps: 0, count: 1, words: 1 };
