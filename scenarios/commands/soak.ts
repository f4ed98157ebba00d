// `npm run soak`: conversations whose vendors fail at random, until so many turns are done. Half of them have
// faults in one vendor alone, which the caller must not notice; in the other half anything may fail, and
// then every turn must still end, and the caller must hear it: a reply, an apology, or that nothing works.
// In the loopback world it is many callers at once instead: see `load.ts`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Progress } from '#reports/progress.ts';
import { formatError, type UserError } from '../error.ts';
import type { FoldedRun } from '../kpis/fold.ts';
import { vendorPrices } from '../kpis/price.ts';
import { spreadOf } from '../kpis/statistic.ts';
import { multiTurn } from '../library/multi-turn.ts';
import { Campaign } from '../runner/campaign.ts';
import type { Chaos } from '../runner/chaos.ts';
import { runLoad } from './load.ts';
import { choiceError, type HEDGES, readOptions } from './option.ts';
import { outputError } from './output.ts';

export type RawSoak = {
  readonly world: string;
  /** In real time: callers at once, and for how long. */
  readonly sessions: number;
  readonly minutes: number;
  readonly profile: boolean;
  readonly turns: string;
  readonly hedge: string;
  readonly providers: string;
  readonly seed: string;
  readonly out: string;
  readonly json: boolean;
};

/** What came of the conversations of one kind of chaos. */
export type SoakFigures = {
  readonly runs: number;
  readonly turns: number;
  readonly faults: number;
  /** Runs that did not end by themselves. */
  readonly unfinished: number;
  readonly stuckTurns: number;
  readonly unansweredTurns: number;
  /** Share of the faults after which the caller was answered, and not with an apology. */
  readonly recoveryRate: number | null;
  readonly failoverMsP95: number | null;
  /** The first seed of which something in this is not as it should be. */
  readonly seed: number | null;
};

export type SoakReport = {
  readonly hedge: string;
  readonly providers: string;
  readonly single: SoakFigures;
  readonly any: SoakFigures;
  readonly held: boolean;
};

/** Turns of a conversation that is played; what is not a multiple of it is rounded up. */
const TURNS_PER_RUN = multiTurn.caller.acts.filter((act) => 'parts' in act).length;
const TURNS_MAX = 1_000_000;
const RECOVERY_MIN = 0.99;

/** Returns the exit code: 0 all held, 1 not, 2 bad usage. */
export async function run(raw: RawSoak): Promise<number> {
  const refused = choiceError('world', raw.world, ['sim', 'loopback'], []) ?? usageError(raw);
  if (refused !== undefined) return refuse(refused);
  if (raw.world === 'loopback') return runLoad(raw);
  const unwritable = outputError(raw.out);
  if (unwritable !== undefined) return refuse(unwritable);
  const report = await soak(raw);
  const file = join(raw.out, 'soak.json');
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(
    raw.json ? `${JSON.stringify(report, null, 2)}\n` : `${lines(report)}\nwritten: ${file}\n`,
  );
  return report.held ? 0 : 1;
}

async function soak({ turns, hedge, providers, seed }: RawSoak): Promise<SoakReport> {
  const runs = Math.max(2, Math.ceil(Number(turns) / TURNS_PER_RUN));
  const campaign = new Campaign(vendorPrices());
  const progress = new Progress({ total: runs, tty: process.stderr.isTTY === true, noun: 'conversations' });
  const startedMs = performance.now();
  const figuresOf = async (chaos: Chaos, count: number, before: number) => {
    const world = { world: 'sim', network: 'delay=20ms' } as const;
    const request = { ...world, scenario: multiTurn, providers, seed: Number(seed), hedge, chaos };
    const tell = (done: number) =>
      process.stderr.write(progress.update(before + done, (performance.now() - startedMs) / 1_000));
    const played = await campaign.play({ ...request, hedge: hedge as (typeof HEDGES)[number] }, count, tell);
    return fold(played.runs, chaos);
  };
  const half = Math.ceil(runs / 2);
  const single = await figuresOf('single', half, 0);
  const any = await figuresOf('any', runs - half, half);
  await campaign.close();
  process.stderr.write(progress.end());
  const ended = [single, any].every(
    ({ unfinished, stuckTurns, unansweredTurns }) => unfinished + stuckTurns + unansweredTurns === 0,
  );
  // Without a second provider a fault may well be noticed; only an end is owed.
  const recovered = hedge === 'off' || (single.recoveryRate ?? 1) >= RECOVERY_MIN;
  return { hedge, providers, single, any, held: ended && recovered };
}

function fold(runs: readonly FoldedRun[], chaos: Chaos): SoakFigures {
  const values = (kpi: string) =>
    runs.flatMap(({ samples }) => samples.filter((sample) => sample.kpi === kpi));
  const sum = (kpi: string) => values(kpi).reduce((total, { value }) => total + value, 0);
  const faults = values('recovery_rate').length;
  const bad = runs.find(({ end, samples }) => {
    const wrong = samples.some(({ kpi, value }) => {
      if (kpi === 'stuck_turns' || kpi === 'unanswered_turns') return value > 0;
      return chaos === 'single' && kpi === 'recovery_rate' && value < 1;
    });
    return end !== 'finished' || wrong;
  });
  return {
    runs: runs.length,
    turns: runs.reduce((total, { turns }) => total + turns, 0),
    faults,
    unfinished: runs.filter(({ end }) => end !== 'finished').length,
    stuckTurns: sum('stuck_turns'),
    unansweredTurns: sum('unanswered_turns'),
    recoveryRate: faults === 0 ? null : sum('recovery_rate') / faults,
    failoverMsP95: spreadOf(values('failover_ms').map(({ value }) => value)).p95,
    seed: bad?.seed ?? null,
  };
}

const lines = ({ hedge, providers, single, any, held }: SoakReport): string =>
  [
    `${held ? 'held' : 'MISSED'}: hedge ${hedge}, providers ${providers}`,
    `faults of one vendor:  ${words(single)} (recovery at least ${RECOVERY_MIN}, unanswered 0, stuck 0)`,
    `faults of any vendors: ${words(any)} (unanswered 0, stuck 0)`,
  ].join('\n');

const words = (figures: SoakFigures): string =>
  [
    `${figures.turns} turns`,
    `${figures.faults} faults`,
    `recovery ${figures.recoveryRate?.toFixed(4) ?? 'not measured'}`,
    `failover p95 ${figures.failoverMsP95?.toFixed(0) ?? '–'} ms`,
    `unanswered ${figures.unansweredTurns}`,
    `stuck ${figures.stuckTurns}`,
    `unfinished ${figures.unfinished}`,
    ...(figures.seed === null ? [] : [`first at seed ${figures.seed}`]),
  ].join(', ');

/** The same checks as for a scenario, of the options that are the same. */
function usageError(raw: RawSoak): UserError | undefined {
  const turns = Number(raw.turns);
  if (!/^\d{1,7}$/.test(raw.turns) || turns < 1 || turns > TURNS_MAX) {
    const todo = `give a whole number from 1 to ${TURNS_MAX}`;
    return { what: '--turns is not a whole number in range', where: `--turns ${raw.turns}`, todo, exit: 2 };
  }
  const rest = { transport: 'websocket', client: 'stock', policy: 'parley', runs: '1' };
  const read = readOptions({ ...rest, ...raw, world: 'sim' });
  return read.ok ? undefined : read.error;
}

function refuse(error: UserError): number {
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}
