// One run as a value: finished, or not and why; never an exception.
import { expect, test } from 'vitest';
import { singleTurn } from '../library/single-turn.ts';
import { playMany } from './campaign.ts';
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
  expect(outcome.facts.at(-1)).toMatchObject({ what: 'session.ended' });
});

test('ten minutes of asked-for silence are part of a call, and take no time', async () => {
  const [question, hangUp] = singleTurn.caller.acts;
  if (question === undefined || hangUp === undefined) throw new Error('single-turn has two acts');
  const outcome = await play(playing([question, { kind: 'wait', forMs: 600_000 }, question, hangUp]));
  expect(outcome.end, outcome.detail).toBe('finished');
  expect(outcome.simulatedSeconds).toBeGreaterThan(600);
  const answered = outcome.facts.filter((fact) => fact.who === 'agent' && fact.what === 'reply.started');
  expect(answered, 'the connections to the vendors outlast it').toHaveLength(2);
});

test.each([
  [{ ...request, providers: 'nowhere.json' }, 'no such file'],
  [{ ...request, network: '5g' }, '"5g" is neither'],
  [playing([{ kind: 'say', parts: [{ text: 'unheard of' }] }]), 'no recording of voice awb: "unheard of"'],
])('a world that cannot be is a crash with its reason', async (wrong, reason) => {
  const outcome = await play(wrong);
  expect(outcome.end).toBe('crashed');
  expect(outcome.detail).toContain(reason);
});

test('a campaign gives the same outcomes on threads as in turn, in the order of the seeds', async () => {
  const progress: number[] = [];
  const many = await playMany(request, 12, (done) => progress.push(done));
  expect(many.map(({ seed }) => seed)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(progress.at(-1)).toBe(12);
  const few = await playMany({ ...request, seed: 5 }, 3, () => {});
  expect(many.slice(4, 7).map(({ traceHash }) => traceHash)).toEqual(few.map(({ traceHash }) => traceHash));
});
