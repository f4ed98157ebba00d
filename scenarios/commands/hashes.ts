// `npm run hashes`: plays every scenario of the library with a few seeds and commits what came of it to
// `reports/baselines/hashes.json`. A changed hash is a change in behaviour that somebody meant, and
// says so in review; the determinism test compares with the file and writes nothing.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadScenario, scenarioNames } from '../library/index.ts';
import { play } from '../runner/play.ts';

export type HashesOptions = {
  /** Where the hashes go; the committed file by default. */
  readonly out?: string;
};

/** What the hashes were taken with, and the hash of each scenario by seed. */
export type GoldenHashes = {
  readonly schema: 'parley-hashes/1';
  readonly providers: string;
  readonly network: string;
  readonly hashes: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export const GOLDEN_HASHES = fileURLToPath(new URL('../../reports/baselines/hashes.json', import.meta.url));

const SEEDS = [1, 2, 3];

export async function run(options: HashesOptions): Promise<number> {
  const golden = await takeHashes();
  const out = options.out ?? GOLDEN_HASHES;
  writeFileSync(out, `${JSON.stringify(golden, null, 2)}\n`);
  const scenarios = `${Object.keys(golden.hashes).length} scenarios, seeds ${SEEDS.join(', ')}`;
  process.stdout.write(`${scenarios} → ${relative(process.cwd(), out)}\n`);
  return 0;
}

/** Plays all of them. Throws when a run does not finish: such a hash is worth nothing. */
export async function takeHashes(): Promise<GoldenHashes> {
  const setting = { providers: 'prd', network: 'delay=20ms' };
  const hashes: Record<string, Record<string, string>> = {};
  for (const name of scenarioNames()) {
    const loaded = await loadScenario(name);
    if (!loaded.ok) throw new Error(loaded.error.what);
    const bySeed: Record<string, string> = {};
    for (const seed of SEEDS) {
      const outcome = await play({ scenario: loaded.scenario, world: 'sim', seed, ...setting });
      if (outcome.end !== 'finished')
        throw new Error(`${name}, seed ${seed}: ${outcome.end}: ${outcome.detail}`);
      bySeed[seed] = outcome.traceHash;
    }
    hashes[name] = bySeed;
  }
  return { schema: 'parley-hashes/1', ...setting, hashes };
}
