// Whether two worlds tell the same story: the same scenario and seed played in virtual time and on
// real sockets must give the same turn-level facts in the same order, and stages of nearly the same
// length. Pure: traces in, comparison out.
import { toMs } from '#agent/core/time.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { join } from '../kpis/exchange.ts';
import { instantsOf, STAGES, type StageName, stagesOf } from '../kpis/stage.ts';
import { percentile } from '../kpis/statistic.ts';

export type StageParity = {
  readonly stage: StageName | 'voice_to_voice';
  readonly simMs: number | null;
  readonly loopbackMs: number | null;
  readonly n: number;
};

export type Parity = {
  /** Turn-level facts of each world, in order, in words. */
  readonly sim: readonly string[];
  readonly loopback: readonly string[];
  /** Index of the first fact that differs; undefined when the order is the same. */
  readonly differsAt: number | undefined;
  readonly stages: readonly StageParity[];
};

/** How far a median in real time may be from the simulated one. */
export type Tolerance = { readonly ms: number; readonly share: number };

/** What the product promises, and what a noisy shared machine is held to. */
export const TARGET: Tolerance = { ms: 5, share: 0.05 };
export const NOISY: Tolerance = { ms: 30, share: 0.1 };

export function compare(sim: readonly Fact[], loopback: readonly Fact[]): Parity {
  const story = { sim: storyOf(sim), loopback: storyOf(loopback) };
  const longest = Math.max(story.sim.length, story.loopback.length);
  let differsAt: number | undefined;
  for (let index = 0; index < longest && differsAt === undefined; index += 1) {
    if (story.sim[index] !== story.loopback[index]) differsAt = index;
  }
  const stagesSim = samplesOf(sim);
  const stagesLoopback = samplesOf(loopback);
  const stages = [...STAGES, 'voice_to_voice' as const].map((stage): StageParity => {
    const samples = stagesSim.get(stage) ?? [];
    return {
      stage,
      simMs: percentile(samples, 0.5),
      loopbackMs: percentile(stagesLoopback.get(stage) ?? [], 0.5),
      n: samples.length,
    };
  });
  return { ...story, differsAt, stages };
}

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

function storyOf(facts: readonly Fact[]): string[] {
  return facts.flatMap((fact) => {
    if (!TURN_LEVEL.has(`${fact.who} ${fact.what}`)) return [];
    const { t: _, who, what, ...rest } = fact;
    const details = Object.entries(rest).filter(([key]) => !key.endsWith('Us'));
    return [`${who} ${what} ${details.map(([key, value]) => `${key}=${value}`).join(' ')}`.trimEnd()];
  });
}

function samplesOf(facts: readonly Fact[]): ReadonlyMap<string, number[]> {
  const samples = new Map<string, number[]>();
  const add = (name: string, us: number | undefined) => {
    if (us === undefined) return;
    const known = samples.get(name);
    if (known === undefined) samples.set(name, [toMs(us)]);
    else known.push(toMs(us));
  };
  for (const exchange of join(facts).exchanges) {
    const instants = instantsOf(exchange);
    if (instants === undefined) continue;
    const stages = stagesOf(instants);
    for (const stage of STAGES) add(stage, stages[stage]);
    add('voice_to_voice', instants.earUs - instants.mouthEndUs);
  }
  return samples;
}
