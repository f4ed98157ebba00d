// Which KPIs a comparison shows, and in what words. Definitions, units and requirements are the KPIs'
// own; one that the registry does not know, or that no run measures, is simply not shown.
import type { Metric } from '#reports/compare/compare-result.ts';
import type { KpiDefinition, TransportTarget } from '../kpis/definition.ts';
import { KPIS } from '../kpis/registry.ts';
import { TRANSPORTS } from './request.ts';

type Column = { readonly id: string; readonly label: string };

/** In the order in which they are shown. */
const COLUMNS: readonly Column[] = [
  { id: 'voice_to_voice_ms', label: 'voice to voice' },
  { id: 'barge_stop_ear_ms', label: 'barge-in stop' },
  { id: 'mos.up', label: 'MOS up' },
  { id: 'mos.down', label: 'MOS down' },
  { id: 'wer', label: 'word errors' },
  { id: 'context_retention', label: 'retention' },
  { id: 'rebuffers', label: 'stalls per call' },
  { id: 'concealed_ms_ratio', label: 'concealed' },
  { id: 'unanswered_turns', label: 'unanswered per call' },
  { id: 'bandwidth_kbps.up', label: 'bandwidth up' },
  { id: 'bandwidth_kbps.down', label: 'bandwidth down' },
];

/** A KPI with its place on the page. */
export type Compared = { readonly kpi: KpiDefinition; readonly metric: Metric };

export const COMPARED_KPIS: readonly Compared[] = COLUMNS.flatMap(({ id, label }) => {
  const kpi = KPIS.find((candidate) => candidate.id === id);
  return kpi === undefined ? [] : [{ kpi, metric: metricOf(kpi, label) }];
});

function metricOf(kpi: KpiDefinition, label: string): Metric {
  const { id, about, unit, better, summary, prd } = kpi;
  const statistic = summary === 'percentiles' ? 'p95' : 'value';
  return {
    id,
    label,
    about: summary === 'sum' ? `${about}, per call` : about,
    unit,
    better: better === 'higher' ? 'higher' : 'lower',
    statistic,
    bounds: boundsOf(prd, statistic),
    provisional: about.includes('provisional'),
  };
}

/** One-sided requirements on that statistic, per transport. */
function boundsOf(targets: readonly TransportTarget[], statistic: 'p95' | 'value'): Record<string, number> {
  const bounds: Record<string, number> = {};
  for (const target of targets) {
    if (target.statistic !== statistic || target.comparison === '=') continue;
    for (const transport of TRANSPORTS) {
      if ((target.transport ?? transport) === transport) bounds[transport] = target.bound;
    }
  }
  return bounds;
}
