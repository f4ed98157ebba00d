// Which vendor takes a stage, first or in reserve, with the settings that are its own: put together from
// the variables of the stage and those of the vendor, and checked by the vendor. What a vendor does not
// know is not told to it, unless it was asked for: then the variable is named.
import { assert } from '../core/assert.ts';
import type { Factories, StageName } from '../providers/entry.ts';
import { entryOf } from '../providers/registry.ts';
import { VARIABLES } from './table.ts';
import type { Problem } from './variable.ts';
import { VENDOR_VARIABLES, variableOf } from './vendor-table.ts';

export type Env = Readonly<Record<string, string | undefined>>;
type Key = keyof typeof VARIABLES;

/** What was read: of the table by key, of the vendors by the variable's name. */
export type Read = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly vendors: ReadonlyMap<string, unknown>;
  readonly env: Env;
};

/** A vendor's settings for one stage, checked. `model`: for its price. */
export type Choice<S extends StageName> = {
  readonly provider: string;
  readonly model: string;
  readonly factory: Factories[S];
  /** All that the vendor was told, in the words of its schema; the key among it. */
  readonly settings: Readonly<Record<string, unknown>>;
};

export type ChoiceResult<S extends StageName> =
  | { readonly ok: true; readonly choice: Choice<S> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The variables of a stage by the setting they are for. */
const SHARED: Readonly<Record<StageName, Readonly<Record<string, Key>>>> = {
  stt: { language: 'sttLanguage' },
  llm: { temperature: 'llmTemperature', topP: 'llmTopP', maxTokens: 'llmMaxTokens' },
  tts: { language: 'ttsLanguage', speed: 'ttsSpeed', outputRate: 'audioOutSampleRate' },
};
const FIRST: Readonly<Record<StageName, Readonly<Record<string, Key>>>> = {
  stt: { baseUrl: 'sttBaseUrl', model: 'sttModel', ...SHARED.stt },
  llm: { baseUrl: 'llmBaseUrl', model: 'llmModel', ...SHARED.llm },
  tts: { baseUrl: 'ttsBaseUrl', model: 'ttsModel', voice: 'ttsVoiceId', ...SHARED.tts },
};
const SECOND: Readonly<Record<StageName, Readonly<Record<string, Key>>>> = {
  stt: {
    baseUrl: 'sttFallbackBaseUrl',
    apiKey: 'sttFallbackApiKey',
    model: 'sttFallbackModel',
    ...SHARED.stt,
  },
  llm: {
    baseUrl: 'llmFallbackBaseUrl',
    apiKey: 'llmFallbackApiKey',
    model: 'llmFallbackModel',
    ...SHARED.llm,
  },
  tts: {
    baseUrl: 'ttsFallbackBaseUrl',
    apiKey: 'ttsFallbackApiKey',
    model: 'ttsFallbackModel',
    voice: 'ttsFallbackVoiceId',
    ...SHARED.tts,
  },
};

export const PROVIDER_KEYS = { stt: 'sttProvider', llm: 'llmProvider', tts: 'ttsProvider' } as const;
const SECOND_KEYS = {
  stt: 'sttFallbackProvider',
  llm: 'llmFallbackProvider',
  tts: 'ttsFallbackProvider',
} as const;

export const firstOf = <S extends StageName>(stage: S, read: Read): ChoiceResult<S> =>
  choose(stage, String(read.values[PROVIDER_KEYS[stage]]), FIRST[stage], read, 'asked');

/**
 * Undefined when the stage has one provider. A second address without a name is another server of the
 * first one's protocol, and the first one's key is not for it.
 */
export function secondOf<S extends StageName>(stage: S, read: Read): ChoiceResult<S> | undefined {
  const { values } = read;
  const own = SECOND[stage];
  const named = String(values[SECOND_KEYS[stage]]);
  const elsewhere = values[own['baseUrl'] ?? ''] !== '';
  if (named === '' && !elsewhere) return undefined;
  const provider = named === '' ? String(values[PROVIDER_KEYS[stage]]) : named;
  const keyless = elsewhere
    ? { ...read, vendors: without(read.vendors, variableOf(provider, 'apiKey')) }
    : read;
  return choose(stage, provider, own, keyless, 'shared');
}

/** Names of the vendors in use: their keys are needed. A stranger's own address may ask for none. */
export function vendorsInUse(values: Read['values']): ReadonlySet<string> {
  const stages = ['stt', 'llm', 'tts'] as const;
  const first = stages.map((stage) => values[PROVIDER_KEYS[stage]]);
  const second = stages.map((stage) => {
    const { baseUrl = '', apiKey = '' } = SECOND[stage];
    return values[baseUrl] === '' && values[apiKey] === '' ? values[SECOND_KEYS[stage]] : '';
  });
  return new Set([...first, ...second].map(String));
}

function choose<S extends StageName>(
  stage: S,
  provider: string,
  keys: Readonly<Record<string, Key>>,
  read: Read,
  strict: 'asked' | 'shared',
): ChoiceResult<S> {
  const entry = entryOf(stage, provider);
  assert(entry !== undefined, `the table knows no ${provider} for ${stage}`);
  const settings: Record<string, unknown> = {};
  const source = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { vendor, setting, name } of VENDOR_VARIABLES) {
    const value = read.vendors.get(name);
    if (vendor !== provider || entry.shape[setting] === undefined || value === undefined || value === '')
      continue;
    settings[setting] = value;
    source.set(setting, name);
  }
  for (const [setting, key] of Object.entries(keys)) {
    const value = read.values[key];
    const { name } = VARIABLES[key];
    if (value === '' || value === undefined) continue;
    if (entry.shape[setting] !== undefined) {
      settings[setting] = value;
      source.set(setting, name);
    } else if (strict === 'asked' && (read.env[name]?.trim() ?? '') !== '' && setting !== 'outputRate') {
      problems.push(problem(name, `cannot be set: ${provider} has no ${setting}`));
    }
  }
  const checked = entry.read(settings);
  if (!checked.ok) {
    for (const { setting, expected } of checked.faults) {
      const name = source.get(setting) ?? variableOf(provider, setting);
      problems.push(problem(name, strict === 'asked' ? expected : `${expected} (for ${provider})`));
    }
  }
  if (!checked.ok || problems.length > 0) return { ok: false, problems };
  const model = String(settings['model'] ?? entry.preset['model'] ?? '');
  const told = { ...entry.preset, ...settings };
  return { ok: true, choice: { provider, model, factory: checked.factory, settings: told } };
}

const problem = (variable: string, expected: string): Problem => ({
  variable,
  kind: 'wrong',
  expected,
  todo: `correct ${variable} in the environment or in .env`,
});

function without(vendors: ReadonlyMap<string, unknown>, name: string): ReadonlyMap<string, unknown> {
  const rest = new Map(vendors);
  rest.delete(name);
  return rest;
}
