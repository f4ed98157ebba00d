// One run of the gate, for the command line and for callers of the library: what stands against it is found
// before the first conversation, then the plan is played and held against the baseline. Writes nothing.
import { relative } from 'node:path';
import type { Baseline, GateSet } from '#reports/gate/baseline.ts';
import { compareSets } from '#reports/gate/compare.ts';
import type { GateResult } from '#reports/gate/gate-result.ts';
import { fitted, mismatchOf, otherPlaces, type Wanted } from '#reports/gate/match.ts';
import { gateResult } from '#reports/gate/verdict.ts';
import { isPackage } from '#reports/invocation.ts';
import type { UserError } from '../error.ts';
import { Crew, type OnProgress } from '../gate/crew.ts';
import type { GateOptions } from '../gate/option.ts';
import { defaultPlan, emptyCells, type GatePlan, RUNS } from '../gate/plan.ts';
import { BASELINE, readBaseline } from '../gate/store.ts';
import { loadScenario } from '../library/index.ts';

/** The committed baseline of the default set; a package has none, and nothing is kept in `node_modules`. */
export const presetBaseline = (): string | undefined =>
  isPackage ? undefined : relative(process.cwd(), BASELINE);

export type GateJob = {
  readonly plan: GatePlan;
  /** What the file holds, if there is one. */
  readonly known: Baseline | undefined;
  /** The part of it that is compared; undefined where it is to be replaced by another kind. */
  readonly base: Baseline | undefined;
};

export type Prepared = ({ readonly ok: true } & GateJob) | { readonly ok: false; readonly error: UserError };

export async function prepareGate(options: GateOptions): Promise<Prepared> {
  const found = readBaseline(options.baseline, options.renewal);
  if (!found.ok) return found;
  for (const name of options.scenarios) {
    const loaded = await loadScenario(name);
    if (!loaded.ok) return loaded;
  }
  const known = found.baseline;
  const count = options.runs ?? known?.cells[0]?.runs.length ?? RUNS;
  const plan = options.scenarios.length > 0 ? defaultPlan(count, options.scenarios) : defaultPlan(count);
  const wanted = { ...plan, cells: await emptyCells(plan) };
  const other = known === undefined ? undefined : otherError(known, wanted, options);
  if (other !== undefined) return { ok: false, error: other };
  const reason = known === undefined ? undefined : mismatchOf(known, wanted);
  if (options.accept === undefined && (known === undefined || reason !== undefined))
    return { ok: false, error: unfit(reason, options) };
  const base = known === undefined || reason !== undefined ? undefined : fitted(known, wanted);
  return { ok: true, plan, known, base };
}

/** A baseline of other places is neither compared nor replaced, whatever the reason. */
function otherError(known: Baseline, wanted: Wanted, options: GateOptions): UserError | undefined {
  const places = otherPlaces(known, wanted);
  if (places === undefined) return undefined;
  const file = options.baseline;
  const where = `--baseline ${file}`;
  const names = [...new Set(known.cells.map(({ scenario }) => scenario))].join(' ');
  if (options.accept === undefined) {
    const what = `the baseline does not fit what is played: ${mismatchOf(known, wanted) ?? places}`;
    const renew = `to replace it, delete it and run: ${options.renewal}`;
    const todo = `name its scenarios (${names}), or give another --baseline FILE; ${renew}`;
    return { what, where, todo, exit: 2 };
  }
  return {
    what: `the baseline is of another set of scenarios and is left as it is: ${places}`,
    where,
    todo: `to keep both, give another --baseline FILE; to replace it on purpose, delete ${file} first`,
    exit: 2,
  };
}

function unfit(reason: string | undefined, { baseline: file, renewal }: GateOptions): UserError {
  const where = `--baseline ${file}`;
  if (reason === undefined) {
    const todo = `take it from version control, or make one: ${renewal}`;
    return { what: 'there is no baseline', where, todo, exit: 2 };
  }
  const what = `the baseline does not fit what is played: ${reason}`;
  return { what, where, todo: `make a new one: ${renewal}`, exit: 2 };
}

export type GatePlayed = {
  readonly head: GateSet;
  /** Undefined where there is nothing to compare with. */
  readonly result: GateResult | undefined;
};

export async function playGate(
  { plan, base }: GateJob,
  { baseline: file, tolerance, renewal: accept }: GateOptions,
  onProgress?: OnProgress,
): Promise<GatePlayed> {
  const startedMs = performance.now();
  const crew = new Crew();
  try {
    const head = await crew.play(plan, onProgress);
    const wallSeconds = (performance.now() - startedMs) / 1_000;
    if (base === undefined) return { head, result: undefined };
    const comparison = compareSets(base, head, { tolerance });
    return { head, result: gateResult(comparison, { base, head, file, wallSeconds, tolerance, accept }) };
  } finally {
    await crew.close();
  }
}
