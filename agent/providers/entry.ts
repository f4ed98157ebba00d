// What a vendor brings to the registry: its name, where to get a key, and for each stage it can take a
// schema of settings and a factory of sessions. Settings are checked here and come back as a factory or as
// faults that name the setting and what was expected, never what was given, which may be a key.
import type { z } from 'zod';
import type { LlmFactory, SttFactory, TtsFactory } from '../core/provider.ts';
import type { VoiceCatalogue } from './voice-catalogue.ts';

export type Factories = { readonly stt: SttFactory; readonly llm: LlmFactory; readonly tts: TtsFactory };
export type StageName = keyof Factories;

export type Vendor = {
  /** Lower case, words joined by hyphens. Its variables begin with it in capitals. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** Where to get a key; absent when it works without one. */
  readonly keySource?: string;
  /** Which voices it has, where it has any. */
  readonly voices?: VoiceCatalogue;
} & { readonly [S in StageName]?: StageEntry<Factories[S]> };

export type StageEntry<Factory> = {
  /** A field with a description becomes a variable of the vendor's own. */
  readonly shape: Readonly<Record<string, z.ZodType>>;
  /** Every setting that has a default, with it. */
  readonly preset: Readonly<Record<string, unknown>>;
  read(settings: Readonly<Record<string, unknown>>): Reading<Factory>;
};

export type Fault = { readonly setting: string; readonly expected: string };

export type Reading<Factory> =
  | { readonly ok: true; readonly factory: Factory }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** One stage of a vendor. All settings of `schema` have defaults. */
export function stage<Schema extends z.ZodObject, Factory>(
  schema: Schema,
  make: (settings: z.output<Schema>) => Factory,
): StageEntry<Factory> {
  return {
    shape: schema.shape as StageEntry<Factory>['shape'],
    preset: schema.parse({}),
    read(settings) {
      const read = schema.strict().safeParse(settings);
      if (read.success) return { ok: true, factory: make(read.data as z.output<Schema>) };
      const faults = read.error.issues.map(({ path, message }) => ({
        setting: path.join('.') || 'settings',
        expected: message,
      }));
      return { ok: false, faults };
    },
  };
}
