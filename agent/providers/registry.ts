// The vendors by name: settings in, factories out. An unknown name or a bad setting is a value that says
// which setting it is and what was expected. Adding a vendor is its folder and one line of this list.
import type { LlmFactory, SttFactory, TtsFactory } from '../core/provider.ts';
import { anthropic } from './anthropic/index.ts';
import { assemblyAi } from './assemblyai/index.ts';
import { cartesia } from './cartesia/index.ts';
import { cerebras } from './cerebras/index.ts';
import { deepgram } from './deepgram/index.ts';
import { elevenLabs } from './elevenlabs/index.ts';
import type { Factories, StageEntry, StageName, Vendor } from './entry.ts';
import { groq } from './groq/index.ts';
import { openAi } from './openai/index.ts';
import { openAiCompatible } from './openai-compatible/index.ts';

export const VENDORS: readonly Vendor[] = [
  anthropic,
  assemblyAi,
  cartesia,
  cerebras,
  deepgram,
  elevenLabs,
  groq,
  openAi,
  openAiCompatible,
];

/** Who takes a stage unless another is named. */
export const DEFAULT_VENDORS: Readonly<Record<StageName, string>> = {
  stt: 'cartesia',
  llm: 'cerebras',
  tts: 'elevenlabs',
};

/** A provider by name, and its settings in the words of its own schema. */
export type ProviderChoice = { readonly provider: string; readonly [setting: string]: unknown };

export type Chosen<Factory> =
  | { readonly ok: true; readonly factory: Factory }
  /** One line for the person who wrote the settings. */
  | { readonly ok: false; readonly message: string };

export const sttFactory = (settings: ProviderChoice): Chosen<SttFactory> => choose('stt', settings);

export const llmFactory = (settings: ProviderChoice): Chosen<LlmFactory> => choose('llm', settings);

export const ttsFactory = (settings: ProviderChoice): Chosen<TtsFactory> => choose('tts', settings);

/** Names of those that can take `stage`. */
export const vendorsOf = (stage: StageName): readonly string[] =>
  VENDORS.flatMap((vendor) => (vendor[stage] === undefined ? [] : vendor.name));

export const vendorNamed = (name: string): Vendor | undefined =>
  VENDORS.find((vendor) => vendor.name === name);

export function entryOf<S extends StageName>(stage: S, name: string): StageEntry<Factories[S]> | undefined {
  const vendor: { readonly [K in S]?: StageEntry<Factories[K]> } | undefined = vendorNamed(name);
  return vendor?.[stage];
}

const SERVICES: Readonly<Record<StageName, string>> = {
  stt: 'speech-to-text',
  llm: 'language model',
  tts: 'text-to-speech',
};

function choose<S extends StageName>(stage: S, settings: ProviderChoice): Chosen<Factories[S]> {
  const { provider, ...rest } = settings;
  const entry = entryOf(stage, provider);
  if (entry === undefined) {
    const names = vendorsOf(stage).join(', ');
    return {
      ok: false,
      message: `unknown ${SERVICES[stage]} provider "${provider}": choose one of ${names}`,
    };
  }
  const read = entry.read(rest);
  if (read.ok) return read;
  const faults = read.faults.map(({ setting, expected }) => `${setting}: ${expected}`);
  return { ok: false, message: `${provider}: ${faults.join('; ')}` };
}
