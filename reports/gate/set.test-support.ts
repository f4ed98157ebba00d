// Measured sets for tests of the gate: conversations with turns whose stages are given, all else quiet.
import { type Baseline, GATE_SCHEMA, GATE_STAGES, type GateRun, type GateSet } from './baseline.ts';
import { Chance } from './chance.ts';

export const CALLS = 24;
const TURNS = 8;
export const SPAN = 'barge_stop_ear_ms';
export const COUNT_NAMES = ['retries', 'wer', 'llm_prompt_tokens'];

/** Eight stages of about 100 ms each, drawn for the seed and the act. */
export function quietRun(seed: number, key = 'base'): GateRun {
  const chance = new Chance(`${key} ${seed}`);
  const turns = Array.from({ length: TURNS }, (_, act) => {
    const stages = GATE_STAGES.map(() => 80_000 + chance.below(40_000));
    return [act, stages.reduce((sum, part) => sum + part, 0), ...stages];
  });
  const spans = [[200_000 + chance.below(50_000)]];
  return { seed, hash: `${key}${seed}`, end: 'finished', turns, spans, counts: [0, chance.below(3), 1_000] };
}

/** One cell of such conversations, each changed by `change`. */
export function setOf(change: (run: GateRun) => GateRun = (run) => run, key = 'base'): GateSet {
  const runs = Array.from({ length: CALLS }, (_, at) => change(quietRun(at + 1, key)));
  const place = { scenario: 'multi-turn', script: 'ab', transport: 'webrtc', network: 'good-wifi' };
  return {
    providers: 'prd',
    policy: 'parley',
    spans: [SPAN],
    counts: [...COUNT_NAMES],
    cells: [{ ...place, runs }],
  };
}

export const baselineOf = (set: GateSet): Baseline => ({
  schema: GATE_SCHEMA,
  ...set,
  history: [{ date: '2026-11-22', reason: 'first', changes: [] }],
});

/** Every turn's `stage` longer by `us`, or by what `us` says of the act. */
export const slower =
  (stage: number, us: number | ((act: number) => number)) =>
  (run: GateRun): GateRun => ({
    ...run,
    hash: `${run.hash}!`,
    turns: run.turns.map(([act = 0, total = 0, ...stages]) => {
      const added = typeof us === 'number' ? us : us(act);
      return [act, total + added, ...stages.map((part, at) => (at === stage ? part + added : part))];
    }),
  });

/** The count at `at` changed by `change`. */
export const counted =
  (at: number, change: (value: number, seed: number) => number) =>
  (run: GateRun): GateRun => ({
    ...run,
    hash: `${run.hash}!`,
    counts: run.counts.map((value, index) => (index === at ? change(value, run.seed) : value)),
  });
