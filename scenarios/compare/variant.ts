// The trials of a comparison as figures: every option played with and without on the same seeds, and the
// difference call by call, so that what both share does not blur it.
import type { Figure, Variant } from '#reports/compare/compare-result.ts';
import { estimate } from './estimate.ts';
import type { FoldedRun } from './fold.ts';
import { COMPARED_KPIS } from './metric.ts';
import type { ComparePlan } from './plan.ts';
import { type Setting, TRIALS, TRIED_NETWORKS, TRIED_PLACE, type Trial } from './trial.ts';
import type { CompareTask } from './worker.ts';

/** Enough for an interval that means something, few enough that they cost seconds. */
const SEEDS = { min: 10, max: 20 } as const;
const SEEDS_PER_TASK = 5;

/** A setting over a network, played with all seeds of the trials. */
export type Bench = { readonly key: string; readonly tasks: readonly CompareTask[] };

type Tried = { readonly trial: Trial; readonly network: string };

/** Nothing unless the plan plays one of the networks on which options matter. */
export function benchesOf(plan: ComparePlan): readonly Bench[] {
  const [scenario] = plan.scenarios;
  if (scenario === undefined) return [];
  const benches = new Map<string, Bench>();
  const count = Math.min(SEEDS.max, Math.max(SEEDS.min, plan.runs));
  for (const { trial, network } of triedOf(plan)) {
    for (const setting of [trial.before, trial.after]) {
      const { seed, providers } = plan;
      const { transport } = trial;
      const request = { scenario, world: 'sim', seed, providers, network, transport, ...setting } as const;
      const starts = Array.from(
        { length: Math.ceil(count / SEEDS_PER_TASK) },
        (_, at) => at * SEEDS_PER_TASK,
      );
      const tasks = starts.map((start) => ({
        request: { ...request, seed: seed + start },
        count: Math.min(SEEDS_PER_TASK, count - start),
      }));
      const key = keyOf(trial, network, setting);
      benches.set(key, { key, tasks });
    }
  }
  return [...benches.values()];
}

/** `runs` by the key of the bench, in order of seeds. */
export function variantsOf(
  plan: ComparePlan,
  runs: ReadonlyMap<string, readonly FoldedRun[]>,
): readonly Variant[] {
  return triedOf(plan).flatMap(({ trial, network }): readonly Variant[] => {
    const { title, option, transport, before, after } = trial;
    const one = runs.get(keyOf(trial, network, before)) ?? [];
    const other = runs.get(keyOf(trial, network, after)) ?? [];
    return trial.metrics.flatMap((metric): readonly Variant[] => {
      const figures = { before: figureOf(metric, one), after: figureOf(metric, other) };
      if (figures.before === undefined || figures.after === undefined) return [];
      const difference = differenceOf(metric, one, other);
      const place = { title, option, transport, network, metric };
      return [{ ...place, before: figures.before, after: figures.after, difference }];
    });
  });
}

function triedOf({ transports, networks, grid }: ComparePlan): readonly Tried[] {
  const named = TRIED_NETWORKS.filter((name) => networks.includes(name));
  const places = grid === 'off' ? named : [...named, TRIED_PLACE];
  return TRIALS.filter(({ transport }) => transports.includes(transport)).flatMap((trial) =>
    places.map((network) => ({ trial, network })),
  );
}

const keyOf = ({ transport }: Trial, network: string, setting: Setting): string =>
  JSON.stringify([transport, network, setting]);

function figureOf(metric: string, runs: readonly FoldedRun[]): Figure | undefined {
  const summary = summaryOf(metric);
  if (summary === undefined) return undefined;
  if (summary === 'sum') return estimate('mean', perCall(metric, runs).map(sampleOf));
  return estimate(
    summary,
    runs.flatMap(({ samples }) => samples[metric] ?? []),
  );
}

/** After minus before, mean over calls with the interval of the paired differences. */
function differenceOf(metric: string, one: readonly FoldedRun[], other: readonly FoldedRun[]) {
  const [before, after] = [perCall(metric, one), perCall(metric, other)];
  const differences = before.flatMap((value, at) => {
    const changed = after[at];
    return value === undefined || changed === undefined ? [] : [changed - value];
  });
  const figure = estimate('mean', differences.map(sampleOf));
  return 'value' in figure ? figure : { n: 0, value: null, interval: null };
}

/** One number for each call: what a ratio is of, the sum of a count, the mean of the rest. */
function perCall(metric: string, runs: readonly FoldedRun[]): readonly (number | undefined)[] {
  const summary = summaryOf(metric);
  return runs.map(({ samples }) => {
    const all = samples[metric] ?? [];
    const sum = all.reduce((total, [value]) => total + value, 0);
    if (summary === 'sum') return sum;
    const of = summary === 'ratio' ? all.reduce((total, [, part]) => total + part, 0) : all.length;
    return of > 0 ? sum / of : undefined;
  });
}

const summaryOf = (metric: string) => COMPARED_KPIS.find(({ kpi }) => kpi.id === metric)?.kpi.summary;

const sampleOf = (value: number | undefined) => [value ?? 0, 1, -1] as const;
