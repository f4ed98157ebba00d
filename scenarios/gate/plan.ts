// What the gate plays: three conversations, or those it is given, over both transports, on a network that
// is good and on one that is not, the same seeds for base and head. Small enough for a minute on two
// cores, and large enough that 5 ms lost in one stage cannot hide.
import type { GateCell } from '#reports/gate/baseline.ts';
import { hashText } from '#sim/kernel/hash.ts';
import { loadScenario } from '../library/index.ts';
import type { Scenario } from '../script/scenario.ts';

/** One way in which one scenario is played. */
export type Place = {
  readonly scenario: string;
  readonly transport: 'websocket' | 'webrtc';
  readonly network: string;
  readonly providers: string;
};

export type GatePlan = {
  readonly providers: string;
  readonly policy: string;
  readonly places: readonly Place[];
  readonly seeds: { readonly first: number; readonly count: number };
};

const SCENARIOS = ['multi-turn', 'short-call', 'barge-in'];
const TRANSPORTS = ['websocket', 'webrtc'] as const;
const NETWORKS = ['good-wifi', 'congested-wifi'];

/** Conversations of each place when no baseline says otherwise. */
export const RUNS = 24;

/** `scenarios`: names of the library, or files. */
export const defaultPlan = (count = RUNS, scenarios: readonly string[] = SCENARIOS): GatePlan => ({
  providers: 'prd',
  policy: 'parley',
  places: NETWORKS.flatMap((network) =>
    scenarios.flatMap((scenario) =>
      TRANSPORTS.map((transport) => ({ scenario, transport, network, providers: 'prd' })),
    ),
  ),
  seeds: { first: 1, count },
});

/** The cells of a plan before they are played. Throws for a scenario that cannot be loaded. */
export async function emptyCells({ places }: GatePlan): Promise<readonly Omit<GateCell, 'runs'>[]> {
  return Promise.all(
    places.map(async ({ scenario, transport, network }) => {
      const script = scriptOf(await scenarioOf(scenario));
      return { scenario, script, transport, network };
    }),
  );
}

/** A scenario of the library, or of a file. Throws for any other. */
export async function scenarioOf(name: string): Promise<Scenario> {
  const loaded = await loadScenario(name);
  if (!loaded.ok) throw new Error(loaded.error.what);
  return loaded.scenario;
}

/** Equal for scenarios in which the same is said and known. */
function scriptOf({ caller, brain, probes }: Scenario): string {
  const text = JSON.stringify({ caller, brain, probes });
  return [1, 2].map((state) => (hashText(state, text) >>> 0).toString(16).padStart(8, '0')).join('');
}
