// The settings of an agent that talks to emulators, the same in every world but for the addresses. The
// emulators take any key; without an address an agent asks for the vendor's own, which is what a
// modelled network answers to.
import { DEFAULT_CORE_SETTINGS } from '#agent/core/setting.ts';
import { entryOf } from '#agent/providers/registry.ts';
import { variableOf } from '#agent/setting/vendor-table.ts';
import { type AgentSettings, readSettings } from '#agent/settings.ts';
import type { VendorStage } from './kernel/fact.ts';
import { type CastChoice, isUsual, STAGES, USUAL_CAST } from './providers/cast-choice.ts';

/** Base addresses of emulators, as the agent's environment has them. */
export type VendorAddresses = Readonly<Partial<Record<VendorStage, string>>>;

/** Whether the stages have second providers, and what for. */
export type SimHedge = 'off' | 'failover' | 'hedge';

type Env = Readonly<Record<string, string>>;

/** Emulators take any key. */
const KEY = 'emulated';

/** What tells an agent who takes the stages, and where they are if not at the vendors' own addresses. */
export function castEnv({ first }: CastChoice, addresses: VendorAddresses = {}): Env {
  const env: Record<string, string> = {};
  for (const stage of STAGES) {
    const { vendor, model } = first[stage];
    const name = stage.toUpperCase();
    const address = addresses[stage];
    if (!isUsual(stage, first[stage])) env[`${name}_PROVIDER`] = vendor;
    if (model !== undefined) env[`${name}_MODEL`] = model;
    if (address !== undefined) env[`${name}_BASE_URL`] = address;
    env[variableOf(vendor, 'apiKey')] = KEY;
  }
  return env;
}

/** What tells an agent of its second providers; nothing when there are none. */
export function hedgeEnv(
  hedge: SimHedge,
  { first, second }: CastChoice,
  addresses: VendorAddresses = {},
): Env {
  if (hedge === 'off') return {};
  const env: Record<string, string> = { HEDGE: hedge };
  for (const stage of STAGES) {
    const { vendor, model } = second[stage];
    const name = `${stage.toUpperCase()}_FALLBACK`;
    // Without a name it is another server of the first one's vendor.
    if (vendor !== first[stage].vendor) env[`${name}_PROVIDER`] = vendor;
    if (model !== undefined) env[`${name}_MODEL`] = model;
    env[`${name}_BASE_URL`] = addresses[stage] ?? addressAt(stage, vendor, 'second.invalid', true);
    env[`${name}_API_KEY`] = KEY;
  }
  return env;
}

/** A vendor's address as it is, but for the host; `secure` as the vendor's own. */
export function addressAt(stage: VendorStage, vendor: string, host: string, secure: boolean): string {
  const own = new URL(String(entryOf(stage, vendor)?.preset['baseUrl']));
  const scheme = own.protocol.startsWith('ws') ? 'ws' : 'http';
  return `${scheme}${secure ? 's' : ''}://${host}${own.pathname.replace(/\/$/, '')}`;
}

/** `env`: settings by environment variable that come before all others. Throws on values that are none. */
export function settingsFor(
  addresses: VendorAddresses,
  env: Env = {},
  cast: CastChoice = USUAL_CAST,
): AgentSettings {
  const apology = { APOLOGY: DEFAULT_CORE_SETTINGS.reply.apology };
  const read = readSettings({ ...castEnv(cast, addresses), ...apology, ...env });
  if (read.ok) return read.settings;
  throw new Error(read.problems.map(({ variable, expected }) => `${variable} ${expected}`).join('; '));
}
