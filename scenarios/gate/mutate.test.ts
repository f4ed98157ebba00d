// The gate on trial, in small: a few defects of every kind are found in one place, and a wrapper that does
// nothing changes nothing. All of them, everywhere: `npm run gate -- --mutants`.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GateSet } from '#reports/gate/baseline.ts';
import { GATE_STAGES } from '#reports/gate/baseline.ts';
import { compareSets } from '#reports/gate/compare.ts';
import { play } from '../runner/play.ts';
import { Crew } from './crew.ts';
import { measure } from './measure.ts';
import { MUTANTS, mutantOf } from './mutant/catalogue.ts';
import { Tampered } from './mutant/tampered.ts';
import { tryMutant } from './mutate.ts';
import { nullRuns } from './null-run.ts';
import { defaultPlan, emptyCells, scenarioOf } from './plan.ts';

const CALLS = 24;
/** Two sets of equals are drawn from these, and fewer could not alarm however they differed. */
const MANY = 2 * CALLS;
const whole = defaultPlan(CALLS);
const places = whole.places.filter(
  ({ scenario, network, transport }) =>
    scenario === 'barge-in' && network === 'good-wifi' && transport === 'websocket',
);
const plan = { ...whole, places };
const crew = new Crew(2);
let many: GateSet;
let base: GateSet;

beforeAll(async () => {
  many = await crew.play({ ...plan, seeds: { first: 1, count: MANY } });
  base = { ...many, cells: many.cells.map((cell) => ({ ...cell, runs: cell.runs.slice(0, CALLS) })) };
}, 60_000);
afterAll(() => crew.close());

test('what is measured of a conversation has stages that add up, and every turn of the script', () => {
  const runs = base.cells[0]?.runs ?? [];
  expect(runs.map(({ seed, end }) => [seed, end])).toEqual(
    Array.from({ length: CALLS }, (_, at) => [at + 1, 'finished']),
  );
  for (const { turns } of runs) {
    expect(turns.map(([act]) => act)).toEqual([0, 1]);
    for (const [, total, ...stages] of turns) {
      expect(stages).toHaveLength(GATE_STAGES.length);
      expect(stages.reduce((sum, part) => sum + part, 0)).toBe(total);
    }
  }
});

test('played once more it is the same, bit for bit', async () => {
  const again = await crew.play({ ...plan, seeds: { first: 1, count: 6 } });
  expect(again.cells[0]?.runs).toEqual(base.cells[0]?.runs.slice(0, 6));
});

test.each(['tts-5ms', 'lost-cancel', 'asked-twice', 'duplicate-final', 'half-prompt'])(
  'the defect %s is found',
  { timeout: 60_000 },
  async (name) => {
    const trial = await tryMutant(mutantOf(name), base, plan, crew);
    expect(trial.caught?.why ?? 'nothing').toMatch(/slower|→/);
  },
);

test('comparisons of equals raise no alarm, though what is judged could', () => {
  const nulls = [...nullRuns(many, CALLS, 50)];
  expect(nulls.flatMap(({ comparison }) => comparison.failures)).toEqual([]);
  for (const { comparison } of nulls) expect(2 ** -CALLS).toBeLessThan(comparison.level);
});

test('the same code on the same seeds has nothing to tell', async () => {
  const { failures, cells } = compareSets(base, await crew.play(plan));
  expect(failures).toEqual([]);
  expect(cells.flatMap(({ figures }) => figures).filter(({ delta }) => delta !== 0)).toEqual([]);
});

test('defects have names of their own, and there are enough of them', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  expect(MUTANTS.length).toBeGreaterThanOrEqual(20);
});

test('an agent with nothing in its way is the agent', async () => {
  const scenario = await scenarioOf('barge-in');
  const request = { scenario, world: 'sim', seed: 3, providers: 'prd', network: 'good-wifi' } as const;
  const plain = await play(request);
  const wrapped = await play(request, undefined, (options) => ({
    ...options,
    tamper: (agent) => new Tampered(agent, {}),
  }));
  expect(wrapped.traceHash).toBe(plain.traceHash);
  expect(measure(wrapped, scenario)).toEqual(measure(plain, scenario));
});

test('a crash is measured as one, and closes the gate', async () => {
  const scenario = await scenarioOf('barge-in');
  const request = { scenario, world: 'sim', seed: 1, providers: 'prd', network: 'good-wifi' } as const;
  const crash = await play(request, undefined, () => {
    throw new Error('on purpose');
  });
  const run = measure(crash, scenario);
  expect(run).toMatchObject({ end: 'crashed', turns: [] });
  const head = {
    ...base,
    cells: base.cells.map((cell) => ({ ...cell, runs: [run, ...cell.runs.slice(1)] })),
  };
  const { failures } = compareSets(base, head);
  expect(failures.map(({ figure }) => figure)).toContain('not_finished');
});

test('a scenario is known by what is said in it', async () => {
  const [first, second] = await emptyCells(whole);
  expect(first?.script).toMatch(/^[0-9a-f]{16}$/);
  expect(second?.script).toBe(first?.script);
});
