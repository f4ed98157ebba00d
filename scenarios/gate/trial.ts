// The gate itself on trial: every defect must be found, and where nothing is wrong there must be no alarm.
// Plays the code as it is once, each defect until it is found, and 200 comparisons of equals.
import type { GateSet } from '#reports/gate/baseline.ts';
import type { Crew, OnProgress } from './crew.ts';
import { MUTANTS } from './mutant/catalogue.ts';
import { type Trial, tryMutant } from './mutate.ts';
import { type Nearest, nearestOf, nullRuns } from './null-run.ts';
import { defaultPlan } from './plan.ts';

export type TrialResult = {
  readonly schema: 'parley-mutants/1';
  readonly verdict: 'pass' | 'fail';
  readonly conversations: number;
  readonly mutants: readonly (Omit<Trial, 'caught'> & {
    readonly caught: Exclude<Trial['caught'], undefined> | null;
  })[];
  readonly nulls: {
    readonly count: number;
    /** What alarmed though nothing was wrong. */
    readonly alarms: readonly { readonly number: number; readonly why: readonly string[] }[];
    /** What came closest to one. */
    readonly nearest: Nearest | null;
  };
};

export type Trials = {
  readonly result: TrialResult;
  readonly markdown: string;
  readonly terminal: string;
};

const NULLS = 200;
/** Conversations to draw two sets from, in sets. */
const POOL = 3;

/** `runs`: conversations of each place, as in the gate. */
export async function runTrials(
  crew: Crew,
  runs: number,
  teller: (total: number, noun: string) => OnProgress,
): Promise<Trials> {
  const pool = defaultPlan(POOL * runs);
  const many = await crew.play(pool, teller(pool.places.length * POOL * runs, 'conversations'));
  const plan = defaultPlan(runs);
  const base: GateSet = {
    ...many,
    cells: many.cells.map((cell) => ({ ...cell, runs: cell.runs.slice(0, runs) })),
  };
  const tell = teller(MUTANTS.length, 'defects');
  const mutants: Trial[] = [];
  for (const mutant of MUTANTS) {
    mutants.push(await tryMutant(mutant, base, plan, crew));
    tell(mutants.length);
  }
  const nulls = tryEquals(many, runs, teller(NULLS, 'comparisons of equals'));
  const missed = mutants.filter(({ caught }) => caught === undefined);
  const result: TrialResult = {
    schema: 'parley-mutants/1',
    verdict: missed.length === 0 && nulls.alarms.length === 0 ? 'pass' : 'fail',
    conversations: runs,
    mutants: mutants.map((trial) => ({ ...trial, caught: trial.caught ?? null })),
    nulls,
  };
  return { result, markdown: markdownOf(result), terminal: terminalOf(result) };
}

function tryEquals(many: GateSet, runs: number, tell: OnProgress): TrialResult['nulls'] {
  const alarms: TrialResult['nulls']['alarms'][number][] = [];
  let nearest: Nearest | null = null;
  for (const { number, comparison } of nullRuns(many, runs, NULLS)) {
    tell(number);
    const { failures } = comparison;
    if (failures.length > 0) alarms.push({ number, why: failures.map(({ cell, why }) => `${cell}: ${why}`) });
    const own = nearestOf(comparison);
    if (own !== undefined && remoteness(own) < remoteness(nearest)) nearest = own;
  }
  return { count: NULLS, alarms, nearest };
}

/** How many times too probable for an alarm. */
const remoteness = (nearest: Nearest | null): number =>
  nearest === null ? Number.POSITIVE_INFINITY : nearest.chance / nearest.level;

function nearestText({ nulls: { nearest } }: TrialResult): readonly string[] {
  if (nearest === null) return [];
  const { cell, figure, chance, level } = nearest;
  const odds = `its chance of ${chance.toPrecision(2)} would have had to be ${level.toPrecision(2)}`;
  return [`- nearest to a false alarm: ${figure} (${cell}); ${odds}`];
}

function verdictOf({ mutants, nulls, verdict }: TrialResult): string {
  const found = mutants.filter(({ caught }) => caught !== null).length;
  const alarms = nulls.alarms.length === 0 ? 'no false alarm' : `${nulls.alarms.length} false alarms`;
  const shares = `${found} of ${mutants.length} defects found, ${alarms} in ${nulls.count}`;
  return `${verdict === 'pass' ? '✓' : '✗'} ${shares} comparisons of equals`;
}

function terminalOf(result: TrialResult): string {
  const lines = result.mutants.map(({ mutant, about, caught }) => {
    const found = caught === null ? 'NOT FOUND' : `${caught.figure} (${caught.cell})`;
    return `${caught === null ? '✗' : '✓'} ${mutant.padEnd(16)} ${about}\n  ${''.padEnd(16)} ${found}`;
  });
  const alarms = result.nulls.alarms.map(({ number, why }) => `✗ equals ${number}: ${why.join('; ')}`);
  return [verdictOf(result), '', ...lines, ...alarms, ...nearestText(result)].join('\n');
}

function markdownOf(result: TrialResult): string {
  const rows = result.mutants.map(({ mutant, about, caught, conversations }) => {
    const found = caught === null ? '✗ not found' : `✓ ${caught.cell}: ${caught.why}`;
    return `| \`${mutant}\` | ${about} | ${found} | ${conversations} |`;
  });
  const alarms = result.nulls.alarms.map(({ number, why }) => `- ✗ equals ${number}: ${why.join('; ')}`);
  const head = ['| defect | what it does | found by | conversations |', '| --- | --- | --- | ---: |'];
  const table = [...head, ...rows];
  return `${[`# ${verdictOf(result)}`, '', ...table, '', ...alarms, ...nearestText(result)].join('\n')}\n`;
}
