// From folded runs to a comparison: paired seeds, cells in the order of the plan, figures that can be
// checked by hand, and a plan that can be played again.

import { expect, test } from 'vitest';
import { compareSchema } from '#reports/compare/compare-result.ts';
import { STAGES } from '../kpis/stage.ts';
import { shortCall } from '../library/short-call.ts';
import { assemble } from './assemble.ts';
import type { FoldedRun } from './fold.ts';
import { networkAt } from './grid.ts';
import { type ComparePlan, commandOf, type Job, jobsOf, type Played, tasksOf } from './plan.ts';

const PLAN: ComparePlan = {
  scenarios: [shortCall],
  transports: ['websocket', 'webrtc'],
  networks: ['fibre', 'lte-moving'],
  grid: 'small',
  runs: 12,
  seed: 7,
  providers: 'prd',
};

/** Eight answers a call; over WebSocket each takes 30 ms longer, and 5 ms per % of loss. */
function runOf(job: Job, seed: number): FoldedRun {
  const extra = job.transport === 'websocket' ? 30 + 5 * (job.place?.lossPercent ?? 0) : 0;
  const totals = Array.from({ length: 8 }, (_, act) => 500 + 10 * act + seed + extra);
  return {
    seed,
    end: seed === 9 && job.network === 'lte-moving' ? 'timeout' : 'finished',
    detail: '',
    traceHash: `${job.transport} ${job.network} ${seed}`,
    simulatedSeconds: 53,
    samples: {
      voice_to_voice_ms: totals.map((total, act) => [total, 1, act]),
      wer: [[1, 10, 0]],
      unanswered_turns: totals.map((_, act) => [act === 0 ? 1 : 0, 1, act]),
    },
    answers: totals.map((totalMs) => ({
      totalMs,
      stages: Object.fromEntries(STAGES.map((name) => [name, totalMs / STAGES.length])) as never,
    })),
  };
}

const played = (plan: ComparePlan): readonly Played[] =>
  jobsOf(plan).map((job) => ({
    job,
    runs: Array.from({ length: plan.runs }, (_, at) => runOf(job, plan.seed + at)),
  }));

const NOTES = {
  networks: PLAN.networks.map((name) => ({ name, summary: 's', source: 'x', status: 'preset' as const })),
  sources: [],
};

test('every transport plays every network and place with the same seeds', () => {
  const jobs = jobsOf(PLAN);
  expect(jobs).toHaveLength(2 * 2 + 2 * 3 * 3 * 4);
  for (const job of jobs) {
    const seeds = tasksOf(PLAN, job).flatMap(({ request, count }) =>
      Array.from({ length: count }, (_, at) => request.seed + at),
    );
    expect(seeds).toEqual(Array.from({ length: 12 }, (_, at) => 7 + at));
  }
  expect(networkAt({ rttMs: 100, jitterMs: 15, lossPercent: 2 })).toBe('delay=50ms jitter=15ms loss=2%');
  expect(networkAt({ rttMs: 40, jitterMs: 0, lossPercent: 0 })).toBe('delay=20ms');
});

test('figures, pairs, breakdowns and unfinished runs come out as they went in', () => {
  const result = assemble(PLAN, played(PLAN), NOTES);
  expect(compareSchema.safeParse(result).error).toBeUndefined();
  const [socket, rtc] = result.cells;
  expect([socket?.transport, rtc?.transport, socket?.network]).toEqual(['websocket', 'webrtc', 'fibre']);
  expect(rtc?.figures['voice_to_voice_ms']).toMatchObject({ n: 96, p50: 547, p95: 584 });
  expect(rtc?.figures['wer']).toMatchObject({ n: 12, value: 0.1 });
  expect(rtc?.figures['unanswered_turns']).toMatchObject({ n: 12, value: 1 });
  expect(result.pairs[0]).toEqual({
    network: 'fibre',
    metric: 'voice_to_voice_ms',
    n: 96,
    median: 30,
    interval: { low: 30, high: 30 },
  });
  const total = Object.values(rtc?.typical?.stages ?? {}).reduce((sum, ms) => sum + ms, 0);
  expect(Math.abs(total - (rtc?.typical?.total ?? 0))).toBeLessThan(1e-6);
  expect(result.cells.map(({ unfinished }) => unfinished)).toEqual([0, 0, 1, 1]);
  expect(result.grid?.cells).toHaveLength(72);
});

test('equal runs give equal bytes, and other traces another hash', () => {
  const text = (plan: ComparePlan) => JSON.stringify(assemble(plan, played(plan), NOTES));
  expect(text(PLAN)).toBe(text(PLAN));
  const hash = (plan: ComparePlan) => assemble(plan, played(plan), NOTES).cells[0]?.traceHash;
  expect(hash({ ...PLAN, seed: 8 })).not.toBe(hash(PLAN));
});

test('the command plays the same plan again', () => {
  expect(commandOf({ ...PLAN, networks: ['delay=40ms loss=2%'] })).toBe(
    "npm run compare -- short-call --transports websocket,webrtc --networks 'delay=40ms loss=2%' " +
      '--grid small --runs 12 --seed 7 --providers prd',
  );
});
