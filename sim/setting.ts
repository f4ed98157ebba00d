// The settings of an agent that talks to emulators, the same in every world but for the addresses. The
// emulators take any key; without an address an agent asks for the vendor's own, which is what a
// modelled network answers to.
import { DEFAULT_CORE_SETTINGS } from '#agent/core/setting.ts';
import { type AgentSettings, readSettings } from '#agent/settings.ts';
import type { VendorStage } from './kernel/fact.ts';

/** Base addresses of emulators, as the agent's environment has them. */
export type VendorAddresses = Readonly<Partial<Record<VendorStage, string>>>;

/** Whether the stages have second providers, and what for. */
export type SimHedge = 'off' | 'failover' | 'hedge';

/** What tells an agent of its second providers; nothing when there are none. */
export function hedgeEnv(hedge: SimHedge, addresses: VendorAddresses = {}): Readonly<Record<string, string>> {
  if (hedge === 'off') return {};
  const {
    stt = 'wss://second.invalid',
    llm = 'https://second.invalid/v1',
    tts = 'wss://second.invalid',
  } = addresses;
  return {
    HEDGE: hedge,
    STT_FALLBACK_BASE_URL: stt,
    STT_FALLBACK_API_KEY: 'emulated',
    LLM_FALLBACK_BASE_URL: llm,
    LLM_FALLBACK_API_KEY: 'emulated',
    TTS_FALLBACK_BASE_URL: tts,
    TTS_FALLBACK_API_KEY: 'emulated',
  };
}

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
