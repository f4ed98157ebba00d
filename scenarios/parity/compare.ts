// Whether two worlds tell the same story: the same scenario and seed played in virtual time and on
// real sockets must give the same turn-level facts in the same order, the same words remembered, and
// stages of nearly the same length. Pure: traces in, comparison out.
import { toMs } from '#agent/core/time.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { context } from '../kpis/context.ts';
import { type Joined, join } from '../kpis/exchange.ts';
import { instantsOf, STAGES, type StageName, stagesOf } from '../kpis/stage.ts';
import { percentile } from '../kpis/statistic.ts';
import type { Scenario } from '../script/scenario.ts';

export type StageParity = {
  readonly stage: StageName | 'voice_to_voice';
  readonly simMs: number | null;
  readonly loopbackMs: number | null;
  readonly n: number;
};

/** What was measured of one KPI in each world, `act: value` in the order of the conversation. */
export type MemoryParity = {
  readonly kpi: string;
  readonly sim: readonly string[];
  readonly loopback: readonly string[];
};

export type Parity = {
  /** Turn-level facts of each world, in order, in words. */
  readonly sim: readonly string[];
  readonly loopback: readonly string[];
  /** Index of the first fact that differs; undefined when the order is the same. */
  readonly differsAt: number | undefined;
  readonly stages: readonly StageParity[];
  /** Each must be the same in both worlds: no clock may move a word. */
  readonly memory: readonly MemoryParity[];
};

/** How far a median in real time may be from the simulated one. */
export type Tolerance = { readonly ms: number; readonly share: number };

/** What the product promises, and what a noisy shared machine is held to. */
export const TARGET: Tolerance = { ms: 5, share: 0.05 };
export const NOISY: Tolerance = { ms: 30, share: 0.1 };

/** KPIs of words that only a fault of ours could make differ between the worlds. */
const MEMORY = ['heard_truncation_words.uninterrupted', 'context_retention'] as const;

/** `probes`: those of the scenario that both played. */
export function compare(sim: readonly Fact[], loopback: readonly Fact[], probes: Scenario['probes']): Parity {
  const story = { sim: storyOf(sim), loopback: storyOf(loopback) };
  const longest = Math.max(story.sim.length, story.loopback.length);
  let differsAt: number | undefined;
  for (let index = 0; index < longest && differsAt === undefined; index += 1) {
    if (story.sim[index] !== story.loopback[index]) differsAt = index;
  }
  const [joinedSim, joinedLoopback] = [join(sim), join(loopback)];
  const [stagesSim, stagesLoopback] = [samplesOf(joinedSim), samplesOf(joinedLoopback)];
  const stages = [...STAGES, 'voice_to_voice' as const].map((stage): StageParity => {
    const samples = stagesSim.get(stage) ?? [];
    return {
      stage,
      simMs: percentile(samples, 0.5),
      loopbackMs: percentile(stagesLoopback.get(stage) ?? [], 0.5),
      n: samples.length,
    };
  });
  const [wordsSim, wordsLoopback] = [memoryOf(joinedSim, probes), memoryOf(joinedLoopback, probes)];
  const memory = MEMORY.map((kpi) => ({
    kpi,
    sim: wordsSim.get(kpi) ?? [],
    loopback: wordsLoopback.get(kpi) ?? [],
  }));
  return { ...story, differsAt, stages, memory };
}

/** True when every sample is the same in both worlds. */
export const same = ({ sim, loopback }: MemoryParity): boolean =>
  sim.length === loopback.length && sim.every((sample, index) => sample === loopback[index]);

/** True when the stage is known in both worlds and near enough. */
export function within({ simMs, loopbackMs }: StageParity, { ms, share }: Tolerance): boolean {
  if (simMs === null || loopbackMs === null) return simMs === loopbackMs;
  return Math.abs(loopbackMs - simMs) <= ms + share * Math.abs(simMs);
}

/** Facts that make the story of a turn, the same in every world whatever the clock does. */
const TURN_LEVEL = new Set<string>([
  'caller speaking',
  'caller spoke',
  'caller ear.audible',
  'agent turn.started',
  'agent stt.finalize',
  'agent stt.final',
  'agent turn.committed',
  'agent llm.first_token',
  'agent tts.audible',
  'agent reply.started',
  'agent reply.stopped',
  'agent interrupted',
  'agent cancelled',
  'agent context',
  'agent error',
]);

/**
 * What the vendors make of an answer that was begun before its turn is over. Nothing but time decides
 * whether a first token comes before or after the end of the turn, so each kind has an order of its own.
 */
const BESIDES = new Set<string>(['agent llm.first_token', 'agent tts.audible']);

function storyOf(facts: readonly Fact[]): string[] {
  const name = ({ who, what }: Fact): string => `${who} ${what}`;
  const besides = facts.filter((fact) => BESIDES.has(name(fact)));
  return told([...facts.filter((fact) => !BESIDES.has(name(fact))), ...besides], repliesOf(facts));
}

/** Replies that were given, counted; drafts that were taken back are a matter of milliseconds. */
function repliesOf(facts: readonly Fact[]): ReadonlyMap<number, number> {
  const given = facts.flatMap((fact) =>
    fact.who === 'agent' && (fact.what === 'turn.committed' || fact.what === 'reply.started')
      ? [fact.reply]
      : [],
  );
  return new Map([...new Set(given)].map((reply, index) => [reply, index + 1]));
}

function told(facts: readonly Fact[], replies: ReadonlyMap<number, number>): string[] {
  return facts.flatMap((fact) => {
    if (!TURN_LEVEL.has(`${fact.who} ${fact.what}`)) return [];
    const { t: _, who, what, ...rest } = fact;
    if ('reply' in rest && !replies.has(rest.reply)) return [];
    const counted = 'reply' in rest ? { ...rest, reply: replies.get(rest.reply) } : rest;
    const details = Object.entries(counted).filter(([key]) => !key.endsWith('Us'));
    return [`${who} ${what} ${details.map(([key, value]) => `${key}=${value}`).join(' ')}`.trimEnd()];
  });
}

function memoryOf(joined: Joined, probes: Scenario['probes']): ReadonlyMap<string, string[]> {
  const samples = new Map<string, string[]>();
  for (const { kpi, act, value } of context({ ...joined, scenario: { probes } })) {
    const known = samples.get(kpi) ?? [];
    samples.set(kpi, [...known, `${act ?? '–'}: ${value}`]);
  }
  return samples;
}

function samplesOf({ exchanges }: Joined): ReadonlyMap<string, number[]> {
  const samples = new Map<string, number[]>();
  const add = (name: string, us: number | undefined) => {
    if (us === undefined) return;
    const known = samples.get(name);
    if (known === undefined) samples.set(name, [toMs(us)]);
    else known.push(toMs(us));
  };
  for (const exchange of exchanges) {
    const instants = instantsOf(exchange);
    if (instants === undefined) continue;
    const stages = stagesOf(instants);
    for (const stage of STAGES) add(stage, stages[stage]);
    add('voice_to_voice', instants.earUs - instants.mouthEndUs);
  }
  return samples;
}
