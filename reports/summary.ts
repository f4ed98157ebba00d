// Results as Markdown, for a pull request or a job's summary page: the verdict, the three numbers that
// matter, the requirements, and why the failed ones failed.
import { headlinesOf, setupOf } from './headline.ts';
import { formatFigure, formatTarget, unitName } from './number.ts';
import type { JudgedTarget, KpiResult, ScenarioResult } from './result.ts';

/** One page for all `results`. */
export function summary(results: readonly ScenarioResult[]): string {
  const overview = results.length > 1 ? [overviewOf(results)] : [];
  return `${[...overview, ...results.map(section)].join('\n\n')}\n`;
}

function overviewOf(results: readonly ScenarioResult[]): string {
  const failed = results.filter(({ verdict }) => verdict === 'fail').length;
  const title =
    failed === 0
      ? `✓ all ${results.length} scenarios passed`
      : `✗ ${failed} of ${results.length} scenarios failed`;
  const [first] = results;
  const names = first === undefined ? [] : headlinesOf(first).map(({ name }) => name);
  const rows = results.map((result) => [
    result.verdict === 'pass' ? '✓' : '✗',
    cell(result.scenario),
    ...headlinesOf(result).map(({ figure }) => figure),
  ]);
  return `# ${title}\n\n${table(['', 'scenario', ...names], rows)}`;
}

function section(result: ScenarioResult): string {
  const mark = result.verdict === 'pass' ? '✓ pass' : '✗ fail';
  const setup = setupOf(result).map(([name, value]) => `${name} \`${value}\``);
  const headlines = headlinesOf(result).map(({ name, figure }) => `${name} **${figure}**`);
  const measured = Object.entries(result.kpis).filter(([, kpi]) => kpi.n > 0);
  const missing = Object.entries(result.kpis).filter(([, kpi]) => kpi.n === 0);
  return [
    `## ${mark}: ${cell(result.scenario)}`,
    result.about,
    setup.join(' · '),
    headlines.join(' · '),
    ...result.failures.map((failure) => `- ✗ ${failure.why}\n  \`${failure.replay}\``),
    table(
      ['', 'KPI', 'unit', 'n', 'value', 'p50', 'p95', 'p99', 'required', 'ours'],
      measured.map(([id, kpi]) => row(id, kpi)),
    ),
    ...(missing.length === 0 ? [] : [`Not measured: ${missing.map(([id]) => `\`${id}\``).join(', ')}.`]),
    ...Object.entries(result.unmeasured ?? {}).map(([id, why]) => `- \`${id}\`: ${why}`),
    `Trace \`${result.traceHash}\`, ${result.simulatedSeconds.toFixed(1)} s of conversation.`,
  ].join('\n\n');
}

const MARKS = { pass: '✓', fail: '✗', none: '–' } as const;

function row(id: string, kpi: KpiResult): readonly string[] {
  const figures =
    'value' in kpi
      ? [withInterval(kpi.value, kpi), '', '', '']
      : ['', ...[kpi.p50, kpi.p95, kpi.p99].map((value) => formatFigure(value, kpi.unit))];
  return [
    MARKS[kpi.verdict],
    `\`${id}\``,
    unitName(kpi.unit),
    String(kpi.n),
    ...figures,
    targets(kpi.required, kpi.unit),
    targets(kpi.ours, kpi.unit),
  ];
}

/** Few events: a rate is shown with what it may really be. */
function withInterval(value: number | null, { n, interval, unit }: KpiResult): string {
  const text = formatFigure(value, unit);
  if (interval === null || n >= 10) return text;
  return `${text} (${formatFigure(interval.low, unit)}…${formatFigure(interval.high, unit)})`;
}

const targets = (judged: readonly JudgedTarget[], unit: string): string =>
  judged
    .map((target) => `${target.held === null ? '–' : target.held ? '✓' : '✗'} ${formatTarget(target, unit)}`)
    .join(', ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index < 2 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
