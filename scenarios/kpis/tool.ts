// Whether tools were called as the conversation asked for it: each call that is due once, with the right
// input and the right end, and no other. A call made for a reply that was thrown away is one too many.
import type { Fact } from '#sim/kernel/fact.ts';
import type { ExpectedCall } from '../script/scenario.ts';
import type { Conversation } from './conversation.ts';
import { at, define, type Sample } from './definition.ts';

export const TOOL = define('context', [
  {
    id: 'tool_correctness',
    about: 'calls of tools that were due, made once, rightly and with the right end; others count against it',
    unit: 'share',
    point: 'agent',
    summary: 'rate',
    better: 'higher',
    ours: [at('value', '=', 1)],
  },
  {
    id: 'tool_ms',
    about: 'from the call of a tool to its result',
    unit: 'ms',
    point: 'agent',
    summary: 'percentiles',
    better: 'lower',
  },
]);

export function* tool({ facts, scenario }: Pick<Conversation, 'facts' | 'scenario'>): Iterable<Sample> {
  const made = madeIn(facts);
  for (const { us } of made) if (us !== undefined) yield { kpi: 'tool_ms', value: us / 1_000 };
  const left = [...made];
  for (const due of scenario.toolCalls ?? []) {
    const place = left.findIndex((call) => matches(call, due));
    if (place >= 0) left.splice(place, 1);
    yield { kpi: 'tool_correctness', value: place >= 0 ? 1 : 0, act: due.act };
  }
  for (const _ of left) yield { kpi: 'tool_correctness', value: 0 };
}

type Made = {
  readonly call: number;
  readonly reply: number;
  readonly tool: string;
  /** Undefined for one that was refused before it began. */
  readonly input: string | undefined;
  ends: ExpectedCall['outcome'][];
  discarded: boolean;
  us: number | undefined;
};

function madeIn(facts: readonly Fact[]): readonly Made[] {
  const made = new Map<number, Made>();
  const discarded = new Set<number>();
  for (const fact of facts) {
    if (fact.who !== 'agent') continue;
    if (fact.what === 'discarded') discarded.add(fact.reply);
    if (fact.what !== 'tool.called' && fact.what !== 'tool.result' && fact.what !== 'tool.cancelled')
      continue;
    const { call, reply, tool: name } = fact;
    const input = fact.what === 'tool.called' ? fact.input : undefined;
    const known = made.get(call) ?? {
      call,
      reply,
      tool: name,
      input,
      ends: [],
      discarded: false,
      us: undefined,
    };
    made.set(call, known);
    if (fact.what === 'tool.cancelled') known.ends.push('cancelled');
    if (fact.what !== 'tool.result') continue;
    known.ends.push(known.input === undefined ? 'refused' : fact.ok ? 'ok' : 'failed');
    if (known.input !== undefined) known.us = fact.us;
  }
  for (const call of made.values()) call.discarded = discarded.has(call.reply);
  return [...made.values()];
}

/** How words are written is a matter of the recogniser. */
function matches(call: Made, due: ExpectedCall): boolean {
  const [end, ...more] = call.ends;
  if (call.discarded || call.tool !== due.tool || end !== due.outcome || more.length > 0) return false;
  if (call.input === undefined) return true;
  return call.input.toLowerCase() === JSON.stringify(due.input).toLowerCase();
}
