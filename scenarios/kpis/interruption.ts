// What happens when the caller speaks over the agent: how soon it is silent, at its socket and at the
// ear, and how much it still says. Only true interruptions count: acts meant as one that began while
// the agent could be heard.
import { type Micros, ms, toMs } from '#agent/core/time.ts';
import type { Conversation } from './conversation.ts';
import { at, define, type Sample } from './definition.ts';
import type { Exchange } from './exchange.ts';
import type { Hearing } from './hearing.ts';

const YIELDS = [
  { id: 'yield_rate', withinMs: 2_000 },
  { id: 'yield_rate.1000ms', withinMs: 1_000 },
  { id: 'yield_rate.500ms', withinMs: 500 },
] as const;

export const INTERRUPTION = define('interruption', [
  {
    id: 'barge_stop_ear_ms',
    about: 'onset of a true interruption at the mouth → last agent sample heard',
    unit: 'ms',
    point: 'ear',
    summary: 'percentiles',
    better: 'lower',
    ours: [at('p95', '<=', 250)],
  },
  {
    id: 'barge_stop_agent_ms',
    about: 'onset of a true interruption at the mouth → agent stops sending',
    unit: 'ms',
    point: 'agent',
    summary: 'percentiles',
    better: 'lower',
  },
  {
    id: 'barge_residual_words',
    about: 'agent words begun at the ear after the onset of a true interruption',
    unit: 'words',
    point: 'ear',
    summary: 'percentiles',
    better: 'lower',
    ours: [at('p95', '<=', 1)],
  },
  ...YIELDS.map(({ id, withinMs }) => ({
    id,
    about: `true interruptions after which the agent is silent within ${withinMs} ms`,
    unit: 'share',
    point: 'ear' as const,
    summary: 'rate' as const,
    better: 'higher' as const,
    prd: withinMs === 2_000 ? [at('value', '>', 0.9)] : [],
    ours: withinMs === 1_000 ? [at('value', '>=', 0.99)] : [],
  })),
]);

export function* interruption({ exchanges }: Conversation): Iterable<Sample> {
  for (const exchange of exchanges) {
    if (exchange.role === 'interruption' && exchange.over !== undefined)
      yield* barge(exchange, exchange.over);
  }
}

function* barge({ act, onsetUs }: Exchange, over: Hearing): Iterable<Sample> {
  const silentUs = over.stretches.at(-1)?.endUs;
  // A reply that paused and did not go on had stopped sending then.
  const stoppedUs = over.reply.pausedUs ?? over.reply.stoppedUs;
  if (silentUs !== undefined) yield { kpi: 'barge_stop_ear_ms', value: toMs(silentUs - onsetUs), act };
  // All may have been sent before the onset: then there was nothing left to stop at the socket.
  if (stoppedUs !== undefined && stoppedUs >= onsetUs) {
    yield { kpi: 'barge_stop_agent_ms', value: toMs(stoppedUs - onsetUs), act };
  }
  yield {
    kpi: 'barge_residual_words',
    value: over.begun.filter((word) => word.onsetUs > onsetUs).length,
    act,
  };
  for (const { id, withinMs } of YIELDS) {
    yield { kpi: id, value: isWithin(silentUs, onsetUs + ms(withinMs)) ? 1 : 0, act };
  }
}

const isWithin = (t: Micros | undefined, limitUs: Micros): boolean => t !== undefined && t <= limitUs;
