// `runScenario` and `runGate`, the library's verbs: the campaigns that the command line plays, as calls. A
// border room, since they tell how long they took.
import type { GateResult } from '#reports/gate/gate-result.ts';
import type { ScenarioResult } from '#reports/result.ts';
import { formatError } from '../error.ts';
import { readGate } from '../gate/option.ts';
import { evaluate } from '../kpis/evaluate.ts';
import { vendorPrices } from '../kpis/price.ts';
import { Campaign } from '../runner/campaign.ts';
import { setupOf } from '../runner/replay.ts';
import type { RunRequest } from '../runner/run.ts';
import type { Scenario } from '../script/scenario.ts';
import { playGate, prepareGate, presetBaseline } from './gate-run.ts';

export type RunOptions = Partial<Omit<RunRequest, 'scenario' | 'interning' | 'settle'>> & {
  /** Conversations, each with its own seed; 1 when absent. */
  readonly runs?: number;
};

/**
 * Plays `scenario` and measures it. Rejects when an option cannot be understood; a conversation that
 * fails, or does not end, is a result with the verdict `fail`.
 */
export async function runScenario(scenario: Scenario, options: RunOptions = {}): Promise<ScenarioResult> {
  const { runs = 1, seed = 1, world = 'sim', ...line } = options;
  const { network = world === 'sim' ? 'delay=20ms' : 'loopback', providers = 'prd' } = options;
  const request: RunRequest = { ...line, scenario, world, seed, network, providers };
  const startedMs = performance.now();
  const campaign = new Campaign(vendorPrices());
  try {
    const { runs: played } = await campaign.play(request, runs, () => {});
    const setup = setupOf(scenario.name, request);
    return evaluate(played, scenario, setup, (performance.now() - startedMs) / 1_000);
  } finally {
    await campaign.close();
  }
}

export type GateRunOptions = {
  /** The baseline's file; `parley-gate.json` when absent. `parley gate … --accept` makes one. */
  readonly baseline?: string;
  /** Conversations of each place, 5 to 200; as many as the baseline has when absent. */
  readonly runs?: number;
  /** What a figure may lose, the larger of both, as in `5ms,1%`. */
  readonly tolerance?: string;
};

/**
 * Plays `scenarios` (names of the library, or paths of files), holds them against their baseline and writes
 * nothing. Rejects where there is no baseline, or none that fits; what got worse is a result that says
 * `fail`.
 */
export async function runGate(
  scenarios: readonly string[],
  { runs, ...options }: GateRunOptions = {},
): Promise<GateResult> {
  const count = runs === undefined ? {} : { runs: String(runs) };
  const raw = { ...options, ...count, out: '.parley/gate', json: false };
  const read = readGate(raw, presetBaseline(), [...new Set(scenarios)]);
  if (!read.ok) throw new Error(formatError(read.error));
  const job = await prepareGate(read.value);
  if (!job.ok) throw new Error(formatError(job.error));
  const { result } = await playGate(job, read.value);
  if (result === undefined) throw new Error('there is no baseline to hold it against');
  return result;
}
