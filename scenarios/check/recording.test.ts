// A recorded emulator gives its own profile back: played in virtual time, so that nothing is left to the
// machine, with latencies dealt from an even grid of their distribution, so that nothing is left to luck.
import { describe, expect, test } from 'vitest';
import { countTokens } from '#agent/providers/tokens.ts';
import { castVendors } from '#sim/cast.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import { STAGES } from '#sim/providers/cast-choice.ts';
import type { FaultSpec } from '#sim/providers/fault.ts';
import { loadProfile, type Profile, parseProfile, withFaults } from '#sim/providers/profile.ts';
import { STAGE_NAMES, type StageName } from '#sim/providers/stage.ts';
import type { Chance } from '#sim/providers/vendor.ts';
import { addressAt, castEnv } from '#sim/setting.ts';
import { readSpeech } from '../speech/pack.ts';
import { memoryNetwork } from './memory-network.test-support.ts';
import { knotsOf, profileOf } from './recording.ts';
import { type Sampled, sampleEntrant } from './sampling.ts';
import { COUNT, entrantsOf, recording } from './stand-in.test-support.ts';

const MEASURED: readonly StageName[] = [
  'stt.connect',
  'stt.final',
  'llm.connect',
  'llm.first_token',
  'llm.tokens_per_s',
  'tts.connect',
  'tts.first_audio',
  'tts.next_audio',
  'tts.speed',
];

/** Deals each stage every share of a grid from 0 to 1 once, in an order that is none. */
function dealer(samples: number): Chance {
  const dealt = new Map<string, number>();
  return {
    uniform: (_turn, stage) => {
      const count = dealt.get(stage) ?? 0;
      dealt.set(stage, count + 1);
      return ((count * 8) % samples) / (samples - 1);
    },
  };
}

type Play = { readonly samples: number; readonly chance: Chance; readonly seconds?: number };

async function record(
  profile: Profile,
  { samples, chance, seconds = 3_600 }: Play,
): Promise<readonly Sampled[]> {
  const clock = new Kernel();
  const world = { clock, chance, turn: () => 0, note: () => {} };
  const brain = { facts: [], replies: [], fallback: COUNT };
  const cast = castVendors({ world, profile, brain, table: readSpeech(), countTokens, interning: true });
  const { first } = profile.cast;
  const addresses = Object.fromEntries(
    STAGES.map((stage) => [stage, addressAt(stage, first[stage].vendor, stage, false)]),
  );
  const network = memoryNetwork(clock, { stt: cast.stt, llm: cast.llm, tts: cast.tts });
  const bench = { clock, clip: recording(), depth: 'full', network } as const;
  const options = { bench, samples, untilUs: seconds * 1_000_000, progress: () => {} };
  const all: Sampled[] = [];
  for (const entrant of entrantsOf(castEnv(profile.cast, addresses))) {
    let sampled: Sampled | undefined;
    void sampleEntrant(entrant, options).then((one) => {
      sampled = one;
    });
    await clock.run({ untilUs: 4_000_000_000, stopWhen: () => sampled !== undefined });
    if (sampled === undefined) throw new Error('it never ended');
    all.push(sampled);
  }
  return all;
}

function profileNamed(name: string): Profile {
  const loaded = loadProfile(name);
  if (!loaded.ok) throw new Error(loaded.reason);
  return loaded.profile;
}

test.each(['prd', 'prd,stt=deepgram,llm=groq'])(
  'an emulator is recorded and its own profile comes back, within 5 %% at each knot: %s',
  async (name) => {
    const own = profileNamed(name);
    const sampled = await record(own, { samples: 101, chance: dealer(101) });
    expect(sampled.map(({ error, failed }) => [error, failed])).toEqual(sampled.map(() => [undefined, 0]));
    const taken = sampled.map((one) => one.taken);
    const file = profileOf(taken, profileNamed('published').stages, '2026-11-23');
    const read = parseProfile('recorded', JSON.stringify(file));
    if (!read.ok) throw new Error(read.reason);
    const off = MEASURED.flatMap((stage) => {
      const { knots, n, region, status } = file.stages[stage];
      expect([stage, n, region, status, knots.length]).toEqual([stage, 101, 'FRA', 'measured', 10]);
      return knots.map(([share, value]) => {
        const expected = own.quantiles[stage].sample(share);
        return { stage, share, value, expected, off: Math.abs(value / expected - 1) };
      });
    });
    expect(off.filter((one) => one.off > 0.05)).toEqual([]);
    const rest = STAGE_NAMES.filter((stage) => !MEASURED.includes(stage));
    for (const stage of rest) expect(file.stages[stage].note).toMatch(/^not recorded: /);
  },
);

describe('what goes wrong', () => {
  const faulty = (faults: readonly FaultSpec[]) => withFaults(profileNamed('prd'), faults);
  const chance = () => new KeyedChance(1, 'record');

  test('a key that is not taken ends it at once, and says which', async () => {
    const profile = faulty([{ vendor: 'tts', kind: 'http_401' }]);
    const [, , tts] = await record(profile, { samples: 9, chance: chance() });
    expect(tts).toMatchObject({ failed: 1, taken: { samples: {} }, error: { where: 'ELEVENLABS_API_KEY' } });
  });

  test('a failure now and then is counted and does not end it', async () => {
    const profile = faulty([{ vendor: 'llm', kind: 'http_5xx', status: 503, times: 2 }]);
    const [, llm] = await record(profile, { samples: 9, chance: chance() });
    expect(llm).toMatchObject({ failed: 2 });
    expect(llm?.error).toBeUndefined();
    expect(llm?.taken.samples['llm.first_token']).toHaveLength(9);
  });

  test('nothing is begun when time is up, and too little is no distribution', async () => {
    const sampled = await record(profileNamed('prd'), { samples: 100, chance: chance(), seconds: 3 });
    const [stt] = sampled;
    const count = stt?.taken.samples['stt.final']?.length ?? 0;
    expect(count).toBeGreaterThan(1);
    expect(count).toBeLessThan(5);
    const taken = sampled.map((one) => one.taken);
    const { stages } = profileOf(taken, profileNamed('published').stages, '2026-11-23');
    expect(stages['stt.final'].note).toMatch(/^not recorded/);
  });
});

test('knots are of what was seen: no tail that the sample is too small for', () => {
  const hundred = Array.from({ length: 101 }, (_, index) => index);
  expect(knotsOf(hundred)).toEqual([0, 5, 10, 25, 50, 75, 90, 95, 99, 100].map((one) => [one / 100, one]));
  expect(knotsOf([3, 1, 2, 5, 4])).toEqual([
    [0, 1],
    [0.25, 2],
    [0.5, 3],
    [0.75, 4],
    [1, 5],
  ]);
});
