// `runScenario`, the library's verb: the same campaign that the command line plays, as a call. A border
// room, since it tells how long it took.
import type { ScenarioResult } from '#reports/result.ts';
import { evaluate } from '../kpis/evaluate.ts';
import { vendorPrices } from '../kpis/price.ts';
import { Campaign } from '../runner/campaign.ts';
import { setupOf } from '../runner/replay.ts';
import type { RunRequest } from '../runner/run.ts';
import type { Scenario } from '../script/scenario.ts';

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
