// The settings of an agent that talks to emulators, the same in every world but for the addresses. The
// emulators take any key; without an address an agent asks for the vendor's own, which is what a
// modelled network answers to.
import { DEFAULT_CORE_SETTINGS } from '#agent/core/setting.ts';
import { type AgentSettings, readSettings } from '#agent/settings.ts';
import type { VendorStage } from './kernel/fact.ts';

/** Base addresses of emulators, as the agent's environment has them. */
export type VendorAddresses = Readonly<Partial<Record<VendorStage, string>>>;

/** `env`: settings by environment variable that come before all others. Throws on values that are none. */
export function settingsFor(
  addresses: VendorAddresses,
  env: Readonly<Record<string, string>> = {},
): AgentSettings {
  const { stt, llm, tts } = addresses;
  const read = readSettings({
    CARTESIA_API_KEY: 'emulated',
    CEREBRAS_API_KEY: 'emulated',
    ELEVENLABS_API_KEY: 'emulated',
    APOLOGY: DEFAULT_CORE_SETTINGS.reply.apology,
    ...(stt === undefined ? {} : { CARTESIA_BASE_URL: stt }),
    ...(llm === undefined ? {} : { LLM_BASE_URL: llm }),
    ...(tts === undefined ? {} : { ELEVENLABS_BASE_URL: tts }),
    ...env,
  });
  if (read.ok) return read.settings;
  throw new Error(read.problems.map(({ variable, expected }) => `${variable} ${expected}`).join('; '));
}
