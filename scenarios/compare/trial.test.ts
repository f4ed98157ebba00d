// Options tried on the line: the same seeds with and without, each only where it matters, and differences
// taken call by call. And one call listened to.
import { expect, test } from 'vitest';
import { compareSchema } from '#reports/compare/compare-result.ts';
import { tuningFault } from '#sim/tuning.ts';
import { shortCall } from '../library/short-call.ts';
import { play } from '../runner/play.ts';
import { assemble } from './assemble.ts';
import { type FoldedRun, foldRun } from './fold.ts';
import { listen } from './listen.ts';
import { describeNetwork } from './network.ts';
import { type ComparePlan, jobsOf, tasksOf } from './plan.ts';
import { TRIALS } from './trial.ts';
import { type Bench, benchesOf, variantsOf } from './variant.ts';

const PLAN: ComparePlan = {
  scenarios: [shortCall],
  transports: ['websocket', 'webrtc'],
  networks: ['fibre', 'congested-wifi'],
  grid: 'off',
  runs: 3,
  seed: 5,
  providers: 'prd',
};

test('every option that is tried can be set on its transport', () => {
  for (const { transport, before, after } of TRIALS)
    for (const { tuning = {} } of [before, after]) expect(tuningFault(tuning, transport)).toBeUndefined();
});

test('a setting is played once however many trials share it, with the seeds of the table', () => {
  const benches = benchesOf(PLAN);
  // WebSocket: three leads, two congestion controls, our client; WebRTC: RED, no FEC. As it is, each
  // was played for the table.
  expect(benches).toHaveLength(6 + 2);
  for (const { tasks } of benches) {
    const seeds = tasks.flatMap(({ request, count }) =>
      Array.from({ length: count }, (_, at) => request.seed + at),
    );
    expect(seeds).toEqual([5, 6, 7]);
    expect(tasks.every(({ request }) => request.network === 'congested-wifi')).toBe(true);
  }
  expect(benchesOf({ ...PLAN, networks: ['fibre'] })).toEqual([]);
  // Of two calls nothing could be said.
  expect(benchesOf({ ...PLAN, runs: 2 })).toEqual([]);
});

test('a difference is that of the same call with and without, and "before" is the table\'s number', () => {
  /** Calls differ much more than the option changes them. */
  const runsOf = (tasks: Bench['tasks'], red: boolean): readonly FoldedRun[] =>
    tasks.flatMap(({ request, count }) =>
      Array.from({ length: count }, (_, at) => ({
        seed: request.seed + at,
        end: 'finished' as const,
        detail: '',
        traceHash: '',
        simulatedSeconds: 50,
        samples: { concealed_ms_ratio: [[(at + 1) * 4 - (red ? 1 : 0), 100, -1] as const] },
        answers: [],
      })),
    );
  const played = jobsOf(PLAN).map((job) => ({ job, runs: runsOf(tasksOf(PLAN, job), false) }));
  const tried = new Map(
    benchesOf(PLAN).map(({ key, tasks }) => [key, runsOf(tasks, key.includes('"red":1'))] as const),
  );
  const red = variantsOf(PLAN, played, tried).find(
    ({ option, metric }) => option === 'red 1' && metric === 'concealed_ms_ratio',
  );
  const table = assemble(PLAN, played, { networks: [], sources: [] }).cells.find(
    ({ network, transport }) => network === 'congested-wifi' && transport === 'webrtc',
  );
  expect(red?.before).toMatchObject({ n: 3, value: 0.08 });
  expect(red?.before).toEqual(table?.figures['concealed_ms_ratio']);
  expect(red?.difference).toEqual({ n: 3, value: -0.01, interval: { low: -0.01, high: -0.01 } });
});

test('a call is listened to: both tracks of each transport, within a megabyte', async () => {
  const plan: ComparePlan = { ...PLAN, networks: ['congested-wifi'], runs: 1 };
  const played = [];
  for (const transport of plan.transports) {
    const job = { transport, network: 'congested-wifi' };
    const call = { ...job, scenario: shortCall, world: 'sim', seed: 5, providers: 'prd' } as const;
    played.push({ job, runs: [foldRun(await play(call), shortCall)] });
  }
  const described = describeNetwork('congested-wifi');
  const networks = described.ok ? [described.network] : [];
  const silent = assemble(plan, played, { networks, sources: [] });
  const audio = await listen(plan, silent, played);
  expect(audio.map(({ transport }) => transport)).toEqual(['websocket', 'webrtc']);
  expect(audio[0]?.title).toBe('A reply and its interruption, from the only call');
  expect(compareSchema.safeParse({ ...silent, audio: [...audio] }).error).toBeUndefined();
  expect(JSON.stringify(audio).length).toBeLessThan(1_000_000);
  const loudest = audio.map(({ heard }) => {
    const bytes = Buffer.from(heard.wavBase64, 'base64').subarray(44);
    let most = 0;
    for (let at = 0; at + 1 < bytes.length; at += 2) most = Math.max(most, bytes.readInt16LE(at));
    return most;
  });
  for (const peak of loudest) expect(peak).toBeGreaterThan(1_000);
}, 60_000);

test('listening changes nothing', async () => {
  const call = {
    scenario: shortCall,
    world: 'sim',
    seed: 5,
    providers: 'prd',
    network: 'good-wifi',
  } as const;
  let pieces = 0;
  const heard = await play(call, () => (pieces += 1));
  const alone = await play(call);
  expect(heard.traceHash).toBe(alone.traceHash);
  expect((await play({ ...call, tuning: {} })).traceHash).toBe(alone.traceHash);
  expect(pieces).toBeGreaterThan(100);
}, 60_000);
