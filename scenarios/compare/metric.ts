// Which KPIs a comparison shows, and in what words. Definitions, units and requirements are the KPIs'
// own; one that the registry does not know, or that no run measures, is simply not shown.
import type { Metric } from '#reports/compare/compare-result.ts';
import type { KpiDefinition, TransportTarget } from '../kpis/definition.ts';
import { KPIS } from '../kpis/registry.ts';
import { TRANSPORTS, type TransportName } from './request.ts';

/**
 * A KPI with its words. `transport`: what it counts is something else over the other one, so that it is
 * shown for this one alone, as `as`, and explained by `about`.
 */
type Column = {
  readonly id: string;
  readonly label: string;
  readonly as?: string;
  readonly about?: string;
  readonly transport?: TransportName;
};

/** Whose calls are compared: what binds our own client alone binds none of them. */
const CLIENT = 'stock';

/** In the order in which they are shown. */
const COLUMNS: readonly Column[] = [
  { id: 'voice_to_voice_ms', label: 'voice to voice' },
  { id: 'barge_stop_ear_ms', label: 'barge-in stop' },
  { id: 'mos.up', label: 'MOS up' },
  { id: 'mos.down', label: 'MOS down' },
  { id: 'wer', label: 'word errors' },
  { id: 'context_retention', label: 'retention' },
  {
    id: 'rebuffers',
    label: 'player ran dry per call (WebSocket)',
    about: 'times the player had nothing to play in mid-reply: silence, and the rest comes later',
    transport: 'websocket',
  },
  {
    id: 'rebuffers',
    as: 'concealments',
    label: 'concealments per call (WebRTC)',
    about:
      'times the jitter buffer made up sound for packets that were missing: the reply is not delayed, and ' +
      'the shorter ones are not heard',
    transport: 'webrtc',
  },
  { id: 'concealed_ms_ratio', label: 'concealed' },
  { id: 'unanswered_turns', label: 'unanswered per call' },
  { id: 'bandwidth_kbps.up', label: 'bandwidth up' },
  { id: 'bandwidth_kbps.down', label: 'bandwidth down' },
];

/** A KPI with its place on the page; with `transport`, measured over that one alone. */
export type Compared = {
  readonly kpi: KpiDefinition;
  readonly metric: Metric;
  readonly transport?: TransportName;
};

export const COMPARED_KPIS: readonly Compared[] = COLUMNS.flatMap((column): readonly Compared[] => {
  const kpi = KPIS.find((candidate) => candidate.id === column.id);
  if (kpi === undefined) return [];
  const { transport } = column;
  return [{ kpi, metric: metricOf(kpi, column), ...(transport === undefined ? {} : { transport }) }];
});

function metricOf(kpi: KpiDefinition, { label, as: id = kpi.id, about = kpi.about }: Column): Metric {
  const { unit, better, summary, prd } = kpi;
  const statistic = summary === 'percentiles' ? 'p95' : 'value';
  return {
    id,
    label,
    about: summary === 'sum' ? `${about}, per call` : about,
    unit,
    better: better === 'higher' ? 'higher' : 'lower',
    statistic,
    bounds: boundsOf(prd, statistic),
    provisional: kpi.about.includes('provisional'),
  };
}

/** One-sided requirements on that statistic, per transport, as far as they bind the compared client. */
function boundsOf(targets: readonly TransportTarget[], statistic: 'p95' | 'value'): Record<string, number> {
  const bounds: Record<string, number> = {};
  for (const target of targets) {
    if (target.statistic !== statistic || target.comparison === '=') continue;
    if (target.client !== undefined && target.client !== CLIENT) continue;
    for (const transport of TRANSPORTS) {
      if ((target.transport ?? transport) === transport) bounds[transport] = target.bound;
    }
  }
  return bounds;
}
