// How well the floor changes hands: who waits, who talks over whom, who gets no answer. Gaps and
// overlaps are taken between the mouth and the ear, where the caller lives.
import { type Micros, seconds, toMs } from '#agent/core/time.ts';
import type { Conversation } from './conversation.ts';
import { at, define, type Sample } from './definition.ts';
import type { Exchange } from './exchange.ts';
import type { Stretch } from './hearing.ts';

/** A gap longer than this is awkward. */
const AWKWARD_US: Micros = seconds(3);
/** A turn without any end this long after the last that was stated of it is stuck. */
const STUCK_US: Micros = seconds(10);

export const TURN_TAKING = define('turn-taking', [
  {
    id: 'premature_endpoint_rate',
    about: 'turns committed before the caller had finished, of all turns committed',
    unit: 'share',
    point: 'agent',
    summary: 'rate',
    better: 'lower',
    prd: [at('value', '<', 0.1)],
    ours: [at('value', '<=', 0.02)],
  },
  {
    id: 'floor_offset_ms',
    about: 'gap (+) or overlap (–) at every change of speaker; people: about 200',
    unit: 'ms',
    point: 'ear',
    summary: 'percentiles',
    better: 'neither',
  },
  {
    id: 'overlap_ratio',
    about: 'time in which both speak, of the time in which anybody does',
    unit: 'share',
    point: 'ear',
    summary: 'ratio',
    better: 'lower',
    prd: [at('value', '<', 0.1)],
  },
  {
    id: 'awkward_silence_rate',
    about: 'utterances of the caller followed by more than 3 s of silence',
    unit: 'share',
    point: 'ear',
    summary: 'rate',
    better: 'lower',
    prd: [at('value', '<', 0.1)],
  },
  {
    id: 'unanswered_turns',
    about: 'utterances after which the ear heard nothing within the caller’s patience',
    unit: 'count',
    point: 'ear',
    summary: 'sum',
    better: 'lower',
    ours: [at('value', '=', 0)],
  },
  {
    id: 'stuck_turns',
    about: 'turns that ended in no reply, no apology and no stated error',
    unit: 'count',
    point: 'agent',
    summary: 'sum',
    better: 'lower',
    ours: [at('value', '=', 0)],
  },
]);

export function* turnTaking(conversation: Conversation): Iterable<Sample> {
  for (const exchange of conversation.exchanges) {
    const { act } = exchange;
    for (const _ of exchange.premature) yield { kpi: 'premature_endpoint_rate', value: 1, act };
    const inTime = exchange.turns.filter((turn) => turn.committedUs !== undefined).length;
    for (let count = exchange.premature.length; count < inTime; count += 1) {
      yield { kpi: 'premature_endpoint_rate', value: 0, act };
    }
    yield* changes(exchange, conversation);
    yield* silence(exchange, conversation);
  }
  yield* overlap(conversation);
  yield { kpi: 'stuck_turns', value: stuckTurns(conversation) };
}

/** The agent's last sound before the caller spoke, and its first one since. */
function* changes(exchange: Exchange, { exchanges, stretches }: Conversation): Iterable<Sample> {
  const { act, onsetUs, endUs, nextOnsetUs } = exchange;
  const previous = exchanges[exchanges.indexOf(exchange) - 1];
  const before = stretches.findLast((stretch) => stretch.startUs <= onsetUs);
  if (before?.endUs !== undefined && before.startUs > (previous?.onsetUs ?? 0)) {
    yield { kpi: 'floor_offset_ms', value: toMs(onsetUs - before.endUs), act };
  }
  const after = firstWithin(stretches, onsetUs, nextOnsetUs);
  if (after !== undefined && endUs !== undefined) {
    yield { kpi: 'floor_offset_ms', value: toMs(after.startUs - endUs), act };
  }
}

/** An utterance at the very end of a call, with no time left for an answer, says nothing. */
function* silence(exchange: Exchange, { stretches, callEndUs }: Conversation): Iterable<Sample> {
  const { act, endUs, nextOnsetUs, gaveUp } = exchange;
  if (endUs === undefined) return;
  const untilUs = nextOnsetUs ?? callEndUs;
  const sounding = stretches.some((stretch) => stretch.startUs < endUs && (stretch.endUs ?? untilUs) > endUs);
  const soundUs = sounding ? endUs : firstWithin(stretches, endUs, untilUs)?.startUs;
  const waitedUs = (soundUs ?? untilUs) - endUs;
  if (soundUs === undefined && !gaveUp && waitedUs <= AWKWARD_US) return;
  yield { kpi: 'awkward_silence_rate', value: waitedUs > AWKWARD_US ? 1 : 0, act };
  yield { kpi: 'unanswered_turns', value: soundUs === undefined ? 1 : 0, act };
}

function* overlap({ exchanges, stretches, endUs }: Conversation): Iterable<Sample> {
  const agent = stretches.map((stretch) => [stretch.startUs, stretch.endUs ?? endUs] as const);
  const caller = exchanges.map((exchange) => [exchange.onsetUs, exchange.endUs ?? endUs] as const);
  let both = 0;
  for (const [from, to] of caller) {
    for (const [start, end] of agent) both += Math.max(0, Math.min(to, end) - Math.max(from, start));
  }
  const total = [...agent, ...caller].reduce((sum, [from, to]) => sum + to - from, 0) - both;
  if (total > 0) yield { kpi: 'overlap_ratio', value: both, of: total };
}

function stuckTurns({ turns, replies, facts, endUs }: Conversation): number {
  return turns.filter((turn) => {
    const reply = replies.find((candidate) => candidate.number === turn.reply);
    const ended =
      turn.dropped ||
      reply?.stoppedUs !== undefined ||
      reply?.interruptedUs !== undefined ||
      reply?.cancelledUs !== undefined;
    if (ended || endUs - turn.lastUs < STUCK_US) return false;
    return !facts.some((fact) => fact.who === 'agent' && fact.what === 'error' && fact.t >= turn.lastUs);
  }).length;
}

const firstWithin = (
  stretches: readonly Stretch[],
  fromUs: Micros,
  untilUs: Micros | undefined,
): Stretch | undefined =>
  stretches.find(
    (stretch) => stretch.startUs > fromUs && stretch.startUs < (untilUs ?? Number.POSITIVE_INFINITY),
  );
