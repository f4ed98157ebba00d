// Emulated vendors on real ports, and the environment of an agent that is pointed at them: for tests of the
// verbs that look at providers one by one.
import { countTokens } from '#agent/providers/tokens.ts';
import { type AnyEntrant, rosterOf } from '#agent/setting/roster.ts';
import { castVendors } from '#sim/cast.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { type HostedVendor, hostVendor } from '#sim/loopback/host.ts';
import { STAGES } from '#sim/providers/cast-choice.ts';
import type { FaultSpec } from '#sim/providers/fault.ts';
import { loadProfile, type Profile, withFaults } from '#sim/providers/profile.ts';
import type { Chance, Vendor } from '#sim/providers/vendor.ts';
import { addressAt, castEnv } from '#sim/setting.ts';
import { readSpeech } from '../speech/pack.ts';

export type StandIns = {
  readonly clock: RealClock;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/** `providers`: as on the command line. */
export async function standIns(
  providers: string | Profile,
  { faults = [], chance }: { readonly faults?: readonly FaultSpec[]; readonly chance?: Chance } = {},
): Promise<StandIns> {
  const profile = typeof providers === 'string' ? loaded(providers) : providers;
  const clock = new RealClock();
  const world = { clock, chance: chance ?? new KeyedChance(1, 'check'), turn: () => 0, note: () => {} };
  const brain = { facts: [], replies: [], fallback: COUNT };
  const parts = { world, brain, table: readSpeech(), countTokens, interning: true };
  const cast = castVendors({ ...parts, profile: withFaults(profile, faults) });
  const hosted: HostedVendor[] = [];
  const addresses: Record<string, string> = {};
  for (const stage of STAGES) {
    const host = await hostVendor(headless(cast[stage]), { instant: (run) => clock.instant(run) });
    hosted.push(host);
    const { vendor } = profile.cast.first[stage];
    addresses[stage] = addressAt(stage, vendor, `127.0.0.1:${host.port}`, false);
  }
  const close = async () => {
    await Promise.all(hosted.map((host) => host.close()));
    clock.close();
  };
  return { clock, env: castEnv(profile.cast, addresses), close };
}

/** The entrants that `env` configures. Throws where it configures none. */
export function entrantsOf(env: Readonly<Record<string, string>>): readonly AnyEntrant[] {
  const roster = rosterOf(env);
  if (!roster.ok) throw new Error(JSON.stringify(roster.problems));
  return roster.entrants;
}

export function entrantOf(stage: AnyEntrant['stage'], env: Readonly<Record<string, string>>): AnyEntrant {
  const entrant = entrantsOf(env).find((one) => one.stage === stage);
  if (entrant === undefined) throw new Error(`nobody takes ${stage}`);
  return entrant;
}

export function recording() {
  const clip = readSpeech().find('slt', 'For two.');
  if (clip === undefined) throw new Error('the recording is missing');
  return clip;
}

export const COUNT =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen';

function loaded(providers: string): Profile {
  const result = loadProfile(providers);
  if (!result.ok) throw new Error(result.reason);
  return result.profile;
}

/** Nobody emulates `HEAD /`: it is answered here, so that it draws nothing. */
const headless = (vendor: Vendor): Vendor => ({
  name: vendor.name,
  upgrade: (request) => vendor.upgrade(request),
  exchange: (request, exchange) => {
    if (request.method !== 'HEAD') return vendor.exchange(request, exchange);
    exchange.head(200, { 'cf-ray': '8f2-FRA' });
    exchange.end();
  },
});
