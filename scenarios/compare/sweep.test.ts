// A real sweep, small: worker threads, folding, and the same bytes the second time.
import { expect, test } from 'vitest';
import { shortCall } from '../library/short-call.ts';
import { assemble } from './assemble.ts';
import { describeNetwork } from './network.ts';
import { readPlan } from './option.ts';
import type { ComparePlan } from './plan.ts';
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

const RAW = { grid: 'off', runs: '2', seed: '1', providers: 'prd', out: '.parley/compare', json: false };

test.each([
  [{ transports: 'pigeon' }, 'unknown transport "pigeon"'],
  [{ networks: 'delay=40ms,carrier-pigeon' }, 'carrier-pigeon'],
  [{ grid: 'ful' }, 'unknown grid "ful"'],
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
