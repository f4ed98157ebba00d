// Conversations played for tests of their reports: the same steps as the command takes, in this process.
import type { ConversationReport } from '#reports/conversation/conversation-report.ts';
import { evaluate } from '../kpis/evaluate.ts';
import { vendorPrices } from '../kpis/price.ts';
import { loadScenario } from '../library/index.ts';
import { playRange } from '../runner/range.ts';
import { setupOf } from '../runner/replay.ts';
import type { Scenario } from '../script/scenario.ts';
import { conversationReport, type Material } from './assemble.ts';
import { tracesOf } from './trace.ts';

export type Wish = {
  readonly name: string;
  readonly runs?: number;
  readonly network?: string;
  readonly change?: (scenario: Scenario) => Scenario;
};

export async function materialOf({
  name,
  runs = 1,
  network = 'delay=20ms',
  change,
}: Wish): Promise<Material> {
  const loaded = await loadScenario(name);
  if (!loaded.ok) throw new Error(loaded.error.what);
  const scenario = change === undefined ? loaded.scenario : change(loaded.scenario);
  const prices = vendorPrices();
  const request = { scenario, world: 'sim', seed: 1, network, providers: 'prd' } as const;
  const setup = setupOf(name, request);
  const all = await playRange({ request, prices, count: runs });
  // How long it took on the wall is no part of a report.
  const result = evaluate(all.runs, scenario, setup, runs);
  return { result, runs: all.runs, traces: await tracesOf(request, all), scenario, setup, prices };
}

export const reportOf = async (wish: Wish): Promise<ConversationReport> =>
  conversationReport(await materialOf(wish));
