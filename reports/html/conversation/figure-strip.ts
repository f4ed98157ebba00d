// The numbers that matter, at the top of the page: each with what it must reach, and a way to the turns
// that made it.
import type { ConversationReport } from '../../conversation/conversation-report.ts';
import { explainKpi } from '../../conversation/finding.ts';
import { formatFigure, formatTarget, unitName } from '../../number.ts';
import { figureOf, type KpiResult, type Target } from '../../result.ts';
import { escaped, numberHtml } from '../markup.ts';

type Shown = readonly [title: string, id: string, statistic: Target['statistic']];

const SHOWN: readonly Shown[] = [
  ['answer p50', 'voice_to_voice_ms', 'p50'],
  ['answer p95', 'voice_to_voice_ms', 'p95'],
  ['silent after an interruption, p95', 'barge_stop_ear_ms', 'p95'],
  ['facts recalled', 'context_retention', 'value'],
  ['turns cut off', 'premature_endpoint_rate', 'value'],
  ['cost of a call', 'cost_usd', 'value'],
];

export function figureStrip({ result: { kpis } }: ConversationReport): string {
  const cells = SHOWN.flatMap(([title, id, statistic]) => {
    const kpi = kpis[id];
    const value = figureOf(kpi, statistic);
    if (kpi === undefined || value === null) return [];
    const figure = kpi.unit === 'USD' ? `$${formatFigure(value, 'USD')}` : formatFigure(value, kpi.unit);
    const unit = kpi.unit === 'USD' ? '' : ` <span class="unit">${escaped(unitName(kpi.unit))}</span>`;
    const number = numberHtml(figure, ['note', explainKpi(id, kpi)]);
    return [
      `<div><dt>${escaped(title)}</dt><dd class="figure">${number}${unit}</dd>` +
        `<dd class="goal">${goals(kpi, statistic)}` +
        `<a href="#k-${escaped(id)}" data-kpi="${escaped(id)}">n = ${kpi.n}</a></dd></div>`,
    ];
  });
  return cells.length === 0 ? '' : `<dl class="strip">${cells.join('')}</dl>`;
}

function goals(kpi: KpiResult, statistic: Target['statistic']): string {
  const own = [...kpi.required, ...kpi.ours].filter((target) => target.statistic === statistic);
  return own
    .map(({ held, origin, ...target }) => {
      const mark = held === null ? '–' : held ? '✓' : '✗';
      const look = held === null ? '' : ` class="${held ? 'good' : 'bad'}"`;
      const whose = origin === 'ours' ? ' (our own)' : '';
      return `<span${look}>${mark} ${escaped(formatTarget(target, kpi.unit))}${whose}</span> `;
    })
    .join('');
}
