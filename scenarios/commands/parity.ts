// `npm run parity`: the same scenario and seed in virtual time and on real sockets, side by side.
// Exit 0 when the order of facts is the same and every stage's median is within the target. With a
// network, the caller reaches the agent through that network in both.
import { plainDelayUs } from '#sim/network/connector.ts';
import { parseNetwork } from '#sim/network/parse.ts';
import type { UserError } from '../error.ts';
import { formatError } from '../error.ts';
import { loadScenario } from '../library/index.ts';
import {
  compare,
  type MemoryParity,
  NOISY,
  type Parity,
  type StageParity,
  same,
  TARGET,
  type Tolerance,
  within,
} from '../parity/compare.ts';
import { play } from '../runner/play.ts';
import type { RunOutcome, RunRequest } from '../runner/run.ts';
import { networkError } from './option.ts';

export type ParityOptions = {
  readonly scenario?: string;
  readonly seed?: number;
  readonly providers?: string;
  /** Between caller and agent, in both worlds; the machine's own sockets when absent. */
  readonly network?: string;
  readonly json?: boolean;
};

export async function run(options: ParityOptions): Promise<number> {
  const origin = options.scenario ?? 'multi-turn';
  const loaded = await loadScenario(origin);
  if (!loaded.ok) return refuse(loaded.error);
  const network = options.network ?? 'loopback';
  const unknown = networkError('network', network);
  if (unknown !== undefined) return refuse(unknown);
  const request: RunRequest = {
    scenario: loaded.scenario,
    world: 'sim',
    seed: options.seed ?? 1,
    providers: options.providers ?? 'prd',
    network,
  };
  const sim = await play(request);
  if (options.json !== true) {
    const length = Math.round(sim.simulatedSeconds);
    process.stderr.write(`${loaded.scenario.name} in virtual time: done; now ${length} s in real time …\n`);
  }
  const loopback = await play({ ...request, world: 'loopback' });
  for (const outcome of [sim, loopback]) {
    if (outcome.end !== 'finished') return refuse(unfinished(outcome, origin));
  }
  const parity = compare(sim.facts, loopback.facts, loaded.scenario.probes);
  const tolerance = toleranceOf(network);
  const holds =
    parity.differsAt === undefined &&
    parity.memory.every(same) &&
    parity.stages.every((stage) => within(stage, tolerance));
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ network, ...parity, holds }, null, 2)}\n`
      : report(parity, tolerance, holds),
  );
  return holds ? 0 : 1;
}

/**
 * Luck is drawn packet by packet, and real packets are not cut and timed to the microsecond like the
 * simulated ones: where a network has any, the worlds are near each other, and equal only in kind.
 */
function toleranceOf(network: string): Tolerance {
  const parsed = parseNetwork(network);
  return parsed.ok && plainDelayUs(parsed.impairment) !== undefined ? TARGET : NOISY;
}

function refuse(error: UserError): number {
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}

const unfinished = (outcome: RunOutcome, origin: string): UserError => ({
  what: `a run of ${outcome.scenario} did not finish (${outcome.end})`,
  where: outcome.detail.split('\n')[0] ?? '',
  todo: `run the scenario alone first: npm run scenario -- ${origin}`,
  exit: 3,
});

function report(parity: Parity, tolerance: Tolerance, holds: boolean): string {
  const { differsAt, sim, loopback, stages, memory } = parity;
  const order =
    differsAt === undefined
      ? `✓ same order of ${sim.length} turn-level facts`
      : [
          `✗ the order differs from fact ${differsAt + 1} on:`,
          `    sim       ${sim[differsAt] ?? '(nothing more)'}`,
          `    loopback  ${loopback[differsAt] ?? '(nothing more)'}`,
        ].join('\n');
  const head = columns(' ', 'stage', 'sim ms', 'loopback ms', 'difference', 'n');
  const bound = `${tolerance.ms} ms + ${tolerance.share * 100} %`;
  return [
    `${holds ? '✓ PARITY' : '✗ NO PARITY'}  median of each stage within ${bound}`,
    '',
    order,
    ...memory.map(remembered),
    '',
    head,
    ...stages.map((stage) => row(stage, tolerance)),
    '',
    '',
  ].join('\n');
}

function remembered(kpi: MemoryParity): string {
  if (same(kpi)) return `✓ same ${kpi.kpi}, n=${kpi.sim.length}`;
  const apart = kpi.sim.findIndex((sample, index) => sample !== kpi.loopback[index]);
  const at = apart < 0 ? kpi.sim.length : apart;
  return [
    `✗ ${kpi.kpi} differs (act: value) from sample ${at + 1} on:`,
    `    sim       ${kpi.sim[at] ?? '(nothing more)'}`,
    `    loopback  ${kpi.loopback[at] ?? '(nothing more)'}`,
  ].join('\n');
}

function row(stage: StageParity, tolerance: Tolerance): string {
  const { simMs, loopbackMs, n } = stage;
  const number = (value: number | null) => (value === null ? '–' : value.toFixed(1));
  const difference = simMs === null || loopbackMs === null ? null : loopbackMs - simMs;
  const sign = within(stage, tolerance) ? '✓' : '✗';
  return columns(sign, stage.stage, number(simMs), number(loopbackMs), number(difference), String(n));
}

function columns(sign: string, name: string, ...figures: readonly [string, string, string, string]): string {
  const widths = [10, 14, 13, 5];
  const cells = figures.map((figure, index) => figure.padStart(widths[index] ?? 0));
  return `${sign} ${name.padEnd(16)}${cells.join('')}`;
}
