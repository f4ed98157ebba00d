// The providers by name: settings in, factories out. An unknown name or a bad setting is a value
// that says which setting it is and what was expected, never what was given, which may be a key.
import type { z } from 'zod';
import type { LlmFactory, SttFactory, TtsFactory } from '../core/provider.ts';
import { cartesiaSettings, cartesiaStt } from './cartesia/index.ts';
import { cerebrasLlm, cerebrasSettings } from './cerebras/index.ts';
import { elevenLabsSettings, elevenLabsTts } from './elevenlabs/index.ts';

/** A provider by name, and its settings in the words of its own schema. */
export type ProviderChoice = { readonly provider: string; readonly [setting: string]: unknown };

export type Chosen<Factory> =
  | { readonly ok: true; readonly factory: Factory }
  /** One line for the person who wrote the settings. */
  | { readonly ok: false; readonly message: string };

export const sttFactory = (settings: ProviderChoice): Chosen<SttFactory> =>
  choose('speech-to-text', STT, settings);

export const llmFactory = (settings: ProviderChoice): Chosen<LlmFactory> =>
  choose('language model', LLM, settings);

export const ttsFactory = (settings: ProviderChoice): Chosen<TtsFactory> =>
  choose('text-to-speech', TTS, settings);

type Entry<Factory> = (settings: ProviderChoice) => Chosen<Factory>;
type Entries<Factory> = ReadonlyMap<string, Entry<Factory>>;

const STT: Entries<SttFactory> = new Map([['cartesia', entry(cartesiaSettings, cartesiaStt)]]);
const LLM: Entries<LlmFactory> = new Map([['cerebras', entry(cerebrasSettings, cerebrasLlm)]]);
const TTS: Entries<TtsFactory> = new Map([['elevenlabs', entry(elevenLabsSettings, elevenLabsTts)]]);

function choose<Factory>(
  service: string,
  entries: Entries<Factory>,
  settings: ProviderChoice,
): Chosen<Factory> {
  const found = entries.get(settings.provider);
  if (found !== undefined) return found(settings);
  const names = [...entries.keys()].join(', ');
  return { ok: false, message: `unknown ${service} provider "${settings.provider}": choose one of ${names}` };
}

function entry<Schema extends z.ZodObject, Factory>(
  schema: Schema,
  make: (settings: z.output<Schema>) => Factory,
): Entry<Factory> {
  return (settings) => {
    const { provider, ...rest } = settings;
    const read = schema.strict().safeParse(rest);
    if (read.success) return { ok: true, factory: make(read.data as z.output<Schema>) };
    const faults = read.error.issues.map(
      (issue) => `${issue.path.join('.') || 'settings'}: ${issue.message}`,
    );
    return { ok: false, message: `${provider}: ${faults.join('; ')}` };
  };
}
