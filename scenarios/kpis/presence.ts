// What became of connections that broke, of silence, and of calls that the agent ended by itself; all as
// the caller lived through it.
import { type Micros, toMs } from '#agent/core/time.ts';
import type { CallerFact } from '#sim/kernel/fact.ts';
import type { Conversation } from './conversation.ts';
import { at, define, type Sample } from './definition.ts';
import type { Hearing } from './hearing.ts';
import { wordsInCommon, wordsOf } from './word.ts';

export const PRESENCE = define('reliability', [
  {
    id: 'resumption_rate',
    about: 'broken connections after which the same conversation went on',
    unit: 'share',
    point: 'ear',
    summary: 'rate',
    better: 'higher',
    // "recovery > 90 %"
    prd: [at('value', '>', 0.9)],
    ours: [at('value', '=', 1)],
  },
  {
    id: 'reconnect_ms',
    about: 'the network carries something again → the client is told that the conversation goes on',
    unit: 'ms',
    point: 'ear',
    summary: 'percentiles',
    better: 'lower',
  },
  {
    id: 'audio_lost_on_reconnect_ms',
    about: 'speech of the reply that broke off which the caller never heard, at the pace of that reply',
    unit: 'ms',
    point: 'ear',
    summary: 'percentiles',
    better: 'lower',
  },
  {
    id: 'context_retention.reconnect',
    about: 'probes answered with the fact from before a broken connection',
    unit: 'share',
    point: 'ear',
    summary: 'rate',
    better: 'higher',
    prd: [at('value', '>', 0.95)],
  },
  {
    id: 'nudge_delay_ms',
    about: 'the last sound of either → the agent is heard to ask whether the caller is still there',
    unit: 'ms',
    point: 'ear',
    summary: 'percentiles',
    better: 'neither',
  },
  {
    id: 'farewell_heard_rate',
    about: 'calls ended by the agent in which its farewell was heard to the last word',
    unit: 'share',
    point: 'ear',
    summary: 'rate',
    better: 'higher',
    ours: [at('value', '=', 1)],
  },
]);

export function* presence(conversation: Conversation): Iterable<Sample> {
  const callers = conversation.facts.filter((fact): fact is CallerFact => fact.who === 'caller');
  for (const [index, fact] of callers.entries()) {
    if (fact.what === 'dropped') yield* outage(fact, callers.slice(index + 1), conversation);
  }
  yield* retention(conversation);
  for (const fact of conversation.facts) {
    if (fact.who !== 'agent') continue;
    if (fact.what === 'nudge') yield* nudge(fact.reply, conversation);
    if (fact.what === 'farewell') yield* farewell(fact.reply, fact.text, conversation);
  }
}

type Dropped = CallerFact & { readonly what: 'dropped' };

/** `later`: what the caller stated after it. */
function* outage(
  dropped: Dropped,
  later: readonly CallerFact[],
  conversation: Conversation,
): Iterable<Sample> {
  const { act, during } = dropped;
  const next = later.findIndex(({ what }) => what === 'dropped');
  const own = next < 0 ? later : later.slice(0, next);
  const online = own.find(({ what }) => what === 'online');
  const resumed = own.find(({ what }) => what === 'resumed');
  yield { kpi: 'resumption_rate', value: resumed === undefined ? 0 : 1, act };
  if (online !== undefined && resumed !== undefined) {
    yield { kpi: 'reconnect_ms', value: toMs(resumed.t - online.t), act };
  }
  if (during !== 'reply') return;
  const lostMs = audioLostMs(dropped.t, conversation);
  if (lostMs !== undefined) yield { kpi: 'audio_lost_on_reconnect_ms', value: lostMs, act };
}

/** Undefined when the caller spoke over the reply, so that nobody wanted its end. */
function audioLostMs(droppedUs: Micros, { hearings, facts }: Conversation): number | undefined {
  const index = hearings.findLastIndex(({ reply }) => (reply.audibleUs ?? Infinity) <= droppedUs);
  const broken = hearings[index];
  if (broken === undefined || broken.reply.interruptedUs !== undefined) return undefined;
  const rest = hearings[index + 1];
  const repeated = facts.some(
    (fact) => fact.who === 'agent' && fact.what === 'repeated' && fact.reply === rest?.reply.number,
  );
  const heard = [broken, ...(repeated && rest !== undefined ? [rest] : [])];
  const said = wordsOf(broken.reply.voiced);
  const words = heard.flatMap((hearing) => hearing.words.flatMap(({ text }) => wordsOf(text)));
  return (said.length - wordsInCommon(said, words)) * msPerWord(broken);
}

/** From onset to onset, pauses left out: half of them are shorter. */
function msPerWord({ words }: Hearing): number {
  const steps = words.slice(1).map(({ onsetUs }, index) => toMs(onsetUs - (words[index]?.onsetUs ?? 0)));
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 400;
}

function* retention({ scenario, exchanges, facts }: Conversation): Iterable<Sample> {
  const dropped = facts.find((fact): fact is Dropped => fact.who === 'caller' && fact.what === 'dropped');
  if (dropped === undefined) return;
  for (const { act, expects } of scenario.probes.filter((probe) => probe.act > dropped.act)) {
    const words = exchanges.find((exchange) => exchange.act === act)?.hearing?.words ?? [];
    const heard = words.map(({ text }) => text).join(' ');
    const right = new RegExp(expects, 'i').test(`${heard} / ${wordsOf(heard).join(' ')}`);
    yield { kpi: 'context_retention.reconnect', value: right ? 1 : 0, act };
  }
}

function* nudge(reply: number, { hearings, stretches, exchanges }: Conversation): Iterable<Sample> {
  const heard = hearings.find((hearing) => hearing.reply.number === reply)?.stretches[0];
  if (heard === undefined) return;
  const agent = stretches.findLast((stretch) => stretch.startUs < heard.startUs)?.endUs ?? 0;
  const caller = exchanges.findLast((exchange) => exchange.onsetUs < heard.startUs)?.endUs ?? 0;
  yield { kpi: 'nudge_delay_ms', value: toMs(heard.startUs - Math.max(agent, caller)) };
}

function* farewell(reply: number, text: string, { hearings }: Conversation): Iterable<Sample> {
  const words = hearings.find((hearing) => hearing.reply.number === reply)?.words ?? [];
  const said = wordsOf(text);
  const heard = words.flatMap((word) => wordsOf(word.text));
  yield { kpi: 'farewell_heard_rate', value: wordsInCommon(said, heard) === said.length ? 1 : 0 };
}
