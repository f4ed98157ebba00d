// `npm run hashes`: plays a few scenarios of the library with a few seeds and commits what came of it to
// `reports/baselines/hashes.json`. A changed hash is a change in behaviour that somebody meant, and
// says so in review; the determinism test compares with the file and writes nothing.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadScenario } from '../library/index.ts';
import { play } from '../runner/play.ts';
import type { RunRequest } from '../runner/run.ts';

export type HashesOptions = {
  /** Where the hashes go; the committed file by default. */
  readonly out?: string;
};

/** How the caller is connected in a set of hashes. */
export type GoldenSetting = Required<Pick<RunRequest, 'transport' | 'network'>>;

/** A network that only delays, and one with everything, under each transport that can tell them apart. */
export const GOLDEN_SETTINGS: readonly GoldenSetting[] = [
  { transport: 'websocket', network: 'delay=20ms' },
  { transport: 'websocket', network: 'good-wifi' },
  { transport: 'webrtc', network: 'good-wifi' },
];

/** Between them they take every way through the agent; the whole library would take minutes. */
export const GOLDEN_SCENARIOS: readonly string[] = ['single-turn', 'multi-turn', 'barge-in', 'short-call'];

/** The hash of each scenario by seed, by how the caller was connected: `websocket over delay=20ms`. */
export type GoldenHashes = {
  readonly schema: 'parley-hashes/2';
  readonly providers: string;
  readonly hashes: Readonly<Record<string, ScenarioHashes>>;
};

type ScenarioHashes = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const GOLDEN_HASHES = fileURLToPath(new URL('../../reports/baselines/hashes.json', import.meta.url));

const SEEDS = [1, 2, 3];

export async function run(options: HashesOptions): Promise<number> {
  const golden = await takeHashes();
  const out = options.out ?? GOLDEN_HASHES;
  writeFileSync(out, `${JSON.stringify(golden, null, 2)}\n`);
  const what = `${GOLDEN_SCENARIOS.length} scenarios, seeds ${SEEDS.join(', ')}`;
  const settings = Object.keys(golden.hashes).join(', ');
  process.stdout.write(`${what}, ${settings} → ${relative(process.cwd(), out)}\n`);
  return 0;
}

/** Plays all of them. Throws when a run does not finish: such a hash is worth nothing. */
export async function takeHashes(): Promise<GoldenHashes> {
  const providers = 'prd';
  const hashes: Record<string, ScenarioHashes> = {};
  for (const setting of GOLDEN_SETTINGS) {
    hashes[`${setting.transport} over ${setting.network}`] = await hashesOver({ ...setting, providers });
  }
  return { schema: 'parley-hashes/2', providers, hashes };
}

async function hashesOver(setting: GoldenSetting & { readonly providers: string }): Promise<ScenarioHashes> {
  const hashes: Record<string, Record<string, string>> = {};
  for (const name of GOLDEN_SCENARIOS) {
    const loaded = await loadScenario(name);
    if (!loaded.ok) throw new Error(loaded.error.what);
    const bySeed: Record<string, string> = {};
    for (const seed of SEEDS) {
      const outcome = await play({ scenario: loaded.scenario, world: 'sim', seed, ...setting });
      if (outcome.end !== 'finished') {
        const where = `${name}, seed ${seed}, ${setting.transport} over ${setting.network}`;
        throw new Error(`${where}: ${outcome.end}: ${outcome.detail}`);
      }
      bySeed[seed] = outcome.traceHash;
    }
    hashes[name] = bySeed;
  }
  return hashes;
}
