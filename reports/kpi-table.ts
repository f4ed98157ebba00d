// The KPIs of one result in tables, one per group and unit, so that the unit stands in the header and
// every column has equal decimals. What was not measured is named in one line, not shown as zeros.
import { formatCount, formatFigure, formatTarget, unitName } from './number.ts';
import type { JudgedTarget, KpiResult, ScenarioResult } from './result.ts';
import { type Colours, type Column, layOut, wrap } from './text.ts';

const COLUMNS: readonly Column[] = [
  { width: 2 },
  { width: 37 },
  { width: 5, right: true },
  { width: 8, right: true },
  { width: 8, right: true },
  { width: 8, right: true },
  { width: 2 },
  { width: 11 },
  { width: 19 },
];

type Entry = readonly [string, KpiResult];

export function kpiTables(result: ScenarioResult, colours: Colours): readonly string[] {
  const entries = Object.entries(result.kpis);
  const tables = new Map<string, Entry[]>();
  for (const entry of entries) {
    const [, kpi] = entry;
    if (kpi.n === 0 && kpi.verdict !== 'fail') continue;
    const key = `${kpi.group} [${unitName(kpi.unit)}] ${'value' in kpi}`;
    tables.set(key, [...(tables.get(key) ?? []), entry]);
  }
  const missing = entries.filter(([, kpi]) => kpi.n === 0).map(([id]) => id);
  const text = [...tables.values()].map((table) => tableOf(table, colours)).join('\n');
  if (missing.length === 0) return [text];
  const words = ['not measured:', ...missing.map((id, at) => (at < missing.length - 1 ? `${id},` : id))];
  const lines = [...wrap(words, '  '), ...reasonsOf(result)];
  return [text, lines.map(colours.dim).join('\n')];
}

/** Why some cannot be, a line for each reason. */
function reasonsOf({ unmeasured = {} }: ScenarioResult): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const [id, why] of Object.entries(unmeasured)) byReason.set(why, [...(byReason.get(why) ?? []), id]);
  return [...byReason].flatMap(([why, ids]) => wrap([`${why}:`, ...ids], '    ').map((line) => `  ${line}`));
}

function tableOf(entries: readonly Entry[], colours: Colours): string {
  const [first] = entries;
  if (first === undefined) return '';
  const [, { group, unit }] = first;
  const single = 'value' in first[1];
  const names = single ? ['value', '95% low', 'high'] : ['p50', 'p95', 'p99'];
  const rated = !single || entries.some(([, kpi]) => kpi.interval !== null);
  const heads = rated ? names : ['value', '', ''];
  const head = ['', `${group} [${unitName(unit)}]`, 'n', ...heads, '', 'required', 'ours'];
  return layOut(COLUMNS, [
    head.map((name) => colours.dim(name)),
    ...entries.map((entry) => row(entry, colours)),
  ]);
}

function row([id, kpi]: Entry, colours: Colours): readonly string[] {
  const show = (value: number | null): string => formatFigure(value, kpi.unit);
  const interval = kpi.n < 10 ? kpi.interval : null;
  const figures =
    'value' in kpi
      ? [
          show(kpi.value),
          interval === null ? '' : show(interval.low),
          interval === null ? '' : show(interval.high),
        ]
      : [show(kpi.p50), show(kpi.p95), show(kpi.p99)];
  return [
    mark(kpi.verdict, colours),
    id,
    formatCount(kpi.n),
    ...figures,
    '',
    kpi.required.map((target) => formatTarget(target, kpi.unit)).join(' '),
    kpi.ours.map((target) => ownTarget(target, kpi.unit, colours)).join(' '),
  ];
}

function mark(verdict: KpiResult['verdict'], colours: Colours): string {
  if (verdict === 'none') return colours.dim('–');
  return verdict === 'pass' ? colours.green('✓') : colours.red('✗');
}

/** Not reaching our own target is not a failure, so it is never red. */
function ownTarget(target: JudgedTarget, unit: string, colours: Colours): string {
  const text = formatTarget(target, unit);
  if (target.held === null) return colours.dim(`–${text}`);
  return target.held ? colours.green(`✓${text}`) : colours.yellow(`✗${text}`);
}
