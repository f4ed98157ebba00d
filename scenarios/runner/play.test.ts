// One run as a value: finished, or not and why; never an exception.
import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { badness } from '../kpis/fold.ts';
import { vendorPrices } from '../kpis/price.ts';
import { singleTurn } from '../library/single-turn.ts';
import { Campaign } from './campaign.ts';
import { play } from './play.ts';
import type { RunRequest } from './run.ts';

const request: RunRequest = {
  scenario: singleTurn,
  world: 'sim',
  seed: 1,
  providers: 'prd',
  network: 'delay=20ms',
};

const playing = (acts: RunRequest['scenario']['caller']['acts']): RunRequest => ({
  ...request,
  scenario: { ...singleTurn, caller: { ...singleTurn.caller, acts } },
});

test('a call is finished, with its facts, its hash and its length', async () => {
  const outcome = await play(request);
  expect(outcome).toMatchObject({ scenario: 'single-turn', seed: 1, end: 'finished', detail: '' });
  expect(outcome.traceHash).toMatch(/^[0-9a-f]{16}$/);
  expect(outcome.simulatedSeconds).toBeGreaterThan(3);
  expect(outcome.facts.findLast(({ who }) => who !== 'network')).toMatchObject({ what: 'session.ended' });
});

test('ten minutes of asked-for silence are part of a call, and take no time', async () => {
  const [question, hangUp] = singleTurn.caller.acts;
  if (question === undefined || hangUp === undefined) throw new Error('single-turn has two acts');
  const outcome = await play(playing([question, { kind: 'wait', forMs: 600_000 }, question, hangUp]));
  expect(outcome.end, outcome.detail).toBe('finished');
  expect(outcome.simulatedSeconds).toBeGreaterThan(600);
  const agent = outcome.facts.filter((fact) => fact.who === 'agent');
  const asked = agent.filter((fact) => fact.what === 'turn.committed').map(({ reply }) => reply);
  const spoken = agent.filter((fact) => fact.what === 'reply.started').map(({ reply }) => reply);
  expect(asked).toHaveLength(2);
  // Between them the agent asks whether anybody is there.
  expect(spoken, 'the connections to the vendors outlast it').toEqual(expect.arrayContaining(asked));
});

test.each([
  [{ ...request, providers: 'nowhere.json' }, 'no such file'],
  [{ ...request, network: '5g' }, '"5g" is not one of'],
  [playing([{ kind: 'say', parts: [{ text: 'unheard of' }] }]), 'no recording of voice awb: "unheard of"'],
])('a world that cannot be is a crash with its reason', async (wrong, reason) => {
  const outcome = await play(wrong);
  expect(outcome.end).toBe('crashed');
  expect(outcome.detail).toContain(reason);
});

test('the processor time of a run is its own, whatever the neighbours do', async () => {
  await play(request);
  const burn = 'for (const end = Date.now() + 10_000; Date.now() < end; );';
  const neighbours = Array.from({ length: 3 }, () => new Worker(burn, { eval: true }));
  await Promise.all(neighbours.map((worker) => new Promise((resolve) => worker.once('online', resolve))));
  const startedMs = performance.now();
  const outcomes = [];
  while (performance.now() - startedMs < 500)
    outcomes.push(await play({ ...request, seed: outcomes.length }));
  const wallSeconds = (performance.now() - startedMs) / 1_000;
  await Promise.all(neighbours.map((worker) => worker.terminate()));
  const cpuSeconds = outcomes.reduce((sum, outcome) => sum + outcome.cpuSeconds, 0);
  expect(cpuSeconds).toBeGreaterThan(0);
  expect(cpuSeconds).toBeLessThan(wallSeconds);
});

const campaign = new Campaign(vendorPrices(), 2);
afterAll(() => campaign.close());

test('a campaign gives the same runs on threads as in turn, in the order of the seeds', async () => {
  const progress: number[] = [];
  const many = await campaign.play(request, 12, (done) => progress.push(done));
  expect(many.runs.map(({ seed }) => seed)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(progress.at(-1)).toBe(12);
  const few = await campaign.play({ ...request, seed: 5 }, 3, () => {});
  const untimed = (runs: typeof many.runs) =>
    runs.map((run) => ({
      ...run,
      samples: run.samples.filter(({ kpi }) => kpi !== 'speedup' && kpi !== 'events_per_second'),
    }));
  expect(untimed(many.runs.slice(4, 7))).toEqual(untimed(few.runs));
});

test('of all traces one comes back: of the run that was slowest to answer', async () => {
  for (const runs of [3, 12]) {
    const { runs: folded, worst } = await campaign.play(request, runs, () => {});
    expect(folded.every((run) => !('facts' in run))).toBe(true);
    const slowest = folded.toSorted((one, other) => badness(other) - badness(one))[0];
    expect(worst?.seed).toBe(slowest?.seed);
    expect(worst?.facts).toEqual((await play({ ...request, seed: slowest?.seed ?? -1 })).facts);
  }
});

test('a run that did not finish is the one worth looking at, however many there are', async () => {
  const unheard = playing([{ kind: 'say', parts: [{ text: 'unheard of' }] }]);
  const { runs, worst } = await campaign.play({ ...unheard, seed: 3 }, 40, () => {});
  expect(runs.map(({ end }) => end)).toEqual(Array.from({ length: 40 }, () => 'crashed'));
  expect(worst).toMatchObject({ seed: 3, badness: Number.POSITIVE_INFINITY, facts: [] });
});
