// A recorded emulator gives its own profile back: each of its latencies is dealt from an even grid of its
// distribution, so that what should come back is known to the last digit and nothing is left to luck.
import { afterEach, expect, test } from 'vitest';
import { loadProfile, parseProfile } from '#sim/providers/profile.ts';
import { Quantile } from '#sim/providers/quantile.ts';
import { STAGE_NAMES, type StageName } from '#sim/providers/stage.ts';
import type { Chance } from '#sim/providers/vendor.ts';
import { tryEntrant } from './entrant-trial.ts';
import { profileOf } from './recording.ts';
import { sampleEntrant } from './sampling.ts';
import { entrantsOf, recording, type StandIns, standIns } from './stand-in.test-support.ts';

const SAMPLES = 11;
/** Large, so that the milliseconds that a busy machine takes for itself stay within 5 %. */
const KNOTS: Partial<Record<StageName, [number, number][]>> = {
  'stt.connect': [
    [0, 300],
    [0.5, 400],
    [0.9, 600],
    [1, 800],
  ],
  'stt.final': [
    [0, 400],
    [0.5, 500],
    [1, 800],
  ],
  'llm.connect': [
    [0, 300],
    [0.5, 350],
    [1, 700],
  ],
  'llm.first_token': [
    [0, 350],
    [0.5, 500],
    [0.9, 600],
    [1, 900],
  ],
  'llm.tokens_per_s': [
    [0, 30],
    [1, 50],
  ],
  'tts.connect': [
    [0, 300],
    [0.5, 400],
    [1, 800],
  ],
  'tts.first_audio': [
    [0, 350],
    [0.5, 400],
    [1, 700],
  ],
  'tts.next_audio': [
    [0, 300],
    [0.5, 350],
    [1, 600],
  ],
  'tts.speed': [
    [0, 2],
    [0.5, 3],
    [1, 4],
  ],
};

/** Deals each stage every share of a grid from 0 to 1 once, in an order that is none. */
function dealer(): Chance {
  const dealt = new Map<string, number>();
  return {
    uniform: (_turn, stage) => {
      const count = dealt.get(stage) ?? 0;
      dealt.set(stage, count + 1);
      return ((count * 4) % SAMPLES) / (SAMPLES - 1);
    },
  };
}

const open: StandIns[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

// A machine that stands still for 10 ms in the wrong moment is not what is on trial.
test('an emulator is recorded and its own profile comes back, within 5 % at each knot', {
  retry: 2,
}, async () => {
  const usual = loadProfile('published');
  if (!usual.ok) throw new Error(usual.reason);
  const stages = { ...usual.profile.stages };
  const quantiles = { ...usual.profile.quantiles };
  for (const [name, knots] of Object.entries(KNOTS) as [StageName, [number, number][]][]) {
    stages[name] = { ...stages[name], knots, ...(name === 'stt.final' ? { from: 'speech_end' } : {}) };
    quantiles[name] = new Quantile(knots);
  }
  const own = { ...usual.profile, stages, quantiles, fromSpeechEnd: new Set(['stt.final']), byVendor: false };
  const world = await standIns(own, { chance: dealer() });
  open.push(world);
  const bench = { clock: world.clock, clip: recording(), depth: 'full' } as const;
  // The first of each compiles, and learns the recordings.
  for (const one of entrantsOf(world.env)) await tryEntrant(bench, one);
  const told: number[] = [];
  const progress = (done: number) => told.push(done);
  const options = { bench, samples: SAMPLES, untilUs: world.clock.now() + 120_000_000, progress };
  const sampled = await Promise.all(entrantsOf(world.env).map((one) => sampleEntrant(one, options)));

  expect(sampled.map(({ error, failed }) => [error, failed])).toEqual(sampled.map(() => [undefined, 0]));
  expect(told).toHaveLength(3 * SAMPLES);
  const file = profileOf(
    sampled.map(({ taken }) => taken),
    usual.profile.stages,
    '2026-11-23',
  );
  const read = parseProfile('recorded', JSON.stringify(file));
  if (!read.ok) throw new Error(read.reason);
  const off = STAGE_NAMES.flatMap((stage) => {
    const { knots, n, region, status } = file.stages[stage];
    if (KNOTS[stage] === undefined) return [];
    expect([stage, n, region, status]).toEqual([stage, SAMPLES, 'FRA', 'measured']);
    return knots.map(([share, value]) => {
      const expected = quantiles[stage].sample(share);
      return { stage, share, value, expected, off: Math.abs(value / expected - 1) };
    });
  });
  expect(off).toHaveLength(7 * Object.keys(KNOTS).length);
  expect(off.filter((one) => one.off > 0.05)).toEqual([]);
});

test('what is out of time or out of order is not recorded, and said', async () => {
  const world = await standIns('prd', { faults: [{ vendor: 'tts', kind: 'http_401' }] });
  open.push(world);
  const bench = { clock: world.clock, clip: recording(), depth: 'full' } as const;
  const [stt, , tts] = entrantsOf(world.env);
  if (stt === undefined || tts === undefined) throw new Error('somebody is missing');
  const options = { bench, samples: 9, untilUs: world.clock.now() + 60_000_000, progress: () => {} };
  const refused = await sampleEntrant(tts, options);
  expect(refused).toMatchObject({ failed: 1, error: { where: 'ELEVENLABS_API_KEY' } });
  const late = await sampleEntrant(stt, { ...options, untilUs: world.clock.now() });
  expect(late).toMatchObject({ failed: 0, taken: { samples: {} } });
});
