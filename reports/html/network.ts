// The networks one by one: the ranges of both transports side by side, and every metric in a table.
import type { CompareResult, Metric } from '../compare/compare-result.ts';
import { contestsOf } from '../compare/contest.ts';
import { DRAW_RULE, networkFinding } from '../compare/finding.ts';
import { isHeld, outcomeOf } from '../compare/hold.ts';
import { ANSWER, cellOf, hasBoth, measuredMetrics, statisticOf } from '../compare/lookup.ts';
import { metricName, shown, signed, transportName } from '../compare/name.ts';
import { unitName } from '../number.ts';
import { rangeHtml } from './hero.ts';
import { sectionHtml, sentenceHtml, type TableCell, tableHtml } from './markup.ts';

export function networkSection(result: CompareResult): string {
  const chart = result.grid === null || !hasBoth(result) ? '' : rangeHtml('network', result);
  const lead = hasBoth(result) ? sentenceHtml([DRAW_RULE]) : '';
  return sectionHtml('networks', networkFinding(result), `${chart}${networkTable(result)}`, lead);
}

function networkTable(result: CompareResult): string {
  const metrics = measuredMetrics(result).filter(({ id }) => id !== ANSWER);
  const both = hasBoth(result);
  const head = [
    'network',
    'transport',
    'n',
    'voice to voice p50 [ms]',
    'p95 [ms]',
    ...(both ? ['Δ p95 [ms]'] : []),
    ...metrics.map(headOf),
  ];
  const contests = contestsOf(result);
  const rows = result.networks.flatMap(({ name }) =>
    result.transports.flatMap((transport, at): readonly TableCell[][] => {
      const measured = cellOf(result, transport, name);
      if (measured === undefined) return [];
      const index = result.cells.indexOf(measured);
      const contest = contests.find(({ network }) => network === name);
      const span = result.transports.length;
      const first: TableCell[] = at === 0 ? [{ text: name, head: true, span }] : [];
      const difference: TableCell[] =
        at > 0 || !both
          ? []
          : [
              {
                text: signed(contest?.p95 ?? null, 'ms'),
                origin: ['cell-', contest?.webrtc ?? -1, contest?.websocket ?? -1, ANSWER, 'p95'],
                span,
              },
            ];
      const answer = measured.figures[ANSWER];
      const bounds = result.metrics.find(({ id }) => id === ANSWER)?.bounds;
      return [
        [
          ...first,
          { text: transportName(transport), swatch: transport },
          { text: String(answer?.n ?? 0), origin: ['cell', index, ANSWER, 'p50'] },
          { text: shown(statisticOf(answer, 'p50'), 'ms'), origin: ['cell', index, ANSWER, 'p50'] },
          isHeld(measured)
            ? {
                text: shown(statisticOf(answer, 'p95'), 'ms'),
                origin: ['cell', index, ANSWER, 'p95'],
                ...markOf(statisticOf(answer, 'p95'), bounds?.[transport], 'lower'),
              }
            : { text: 'no call held', origin: ['note', `${outcomeOf(measured)}.`], mark: 'bad' },
          ...difference,
          ...metrics.map((metric): TableCell => {
            const value = statisticOf(measured.figures[metric.id], metric.statistic);
            return {
              text: shown(value, metric.unit),
              origin: ['cell', index, metric.id, metric.statistic],
              // Where nobody talks nothing is kept, however little is sent.
              ...(isHeld(measured) ? markOf(value, metric.bounds[transport], metric.better) : {}),
            };
          }),
        ],
      ];
    }),
  );
  const caption =
    'Every metric per network; ✓ and ✗ where something is required, Δ is WebSocket minus WebRTC';
  return tableHtml(caption, head, rows, 2);
}

function markOf(
  value: number | null,
  bound: number | undefined,
  better: Metric['better'],
): { readonly mark?: 'good' | 'bad' } {
  if (value === null || bound === undefined) return {};
  return { mark: (better === 'lower' ? value < bound : value > bound) ? 'good' : 'bad' };
}

function headOf(metric: Metric): string {
  const { unit, provisional } = metric;
  const bare = unit === 'MOS' || unit === 'count';
  return `${metricName(metric)}${bare ? '' : ` [${unitName(unit)}]`}${provisional ? ' *' : ''}`;
}
