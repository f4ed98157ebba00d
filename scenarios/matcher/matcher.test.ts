// Our words in vitest, both ways: what they let pass, and what they say when they do not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareSets } from '#reports/gate/compare.ts';
import { baselineOf, setOf, slower } from '#reports/gate/set.test-support.ts';
import { gateResult } from '#reports/gate/verdict.ts';
import { evaluate } from '../kpis/evaluate.ts';
import { fold } from '../kpis/fold.ts';
import { vendorPrices } from '../kpis/price.ts';
import { singleTurn } from '../library/single-turn.ts';
import { play } from '../runner/play.ts';
import './extend.ts';

const request = {
  scenario: singleTurn,
  world: 'sim',
  seed: 1,
  providers: 'prd',
  network: 'delay=20ms',
} as const;

async function resultOf(scenario: typeof singleTurn) {
  const run = fold(await play({ ...request, scenario }), scenario, vendorPrices());
  const { world, network, providers } = request;
  const setup = {
    origin: scenario.name,
    world,
    transport: 'websocket',
    network,
    providers,
    policy: 'parley',
  };
  return evaluate([run], scenario, setup, 1);
}

/** What `expect` says when it fails. */
async function complaint(claim: () => unknown): Promise<string> {
  try {
    await claim();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no complaint';
}

test('a result that meets its targets does, and one that does not says which and how to see it', async () => {
  expect(await resultOf(singleTurn)).toMeetKpis();
  const targets = [{ kpi: 'voice_to_voice_ms', statistic: 'p95', comparison: '<', bound: 1 }] as const;
  const impossible = await resultOf({ ...singleTurn, targets });
  expect(impossible).not.toMeetKpis();
  const text = await complaint(() => expect(impossible).toMeetKpis());
  expect(text).toContain('required p95 < 1');
  expect(text).toContain('npm run scenario -- single-turn');
});

test('a run is the same every time, and a world that cannot be is not', async () => {
  await expect(request).toBeDeterministic();
  const nowhere = { ...request, network: 'nowhere' };
  expect(await complaint(() => expect(nowhere).toBeDeterministic())).toContain('crashed');
});

test('the gate is open for equals, and closed for 5 ms in one stage', async () => {
  const base = baselineOf(setOf());
  const against = (head: ReturnType<typeof setOf>) =>
    gateResult(compareSets(base, head), { base, head, file: 'gate.json', wallSeconds: 1 });
  expect(against(setOf())).toPassGate();
  const slow = against(setOf(slower(5, 5_000)));
  expect(slow).not.toPassGate();
  expect(await complaint(() => expect(slow).toPassGate())).toContain('stage.tts_ms p50 is +5.0 ms slower');
});

test('the gate’s verdict is taken from the file that it wrote, too', () => {
  const base = baselineOf(setOf());
  const folder = mkdtempSync(join(tmpdir(), 'parley-matcher-'));
  const path = join(folder, 'result.json');
  for (const head of [setOf(), setOf(slower(5, 5_000))]) {
    const result = gateResult(compareSets(base, head), { base, head, file: 'gate.json', wallSeconds: 1 });
    writeFileSync(path, JSON.stringify(result));
    if (result.verdict === 'pass') expect(path).toPassGate();
    else expect(path).not.toPassGate();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** As a test without types might have it. */
const odd = (value: unknown) => value as Parameters<typeof resultOf>[0];

test.each<[string, () => unknown, string]>([
  ['a number has no KPIs', () => expect(odd(5)).toMeetKpis(), 'wants a ScenarioResult: .*; this is 5$'],
  ['nor is it without them', () => expect(odd(5)).not.toMeetKpis(), 'this is 5$'],
  [
    'a result that was not awaited',
    () => expect(resultOf(singleTurn)).toMeetKpis(),
    'a promise: await it first',
  ],
  ['an object that is no result', () => expect(odd({})).toMeetKpis(), 'this is none: schema'],
  ['a scenario is no request', () => expect(odd(singleTurn)).toBeDeterministic(), 'scenario is none: '],
  [
    'a name is no scenario',
    () => expect({ ...request, scenario: 'single-turn' }).toBeDeterministic(),
    'scenario is a name, "single-turn"',
  ],
  [
    'a seed is a number',
    () => expect({ ...request, seed: '1' }).toBeDeterministic(),
    'seed is "1", and no whole',
  ],
  [
    'a world that is none',
    () => expect({ ...request, world: 'mars' }).toBeDeterministic(),
    'world is "mars"',
  ],
  ['nothing at all', () => expect(undefined).toPassGate(), 'wants a GateResult .*; this is undefined$'],
  ['a file that is not there', () => expect('/no/result.json').toPassGate(), 'cannot be read: ENOENT'],
  [
    'a file of something else',
    () => expect('package.json').toPassGate(),
    'this is none: package.json: schema',
  ],
])('%s: and the complaint says what is wanted', async (_, claim, words) => {
  expect(await complaint(claim)).toMatch(new RegExp(words));
});
