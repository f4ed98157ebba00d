// One call's trace as lanes on one time axis, with the arrows from each turn to its answer and the count
// of audio that was there and not yet heard. Every fact finds a place: one of a kind that is not known
// here becomes an instant with its fields.
import type { Call, Flow } from '#reports/conversation/conversation-report.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import type { Exchange, Joined } from '../kpis/exchange.ts';
import { instantsOf } from '../kpis/stage.ts';
import { type ActLookup, AgentLanes } from './agent-lane.ts';
import { CallerLanes } from './caller-lane.ts';
import { Canvas, type LaneId } from './canvas.ts';
import { type LooseFact, loosen, noteOf, numberIn } from './loose-fact.ts';
import { RequestLanes } from './request-lane.ts';

export type Drawn = Pick<Call, 'lanes' | 'flows' | 'ahead' | 'left'>;

export function drawLanes(facts: readonly Fact[], joined: Joined, endUs: number): Drawn {
  const canvas = new Canvas();
  const acts = actsOf(joined);
  const caller = new CallerLanes(canvas, heardActs(joined, acts));
  const agent = new AgentLanes(canvas, acts);
  const requests = new RequestLanes(canvas, acts);
  const take = (fact: LooseFact): boolean => {
    if (fact.who === 'caller') return caller.take(fact);
    if (fact.who === 'stt' || fact.who === 'llm' || fact.who === 'tts')
      return requests.takeVendor(fact.who, fact);
    if (fact.who !== 'agent') return false;
    // Both: what ends a request may be a decision, too.
    const requested = requests.take(fact);
    return agent.take(fact) || requested;
  };
  for (const fact of facts.map(loosen)) {
    if (!take(fact)) canvas.mark(elsewhere(fact), fact.t, labelOf(fact), 'plain', noteOf(fact));
  }
  drawFlight(canvas, joined, acts);
  for (const { committedUs } of joined.exchanges.flatMap(({ premature }) => premature)) {
    const note = 'the caller had not finished';
    if (committedUs !== undefined) canvas.mark('decision', committedUs, 'too early', 'bad', note);
  }
  const lanes = canvas.lanes(endUs);
  return { lanes, flows: flowsOf(joined), ahead: aheadOf(facts, joined), left: canvas.left };
}

/** Where a fact of an unknown kind is put. */
function elsewhere({ who }: LooseFact): LaneId {
  switch (who) {
    case 'caller':
      return 'mouth';
    case 'network':
    case 'stt':
    case 'llm':
    case 'tts':
      return who;
    default:
      return 'other';
  }
}

const labelOf = (fact: LooseFact): string => {
  const direction = fact.fields['direction'];
  return typeof direction === 'string' ? `${fact.what} ${direction}` : fact.what;
};

function actsOf({ exchanges, replies }: Joined): ActLookup {
  const byTurn = new Map(exchanges.flatMap(({ act, turns }) => turns.map(({ number }) => [number, act])));
  const byReply = new Map(replies.map(({ number, turn }) => [number, byTurn.get(turn)]));
  return {
    ofTurn: (turn) => byTurn.get(turn ?? -1),
    ofReply: (reply) => byReply.get(reply ?? -1),
  };
}

/** To which act the sound that began at an instant answers. */
function heardActs({ hearings }: Joined, acts: ActLookup): (us: number) => number | undefined {
  const byStart = new Map(
    hearings.flatMap(({ reply, stretches }) =>
      stretches.map(({ startUs }) => [startUs, acts.ofReply(reply.number)]),
    ),
  );
  return (us) => byStart.get(us);
}

/** The first audible packet of each reply between the agent's socket and the client. */
function drawFlight(canvas: Canvas, joined: Joined, acts: ActLookup): void {
  for (const { reply, stretches } of joined.hearings) {
    const [first] = stretches;
    if (reply.audibleUs === undefined || first?.arrivedUs === undefined) continue;
    const act = acts.ofReply(reply.number);
    canvas.span('network', {
      fromUs: reply.audibleUs,
      untilUs: first.arrivedUs,
      label: 'in flight',
      look: 'wait',
      note: `first audible packet of reply ${reply.number}`,
      ...(act === undefined ? {} : { act }),
    });
  }
}

function flowsOf({ exchanges }: Joined): readonly Flow[] {
  return exchanges.flatMap((exchange, index) => {
    const points = pointsOf(exchange);
    return points.length < 2 ? [] : [{ id: index + 1, act: exchange.act, points }];
  });
}

function pointsOf(exchange: Exchange): Flow['points'] {
  const path = instantsOf(exchange);
  const { reply, endUs } = exchange;
  if (path === undefined) return [];
  return [
    { lane: 'mouth', atUs: endUs ?? path.mouthEndUs },
    { lane: 'llm', atUs: reply?.requestUs ?? path.committedUs },
    { lane: 'tts', atUs: path.clauseUs },
    { lane: 'sent', atUs: reply?.startedUs ?? path.voicedUs },
    { lane: 'ear', atUs: path.earUs },
  ];
}

/** What the voice had delivered and the ear had not heard yet: exact at these instants, even between. */
function aheadOf(facts: readonly Fact[], { hearings }: Joined): Call['ahead'] {
  const doneUs = new Map<number, number>();
  for (const fact of facts) {
    if (fact.who === 'agent' && fact.what === 'tts.done') doneUs.set(fact.reply, fact.t);
  }
  return hearings.flatMap(({ reply, stretches }) => {
    const endUs = stretches.at(-1)?.endUs;
    const done = doneUs.get(reply.number);
    const { voicedUs } = reply;
    if (endUs === undefined || done === undefined || voicedUs === undefined) return [];
    if (done < voicedUs || endUs < done) return [];
    return [
      { atUs: voicedUs, ms: 0 },
      { atUs: done, ms: (endUs - done) / 1_000 },
      { atUs: endUs, ms: 0 },
    ];
  });
}

export const lastUs = (facts: readonly Fact[]): number =>
  facts.reduce((latest, fact) => Math.max(latest, fact.t, numberIn(loosen(fact), 'atUs') ?? 0), 0);
