// Folded runs made into the comparison that reports are made of. Pure: equal runs give an equal result,
// byte for byte.
import type {
  AudioPair,
  Breakdown,
  Cell,
  CompareResult,
  GridCell,
  NetworkNote,
  SourceNote,
  Variant,
} from '#reports/compare/compare-result.ts';
import { hashText } from '#sim/kernel/hash.ts';
import { STAGES } from '../kpis/stage.ts';
import { rounded, spreadOf } from './estimate.ts';
import { figureOf } from './figure.ts';
import type { FoldedAnswer, FoldedRun } from './fold.ts';
import { GRID_ABOUT, GRIDS } from './grid.ts';
import { COMPARED_KPIS } from './metric.ts';
import { pairsOf } from './pair.ts';
import { type ComparePlan, commandOf, type Played } from './plan.ts';

/** As many as the report can hold; more are thinned evenly. */
const SAMPLES_MAX = 400;

export type Notes = {
  readonly networks: readonly NetworkNote[];
  readonly sources: readonly SourceNote[];
  readonly variants?: readonly Variant[];
  readonly audio?: readonly AudioPair[];
};

export function assemble(plan: ComparePlan, played: readonly Played[], notes: Notes): CompareResult {
  const named = played.filter(({ job }) => job.place === undefined);
  return {
    schema: 'parley-compare/1',
    command: commandOf(plan),
    world: 'sim',
    policy: plan.policy ?? 'parley',
    ...(plan.codec === undefined ? {} : { codec: plan.codec }),
    providers: plan.providers,
    scenarios: plan.scenarios.map(({ name, about }) => ({ name, about, seconds: lengthOf(plan, named) })),
    seeds: { first: plan.seed, count: plan.runs },
    transports: [...plan.transports],
    metrics: COMPARED_KPIS.map(({ metric }) => metric),
    sources: [...notes.sources],
    networks: [...notes.networks],
    cells: named.map(cellOf),
    pairs: pairsOf(named),
    grid: gridOf(plan, played),
    variants: [...(notes.variants ?? [])],
    ...(notes.audio === undefined ? {} : { audio: [...notes.audio] }),
  };
}

/** Mean length of a conversation in simulated seconds; with several scenarios, of all of them. */
function lengthOf({ scenarios }: ComparePlan, named: readonly Played[]): number | null {
  const runs = named.flatMap((each) => each.runs);
  if (runs.length === 0 || scenarios.length === 0) return null;
  return rounded(runs.reduce((sum, { simulatedSeconds }) => sum + simulatedSeconds, 0) / runs.length);
}

function cellOf({ job, runs }: Played): Cell {
  const answers = runs.flatMap((run) => run.answers).sort((one, other) => one.totalMs - other.totalMs);
  const totals = runs
    .flatMap((run) => (run.samples['voice_to_voice_ms'] ?? []).map(([value]) => value))
    .sort((one, other) => one - other);
  return {
    ...measuredOf({ job, runs }),
    network: job.network,
    stages: Object.fromEntries(
      STAGES.map((name) => [name, spreadOf(answers.map(({ stages }) => stages[name]))]),
    ),
    typical: breakdown(answers, 0.4, 0.6),
    slow: breakdown(answers, 0.9, 1),
    samples: thinned(totals).map(rounded),
  };
}

function measuredOf({ job, runs }: Played) {
  const figures = COMPARED_KPIS.filter(({ transport = job.transport }) => transport === job.transport).map(
    (compared) => [compared.metric.id, figureOf(compared, runs)] as const,
  );
  return {
    transport: job.transport,
    runs: runs.length,
    unfinished: runs.filter(({ end }) => end !== 'finished').length,
    traceHash: hashOf(runs),
    figures: Object.fromEntries(figures),
  };
}

/** Mean stages of the answers between two shares of the ascending order. */
function breakdown(answers: readonly FoldedAnswer[], from: number, to: number): Breakdown | null {
  const part = answers.slice(Math.floor(from * answers.length), Math.ceil(to * answers.length));
  if (part.length === 0) return null;
  const entries = STAGES.map((name) => {
    const sum = part.reduce((total, { stages }) => total + stages[name], 0);
    return [name, Math.round((1_000 * sum) / part.length) / 1_000] as const;
  });
  const total = entries.reduce((sum, [, ms]) => sum + ms, 0);
  return { n: part.length, total: Math.round(1_000 * total) / 1_000, stages: Object.fromEntries(entries) };
}

function gridOf({ grid }: ComparePlan, played: readonly Played[]): CompareResult['grid'] {
  if (grid === 'off') return null;
  const { rttMs, jitterMs, lossPercent } = GRIDS[grid];
  const cells = played.flatMap(({ job, runs }): readonly GridCell[] =>
    job.place === undefined ? [] : [{ ...measuredOf({ job, runs }), ...job.place }],
  );
  return {
    rttMs: [...rttMs],
    jitterMs: [...jitterMs],
    lossPercent: [...lossPercent],
    about: GRID_ABOUT,
    cells,
  };
}

function thinned(sorted: readonly number[]): readonly number[] {
  if (sorted.length <= SAMPLES_MAX) return sorted;
  const step = (sorted.length - 1) / (SAMPLES_MAX - 1);
  return Array.from({ length: SAMPLES_MAX }, (_, at) => sorted[Math.round(at * step)] ?? 0);
}

/** 16 hexadecimal digits over the traces of the runs, in order. */
function hashOf(runs: readonly FoldedRun[]): string {
  const all = runs.map(({ traceHash }) => traceHash).join(' ');
  return [hashText(1, all), hashText(2, all)]
    .map((half) => (half >>> 0).toString(16).padStart(8, '0'))
    .join('');
}
