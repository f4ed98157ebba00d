// Samples of all runs made into the figure of one KPI and held against its targets. A missing figure is
// null and breaks no general target; a target that the scenario itself sets must be measured to hold.

import { unreachable } from '#agent/core/assert.ts';
import { figureOf, type JudgedTarget, type KpiResult, type Target, writeTarget } from '#reports/result.ts';
import type { TargetOverride } from '../script/scenario.ts';
import type { KpiDefinition, Sample, TransportTarget } from './definition.ts';
import { spreadOf, wilson } from './statistic.ts';

/** How a call was made, as far as targets depend on it. `client`: the stock one when absent. */
export type CallKind = { readonly transport: string; readonly client?: string };

/** The figure of `definition` from its `samples`, judged for calls of a kind. */
export function figure(
  definition: KpiDefinition,
  samples: readonly Sample[],
  call: CallKind,
  overrides: readonly TargetOverride[],
): KpiResult {
  const { id, group, about, unit, point, better } = definition;
  const base = {
    group,
    about,
    unit,
    point,
    better,
    n: samples.length,
    interval: intervalOf(definition, samples),
  };
  const none = { target: null, verdict: 'none', required: [], ours: [] } as const;
  const measured: KpiResult = { ...base, ...none, required: [], ours: [], ...reduce(definition, samples) };
  const own = overrides.filter((override) => override.kpi === id);
  const required =
    own.length > 0 ? judgeAll(measured, own, 'scenario') : generals(measured, definition.prd, call, 'prd');
  return {
    ...measured,
    target: required.length === 0 ? null : required.map(writeTarget).join(', '),
    verdict: verdictOf(required),
    required,
    ours: generals(measured, definition.ours, call, 'ours'),
  };
}

type Reduced =
  | { readonly value: number | null }
  | { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };

function reduce({ summary }: KpiDefinition, samples: readonly Sample[]): Reduced {
  const values = samples.map((sample) => sample.value);
  const total = values.reduce((sum, value) => sum + value, 0);
  const known = values.length > 0;
  switch (summary) {
    case 'percentiles':
      return spreadOf(values);
    case 'rate':
    case 'mean':
      return { value: known ? total / values.length : null };
    case 'sum':
      return { value: known ? total : null };
    case 'ratio': {
      const of = samples.reduce((sum, sample) => sum + (sample.of ?? 0), 0);
      return { value: of > 0 ? total / of : null };
    }
    default:
      return unreachable(summary);
  }
}

function intervalOf({ summary }: KpiDefinition, samples: readonly Sample[]): KpiResult['interval'] {
  if (summary !== 'rate') return null;
  return wilson(samples.filter((sample) => sample.value === 1).length, samples.length);
}

const generals = (
  measured: KpiResult,
  targets: readonly TransportTarget[],
  { transport, client = 'stock' }: CallKind,
  origin: 'prd' | 'ours',
): JudgedTarget[] =>
  judgeAll(
    measured,
    targets.filter(
      (target) =>
        (target.transport === undefined || target.transport === transport) &&
        (target.client === undefined || target.client === client),
    ),
    origin,
  );

const judgeAll = (
  measured: KpiResult,
  targets: readonly Target[],
  origin: JudgedTarget['origin'],
): JudgedTarget[] =>
  targets.map(({ statistic, comparison, bound }) => {
    const value = figureOf(measured, statistic);
    const missing = origin === 'scenario' ? false : null;
    const held = value === null ? missing : holds(value, comparison, bound);
    return { statistic, comparison, bound, origin, held };
  });

/** Whether `value` meets the bound. */
export function holds(value: number, comparison: Target['comparison'], bound: number): boolean {
  switch (comparison) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    case '=':
      return value === bound;
    default:
      return unreachable(comparison);
  }
}

function verdictOf(required: readonly JudgedTarget[]): KpiResult['verdict'] {
  if (required.some(({ held }) => held === false)) return 'fail';
  return required.some(({ held }) => held === true) ? 'pass' : 'none';
}
