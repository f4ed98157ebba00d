// What a KPI is: a name, a sentence, a unit, where it is observed, how samples become one figure, and
// what it must reach. The definitions themselves stand beside the folds that measure them. The verdict
// is the requirement's (PRD) or the scenario's; our own targets are shown as reached or not.
import type { Target } from '#reports/result.ts';

export type KpiGroup =
  | 'latency'
  | 'turn-taking'
  | 'interruption'
  | 'context'
  | 'speech'
  | 'transport'
  | 'reliability'
  | 'cost'
  | 'laboratory';

/**
 * How samples become figures. `percentiles`: p50, p95, p99 of the values. `rate`: share of events
 * that hit (values 0 or 1), with n and interval. `ratio`: Σ value / Σ of. `mean` and `sum`: of values.
 */
export type Summary = 'percentiles' | 'rate' | 'ratio' | 'mean' | 'sum';

export type KpiDefinition = {
  readonly id: string;
  readonly group: KpiGroup;
  readonly about: string;
  readonly unit: string;
  readonly point: 'ear' | 'agent' | 'vendor' | 'laboratory';
  readonly summary: Summary;
  readonly better: 'lower' | 'higher' | 'neither';
  /** Required: decides the verdict. `transport` limits it to one, `client` to calls with that client. */
  readonly prd: readonly TransportTarget[];
  /** What the default policy must reach, and goals of the requirements that are not limits. */
  readonly ours: readonly TransportTarget[];
};

export type TransportTarget = Target & {
  readonly transport?: 'websocket' | 'webrtc';
  readonly client?: 'stock' | 'parley';
};

/** One measurement. `of`: the denominator's share in a `ratio`. `act`: the evidence in the script. */
export type Sample = {
  readonly kpi: string;
  readonly value: number;
  readonly of?: number;
  readonly act?: number;
};

type Draft = Omit<KpiDefinition, 'group' | 'prd' | 'ours'> & {
  readonly prd?: readonly TransportTarget[];
  readonly ours?: readonly TransportTarget[];
};

/** Definitions of one family; targets that are not given are none. */
export const define = (group: KpiGroup, drafts: readonly Draft[]): readonly KpiDefinition[] =>
  drafts.map((draft) => ({ prd: [], ours: [], ...draft, group }));

/** A target as it is written: `at('p95', '<', 300)`. */
export const at = (
  statistic: Target['statistic'],
  comparison: Target['comparison'],
  bound: number,
  transport?: 'websocket' | 'webrtc',
): TransportTarget => ({ statistic, comparison, bound, ...(transport === undefined ? {} : { transport }) });

/** The same for calls of our own client alone, whatever the transport. */
export const own = (target: TransportTarget): TransportTarget => ({ ...target, client: 'parley' });
