// What is to be played: every transport over every network and every place of the grid, each with the
// same seeds, so that two cells differ in nothing but what they are compared for.
import type { PolicyName } from '#agent/core/turn/policy.ts';
import { commandLine, quoted } from '#reports/invocation.ts';
import type { WireCodec } from '#sim/codec.ts';
import type { Scenario } from '../script/scenario.ts';
import type { FoldedRun } from './fold.ts';
import { GRIDS, type GridName, type GridPlace, networkAt, placesOf } from './grid.ts';
import type { CompareRequest, TransportName } from './request.ts';
import type { CompareTask } from './worker.ts';

export type ComparePlan = {
  readonly scenarios: readonly Scenario[];
  /** As they were typed; their names when absent. */
  readonly origins?: readonly string[];
  readonly transports: readonly TransportName[];
  /** As `--network` takes them. */
  readonly networks: readonly string[];
  readonly grid: GridName;
  readonly runs: number;
  readonly seed: number;
  readonly providers: string;
  /** How the agent takes turns; our own way when absent. */
  readonly policy?: PolicyName;
  /** Of the audio on a WebSocket; samples when absent. Anything else is spoken by our own client. */
  readonly codec?: WireCodec;
};

/** One cell: all scenarios with all seeds over one transport and network. */
export type Job = {
  readonly transport: TransportName;
  readonly network: string;
  /** Absent for a named network. */
  readonly place?: GridPlace;
};

export function jobsOf({ transports, networks, grid }: ComparePlan): readonly Job[] {
  const places = grid === 'off' ? [] : placesOf(GRIDS[grid]);
  return [
    ...networks.flatMap((network) => transports.map((transport): Job => ({ transport, network }))),
    ...transports.flatMap((transport) =>
      places.map((place): Job => ({ transport, network: networkAt(place), place })),
    ),
  ];
}

/** A cell with its runs: scenario by scenario, seed by seed. */
export type Played = { readonly job: Job; readonly runs: readonly FoldedRun[] };

/** Seeds of one task: long enough that dispatch vanishes, short enough for an even end. */
const SEEDS_PER_TASK = 5;

export function tasksOf(plan: ComparePlan, { transport, network }: Job): readonly CompareTask[] {
  const { scenarios, runs, seed } = plan;
  const starts = Array.from({ length: Math.ceil(runs / SEEDS_PER_TASK) }, (_, at) => at * SEEDS_PER_TASK);
  return scenarios.flatMap((scenario) =>
    starts.map((start) => ({
      request: requestOf(plan, { scenario, seed: seed + start, network, transport }),
      count: Math.min(SEEDS_PER_TASK, runs - start),
    })),
  );
}

/** A conversation of a plan. */
export type Call = {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly transport: TransportName;
  readonly network: string;
};

export function requestOf({ providers, policy, codec }: ComparePlan, call: Call): CompareRequest {
  const ours = codec === undefined || codec === 'pcm16' ? {} : { client: 'parley' as const };
  return {
    ...call,
    world: 'sim',
    providers,
    ...(policy === undefined ? {} : { policy }),
    ...(codec === undefined || call.transport === 'webrtc' ? {} : { ...ours, codec }),
  };
}

/** The command that plays it again. */
export function commandOf(plan: ComparePlan): string {
  const { scenarios, transports, networks, grid, runs, seed, providers, policy, codec } = plan;
  const { origins = scenarios.map(({ name }) => name) } = plan;
  const words = [
    ...origins,
    '--transports',
    transports.join(','),
    '--networks',
    networks.join(','),
    '--grid',
    grid,
    '--runs',
    String(runs),
    '--seed',
    String(seed),
    '--providers',
    providers,
    ...(policy === undefined ? [] : ['--policy', policy]),
    ...(codec === undefined ? [] : ['--codec', codec]),
  ];
  return commandLine('compare', words.map(quoted));
}
