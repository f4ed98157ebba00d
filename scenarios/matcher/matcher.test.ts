// Our words in vitest, both ways: what they let pass, and what they say when they do not.
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
