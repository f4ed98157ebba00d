// Verdicts as a terminal shows them: one row for each provider, then for each failure what to do. At most 100
// columns; colour is never the only signal.
import pico from 'picocolors';
import { type Colours, layOut } from '#reports/text.ts';
import { formatError } from '../error.ts';
import type { Spread, Verdict } from './examination.ts';

/** Text with a newline at its end. */
export function verdictTable(verdicts: readonly Verdict[], colour: boolean): string {
  const colours = pico.createColors(colour);
  const head = ['', 'stage', 'provider', 'from', '', 'connect', 'open', 'answer', 'cost'];
  const rows = verdicts.map((verdict) => row(verdict, colours));
  const errors = verdicts.flatMap(({ error }) => (error === undefined ? [] : [formatError(error)]));
  const blocks = [
    layOut(COLUMNS, [head.map((name) => colours.dim(name)), ...rows]),
    LEGEND.map((line) => colours.dim(line)).join('\n'),
    ...errors,
    sumOf(verdicts),
  ];
  return `${blocks.join('\n\n')}\n`;
}

const COLUMNS = [
  { width: 2 },
  { width: 8 },
  { width: 17 },
  { width: 17 },
  { width: 8 },
  { width: 12, right: true },
  { width: 12, right: true },
  { width: 13, right: true },
  { width: 11, right: true },
];

const LEGEND = [
  'connect: name, TCP, TLS · open: the vendor’s answer to a new connection · answer: final transcript',
  'after the speech, first token, first audio · p50/max in ms',
];

function row(verdict: Verdict, colours: Colours): readonly string[] {
  const { stage, place, provider, address, host, family, region, state, usd } = verdict;
  return [
    state === 'ok' ? colours.green('✓') : colours.red('✗'),
    place === 'first' ? stage : `${stage} 2nd`,
    provider,
    state === 'no key' ? 'no key' : (address ?? host),
    family === null ? '' : `v${family}${region === null ? '' : ` ${region}`}`,
    shown(verdict.connectMs),
    shown(verdict.openMs),
    shown(verdict.answerMs),
    usd === null ? '?' : `$${usd.toFixed(5)}`,
  ];
}

const shown = (spread: Spread): string =>
  spread === null ? '–' : `${whole(spread.p50)}/${whole(spread.max)}`;

const whole = (value: number): string => value.toFixed(value < 10 ? 1 : 0);

function sumOf(verdicts: readonly Verdict[]): string {
  const failed = verdicts.filter(({ state }) => state !== 'ok').length;
  const known = verdicts.reduce((sum, { usd }) => sum + (usd ?? 0), 0);
  const unknown = verdicts.some(({ usd }) => usd === null) ? ' and what has no known price' : '';
  const result = failed === 0 ? `all ${verdicts.length} work` : `${failed} of ${verdicts.length} do not work`;
  return `${result}; this cost $${known.toFixed(5)}${unknown}`;
}
