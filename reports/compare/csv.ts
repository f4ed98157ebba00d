// The comparison as CSV (RFC 4180), one row per figure: easy to pivot, with empty fields for what was
// not measured.
import type { CompareResult, Figure } from './compare-result.ts';
import { intervalOf, metricOf, statisticOf } from './lookup.ts';

const HEAD = [
  'kind',
  'transport',
  'network',
  'rtt_ms',
  'jitter_ms',
  'loss_percent',
  'metric',
  'unit',
  'n',
  'p50',
  'p50_low',
  'p50_high',
  'p95',
  'p95_low',
  'p95_high',
  'value',
  'value_low',
  'value_high',
  'runs',
  'unfinished',
  'trace',
] as const;

export function compareCsv(result: CompareResult): string {
  const named = result.cells.flatMap((cell) =>
    rows(result, ['network', cell.transport, cell.network, null, null, null], cell),
  );
  const grid = (result.grid?.cells ?? []).flatMap((cell) =>
    rows(result, ['grid', cell.transport, '', cell.rttMs, cell.jitterMs, cell.lossPercent], cell),
  );
  return [HEAD, ...named, ...grid].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

type Field = string | number | null;

function rows(
  result: CompareResult,
  place: readonly Field[],
  cell: {
    readonly figures: Readonly<Record<string, Figure>>;
    readonly runs: number;
    readonly unfinished: number;
    readonly traceHash: string;
  },
): readonly (readonly Field[])[] {
  return Object.entries(cell.figures).map(([id, figure]) => [
    ...place,
    id,
    metricOf(result, id)?.unit ?? '',
    figure.n,
    ...(['p50', 'p95', 'value'] as const).flatMap((statistic) => {
      const interval = intervalOf(figure, statistic);
      return [statisticOf(figure, statistic), interval?.low ?? null, interval?.high ?? null];
    }),
    cell.runs,
    cell.unfinished,
    cell.traceHash,
  ]);
}

function field(value: Field): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
