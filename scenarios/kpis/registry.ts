// Every KPI there is, in the order in which it is shown, and every fold that measures one.

import { nearest } from '../error.ts';
import type { TargetOverride } from '../script/scenario.ts';
import { CONTEXT, context } from './context.ts';
import type { Conversation } from './conversation.ts';
import { COST, cost } from './cost.ts';
import type { KpiDefinition, Sample } from './definition.ts';
import { FALSE_ALARM, falseAlarm } from './false-alarm.ts';
import { INTERRUPTION, interruption } from './interruption.ts';
import { LABORATORY, laboratory } from './laboratory.ts';
import { LATENCY, latency } from './latency.ts';
import { UNMEASURED_LIVE } from './live.ts';
import { PRESENCE, presence } from './presence.ts';
import { QUALITY } from './quality/mos.ts';
import { RELIABILITY, reliability } from './reliability.ts';
import { SPEECH, speech } from './speech.ts';
import { TOOL, tool } from './tool.ts';
import { TRANSPORT, transport } from './transport.ts';
import { TURN_TAKING, turnTaking } from './turn-taking.ts';

export const KPIS: readonly KpiDefinition[] = [
  ...LATENCY,
  ...TURN_TAKING,
  ...INTERRUPTION,
  ...FALSE_ALARM,
  ...CONTEXT,
  ...TOOL,
  ...SPEECH,
  ...QUALITY,
  ...TRANSPORT,
  ...RELIABILITY,
  ...PRESENCE,
  ...COST,
  ...LABORATORY,
];

/** Everything that can be measured in one run. */
export function* samplesOf(conversation: Conversation): Iterable<Sample> {
  const isLive = conversation.outcome.live === true;
  for (const sample of allSamples(conversation))
    if (!isLive || !(sample.kpi in UNMEASURED_LIVE)) yield sample;
}

function* allSamples(conversation: Conversation): Iterable<Sample> {
  yield* latency(conversation);
  yield* turnTaking(conversation);
  yield* interruption(conversation);
  yield* falseAlarm(conversation);
  yield* context(conversation);
  yield* tool(conversation);
  yield* speech(conversation);
  yield* transport(conversation);
  yield* reliability(conversation);
  yield* presence(conversation);
  yield* cost(conversation);
  yield* laboratory(conversation);
}

/** What is wrong with a scenario's own target, if anything: no such KPI, or not such a statistic. */
export function targetFault({ kpi, statistic }: TargetOverride): TargetFault | undefined {
  const ids = KPIS.map(({ id }) => id);
  const definition = KPIS.find(({ id }) => id === kpi);
  if (definition === undefined) {
    const close = nearest(kpi, ids);
    const todo = close === undefined ? `use one of: ${ids.join(', ')}` : `did you mean "${close}"?`;
    return { field: 'kpi', reason: `unknown KPI "${kpi}": ${todo}` };
  }
  const spread = definition.summary === 'percentiles';
  if (spread !== (statistic === 'value')) return undefined;
  const todo = `use ${spread ? 'p50, p95 or p99' : 'value'}`;
  return { field: 'statistic', reason: `KPI "${kpi}" has no statistic "${statistic}": ${todo}` };
}

export type TargetFault = { readonly field: 'kpi' | 'statistic'; readonly reason: string };
