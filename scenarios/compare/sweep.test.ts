// A real sweep, small: worker threads, folding, and the same bytes the second time.
import { expect, test } from 'vitest';
import { shortCall } from '../library/short-call.ts';
import { assemble } from './assemble.ts';
import { describeNetwork } from './network.ts';
import { readPlan } from './option.ts';
import { type ComparePlan, commandOf, jobsOf, tasksOf } from './plan.ts';
import { sweep } from './sweep.ts';

const PLAN: ComparePlan = {
  scenarios: [shortCall],
  transports: ['websocket'],
  networks: ['delay=10ms', 'delay=60ms'],
  grid: 'off',
  runs: 3,
  seed: 1,
  providers: 'prd',
};

const NOTES = {
  networks: PLAN.networks.flatMap((name) => {
    const described = describeNetwork(name);
    return described.ok ? [described.network] : [];
  }),
  sources: [],
};

test('conversations are played on threads, folded, and give the same result again', async () => {
  const seen: number[] = [];
  const play = async () => assemble(PLAN, (await sweep(PLAN, (done) => seen.push(done))).played, NOTES);
  const result = await play();
  expect(seen.at(-1)).toBe(6);
  expect(JSON.stringify(await play())).toBe(JSON.stringify(result));
  const [near, far] = result.cells.map((cell) => cell.figures['voice_to_voice_ms']);
  if (near === undefined || far === undefined || 'value' in near || 'value' in far)
    throw new Error('no figure');
  expect(near.n).toBe(24);
  // A hundred milliseconds more on the way there and back.
  expect((far.p50 ?? 0) - (near.p50 ?? 0)).toBeGreaterThan(80);
  expect(result.cells[0]?.typical?.n).toBeGreaterThan(0);
  expect(result.cells[0]?.figures['barge_stop_ear_ms']?.n).toBe(3);
  expect(result.networks[1]?.summary).toBe('60 ms, both ways');
}, 60_000);

const RAW = {
  grid: 'off',
  runs: '2',
  seed: '1',
  providers: 'prd',
  policy: 'parley',
  out: '.parley/compare',
  json: false,
};

test('policy and codec reach every conversation, the command and the result', async () => {
  const asked = { policy: 'livekit-default', codec: 'mulaw', networks: 'delay=20ms', runs: '1' };
  const read = await readPlan([], { ...RAW, ...asked });
  if (!read.ok) throw new Error(read.error.what);
  const { plan } = read;
  const requests = jobsOf(plan).flatMap((job) => tasksOf(plan, job).map(({ request }) => request));
  expect(requests).toMatchObject([
    { transport: 'websocket', policy: 'livekit-default', client: 'parley', codec: 'mulaw' },
    { transport: 'webrtc', policy: 'livekit-default' },
  ]);
  expect(requests[1]).not.toHaveProperty('codec');
  expect(commandOf(plan)).toMatch(/--policy livekit-default --codec mulaw$/);
  const usual = await readPlan([], { ...RAW, networks: 'delay=20ms', runs: '1' });
  if (!usual.ok) throw new Error(usual.error.what);
  const [played, before] = await Promise.all([plan, usual.plan].map((one) => sweep(one, () => {})));
  const result = assemble(plan, played?.played ?? [], NOTES);
  expect(result).toMatchObject({ policy: 'livekit-default', codec: 'mulaw' });
  const kbps = (swept: typeof played) => {
    const [kbit = 0, inSeconds = 0] = swept?.played[0]?.runs[0]?.samples['bandwidth_kbps.up']?.[0] ?? [];
    return kbit / inSeconds;
  };
  expect(kbps(played)).toBeLessThan(100);
  expect(kbps(before)).toBeGreaterThan(200);
  const traces = [played, before].map((swept) => swept?.played[1]?.runs[0]?.traceHash);
  expect(traces[0], 'the policy shows over WebRTC too').not.toBe(traces[1]);
}, 60_000);

test.each([
  [{ transports: 'pigeon' }, 'unknown transport "pigeon"'],
  [{ networks: 'delay=40ms,carrier-pigeon' }, 'carrier-pigeon'],
  [{ grid: 'ful' }, 'unknown grid "ful"'],
  [{ policy: 'polite' }, 'unknown policy "polite"'],
  [{ codec: 'mp3' }, 'unknown codec "mp3"'],
  [{ codec: 'mulaw', transports: 'webrtc' }, 'WebRTC carries Opus'],
  [{ runs: '0' }, '--runs is not a whole number in range'],
  [{ seed: '-1' }, '--seed is not a whole number in range'],
  [{ providers: 'nobody' }, 'nobody'],
  [{ out: '' }, '--out is empty'],
])('what is not understood is refused with its flag: %j', async (change, what) => {
  const read = await readPlan([], { ...RAW, networks: 'delay=40ms', ...change });
  expect(read.ok ? '' : `${read.error.what} ${read.error.where}`).toContain(what);
});

test('networks are told in short, and a wrong scenario is named', async () => {
  const described = describeNetwork('congested-wifi');
  expect(described.ok && described.network.summary).toMatch(
    /20 ms, ou jitter 15 ms, .* loss for 100 ms every 3 s/,
  );
  const read = await readPlan(['shot-call'], { ...RAW, networks: 'delay=40ms' });
  expect(read.ok ? '' : read.error.todo).toContain('short-call');
});
