// The same seed gives the same call, bit for bit: again in this process, on a thread, with nothing
// remembered, with the other way of settling, in any order; and the same as when it was committed.
import { readFileSync } from 'node:fs';
import { Piscina } from 'piscina';
import { describe, expect, test } from 'vitest';
import {
  GOLDEN_HASHES,
  GOLDEN_SCENARIOS,
  GOLDEN_SETTINGS,
  type GoldenHashes,
  type GoldenSetting,
  takeHashes,
} from './commands/hashes.ts';
import { vendorPrices } from './kpis/price.ts';
import { loadScenario } from './library/index.ts';
import { play } from './runner/play.ts';
import type { PlayedRange, SeedRange } from './runner/range.ts';
import type { RunRequest } from './runner/run.ts';

const [PLAIN, ...IMPAIRED] = GOLDEN_SETTINGS as readonly [GoldenSetting, ...GoldenSetting[]];

async function requestOf(name: string, setting = PLAIN): Promise<RunRequest> {
  const loaded = await loadScenario(name);
  if (!loaded.ok) throw new Error(loaded.error.what);
  return { scenario: loaded.scenario, world: 'sim', seed: 1, providers: 'prd', ...setting };
}

async function hashOf(request: RunRequest): Promise<string> {
  const outcome = await play(request);
  expect(outcome.end, outcome.detail).toBe('finished');
  return outcome.traceHash;
}

async function inTurn(request: RunRequest, seeds: readonly number[]): Promise<Map<number, string>> {
  const hashes = new Map<number, string>();
  for (const seed of seeds) hashes.set(seed, await hashOf({ ...request, seed }));
  return hashes;
}

const calls = GOLDEN_SCENARIOS.flatMap((name) =>
  GOLDEN_SETTINGS.map((setting) => ({ name, setting, over: `${setting.transport} over ${setting.network}` })),
);

describe.each(calls)('$name, $over', ({ name, setting }) => {
  test('is the same call twice', async () => {
    const request = await requestOf(name, setting);
    const [first, second] = [await play(request), await play(request)];
    expect(second.facts).toEqual(first.facts);
    expect(second.traceHash).toBe(first.traceHash);
    expect(second.events).toBe(first.events);
  });

  test('is the same with the other settle, and with nothing remembered', async () => {
    const request = await requestOf(name, setting);
    const hash = await hashOf(request);
    expect(await hashOf({ ...request, settle: 'immediate' })).toBe(hash);
    expect(await hashOf({ ...request, interning: false })).toBe(hash);
    expect(await hashOf({ ...request, interning: false, settle: 'immediate' })).toBe(hash);
    expect(await hashOf(request), 'and once more after all that').toBe(hash);
  });

  test('is the same on a thread that has played other things', async () => {
    const request = await requestOf(name, setting);
    const pool = new Piscina<SeedRange, PlayedRange>({
      filename: new URL('./runner/range.ts', import.meta.url).href,
      name: 'playRange',
      maxThreads: 1,
    });
    const elsewhere = await pool.run({
      request: { ...(await requestOf('single-turn')), seed: 9 },
      prices: vendorPrices(),
      count: 1,
    });
    const { runs } = await pool.run({ request, prices: vendorPrices(), count: 3 });
    await pool.destroy();
    expect(elsewhere.runs[0]?.end).toBe('finished');
    expect(runs.map(({ traceHash }) => traceHash)).toEqual([...(await inTurn(request, [1, 2, 3])).values()]);
  });
});

const campaigns = [
  ...GOLDEN_SCENARIOS.map((name) => ({ name, setting: PLAIN })),
  ...IMPAIRED.map((setting) => ({ name: 'barge-in', setting })),
];

test.each(campaigns)(
  '$name, $setting.transport over $setting.network: differs for each of twenty seeds, whichever is first',
  async ({ name, setting }) => {
    const request = await requestOf(name, setting);
    const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
    const forwards = await inTurn(request, seeds);
    expect(new Set(forwards.values()).size).toBe(20);
    const backwards = await inTurn(request, seeds.toReversed());
    expect(new Map([...backwards].toReversed())).toEqual(forwards);
  },
);

test('calls at the same time do not touch each other', async () => {
  const requests = [await requestOf('single-turn')];
  for (const setting of GOLDEN_SETTINGS) requests.push(await requestOf('barge-in', setting));
  const alone: string[] = [];
  for (const request of requests) alone.push(await hashOf(request));
  expect(await Promise.all(requests.map(hashOf))).toEqual(alone);
  expect(new Set(alone).size, 'each way to be connected is a call of its own').toBe(requests.length);
});

test('plays as it did when its hashes were committed', async () => {
  const golden: GoldenHashes = JSON.parse(readFileSync(GOLDEN_HASHES, 'utf8'));
  const renew =
    'the calls are not what they were: if that is meant, run `npm run hashes`, commit ' +
    'reports/baselines/hashes.json, and say why in the commit';
  expect(await takeHashes(), renew).toEqual(golden);
});
