// The trials of a comparison as figures: every option played with and without on the same seeds, and the
// difference call by call, so that what both share does not blur it.
import type { Variant } from '#reports/compare/compare-result.ts';
import { estimate } from './estimate.ts';
import { figureOf, sumOf } from './figure.ts';
import type { FoldedRun } from './fold.ts';
import { COMPARED_KPIS, type Compared } from './metric.ts';
import { type ComparePlan, type Played, tasksOf } from './plan.ts';
import { type Setting, TRIALS, TRIED_NETWORKS, TRIED_PLACE, type Trial } from './trial.ts';
import type { CompareTask } from './worker.ts';

/** Fewer calls than this have no interval that means anything: then nothing is tried. */
const RUNS_MIN = 3;

/** A setting over a network, played with all seeds of the trials. */
export type Bench = { readonly key: string; readonly tasks: readonly CompareTask[] };

type Tried = { readonly trial: Trial; readonly network: string };

/**
 * What has to be played besides the cells: with the scenarios and seeds of the table, so that "before" is
 * the table's own number. Nothing unless the plan plays one of the networks on which options matter.
 */
export function benchesOf(plan: ComparePlan): readonly Bench[] {
  const benches = new Map<string, Bench>();
  for (const { trial, network } of triedOf(plan)) {
    for (const setting of [trial.before, trial.after]) {
      if (isDefault(setting)) continue;
      const key = keyOf(trial, network, setting);
      const tasks = tasksOf(plan, { transport: trial.transport, network }).map(({ request, count }) => ({
        request: { ...request, ...setting },
        count,
      }));
      benches.set(key, { key, tasks });
    }
  }
  return [...benches.values()];
}

/** `tried`: runs by the key of the bench, in order of seeds. Untouched settings are those of the cells. */
export function variantsOf(
  plan: ComparePlan,
  played: readonly Played[],
  tried: ReadonlyMap<string, readonly FoldedRun[]>,
): readonly Variant[] {
  return triedOf(plan).flatMap(({ trial, network }): readonly Variant[] => {
    const { title, option, transport, before, after } = trial;
    const runsWith = (setting: Setting): readonly FoldedRun[] =>
      isDefault(setting)
        ? (played.find(({ job }) => job.transport === transport && job.network === network)?.runs ?? [])
        : (tried.get(keyOf(trial, network, setting)) ?? []);
    const [one, other] = [runsWith(before), runsWith(after)];
    return trial.metrics.flatMap((metric): readonly Variant[] => {
      const compared = COMPARED_KPIS.find((candidate) => candidate.metric.id === metric);
      if (compared === undefined) return [];
      const figures = { before: figureOf(compared, one), after: figureOf(compared, other) };
      const difference = differenceOf(compared, one, other);
      return [{ title, option, transport, network, metric, ...figures, difference }];
    });
  });
}

const isDefault = (setting: Setting): boolean => Object.keys(setting).length === 0;

function triedOf({ transports, networks, grid, runs, codec }: ComparePlan): readonly Tried[] {
  if (runs < RUNS_MIN) return [];
  const named = TRIED_NETWORKS.filter((name) => networks.includes(name));
  const places = grid === 'off' ? named : [...named, TRIED_PLACE];
  // A codec that was asked for has decided on the client.
  const open = TRIALS.filter(({ after }) => codec === undefined || after.client === undefined);
  return open
    .filter(({ transport }) => transports.includes(transport))
    .flatMap((trial) => places.map((network) => ({ trial, network })));
}

const keyOf = ({ transport }: Trial, network: string, setting: Setting): string =>
  JSON.stringify([transport, network, setting]);

/** After minus before, mean over calls with the interval of the paired differences. */
function differenceOf(compared: Compared, one: readonly FoldedRun[], other: readonly FoldedRun[]) {
  const [before, after] = [perCall(compared, one), perCall(compared, other)];
  const differences = before.flatMap((value, at) => {
    const changed = after[at];
    return value === undefined || changed === undefined ? [] : [changed - value];
  });
  const figure = estimate(
    'mean',
    differences.map((value) => [value, 1, -1] as const),
  );
  return 'value' in figure ? figure : { n: 0, value: null, interval: null };
}

/** One number for each call: what a ratio is of, the sum of a count, the mean of the rest. */
const perCall = (
  { kpi: { id, summary } }: Compared,
  runs: readonly FoldedRun[],
): readonly (number | undefined)[] =>
  runs.map((run) => {
    const sum = sumOf(run, id);
    if (sum === undefined || summary === 'sum') return sum;
    const all = run.samples[id] ?? [];
    const of = summary === 'ratio' ? all.reduce((total, [, part]) => total + part, 0) : all.length;
    return of > 0 ? sum / of : undefined;
  });
