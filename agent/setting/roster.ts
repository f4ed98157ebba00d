// Who is configured for each stage, first and in reserve, each for itself: for whoever looks at providers one
// by one, with or without all keys. A missing key is a state of its provider and no error of the others; a
// variable that is wrong is told as everywhere.
import type { Factories, StageName } from '../providers/entry.ts';
import { vendorNamed } from '../providers/registry.ts';
import { type Choice, type ChoiceResult, type Env, firstOf, type Read, secondOf } from './stage.ts';
import { VARIABLES } from './table.ts';
import { type Problem, readVariable, type Variable } from './variable.ts';
import { variableOf, vendorVariables } from './vendor-table.ts';

export type Entrant<S extends StageName = StageName> = {
  readonly stage: S;
  readonly place: 'first' | 'second';
  readonly provider: string;
  readonly title: string;
  readonly model: string;
  readonly factory: Factories[S];
  readonly settings: Readonly<Record<string, unknown>>;
  /** The names by which the environment knows its settings. */
  readonly variables: EntrantVariables;
  /** Where to get a key; absent when it works without one. */
  readonly keySource?: string;
  /** It needs a key and has none. */
  readonly keyless: boolean;
};

export type EntrantVariables = {
  readonly provider: string;
  readonly key: string;
  readonly model: string;
  readonly voice: string;
  readonly address: string;
};

export type AnyEntrant = { [S in StageName]: Entrant<S> }[StageName];

export type Roster =
  | { readonly ok: true; readonly entrants: readonly AnyEntrant[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** All of them, in the order of the stages, each first one before its second. */
export function rosterOf(env: Env): Roster {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries<Variable<unknown>>(VARIABLES)) {
    const read = readVariable(variable, env);
    if (read.ok) values[name] = read.value;
    else problems.push(read.problem);
  }
  const vendors = new Map<string, unknown>();
  for (const variable of vendorVariables(new Set())) {
    const read = readVariable(variable, env);
    if (read.ok) vendors.set(variable.name, read.value);
    else problems.push(read.problem);
  }
  if (problems.length > 0) return { ok: false, problems };
  const read: Read = { values, vendors, env };
  const entrants: AnyEntrant[] = [];
  const take = <S extends StageName>(
    stage: S,
    place: Entrant['place'],
    result: ChoiceResult<S> | undefined,
  ): void => {
    if (result === undefined) return;
    if (result.ok) entrants.push(entrantOf(stage, place, result.choice, env) as unknown as AnyEntrant);
    else problems.push(...result.problems);
  };
  for (const stage of ['stt', 'llm', 'tts'] as const) {
    take(stage, 'first', firstOf(stage, read));
    take(stage, 'second', secondOf(stage, read));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, entrants };
}

function entrantOf<S extends StageName>(
  stage: S,
  place: Entrant['place'],
  { provider, model, factory, settings }: Choice<S>,
  env: Env,
): Entrant<S> {
  const name = stage.toUpperCase() + (place === 'first' ? '' : '_FALLBACK');
  const isSet = (variable: string): boolean => (env[variable]?.trim() ?? '') !== '';
  const elsewhere = isSet(`${name}_BASE_URL`);
  const ownKey = `${name}_API_KEY`;
  const { title = provider, keySource } = vendorNamed(provider) ?? {};
  const variables: EntrantVariables = {
    provider: `${name}_PROVIDER`,
    // A second one at an address of its own has a key of its own, or none.
    key: place === 'second' && (elsewhere || isSet(ownKey)) ? ownKey : variableOf(provider, 'apiKey'),
    model: `${name}_MODEL`,
    voice: `${name}_VOICE_ID`,
    address: elsewhere ? `${name}_BASE_URL` : variableOf(provider, 'baseUrl'),
  };
  const asksForKey = keySource !== undefined && !(place === 'second' && elsewhere);
  return {
    stage,
    place,
    provider,
    title,
    model,
    factory,
    settings,
    variables,
    ...(keySource === undefined ? {} : { keySource }),
    keyless: asksForKey && String(settings['apiKey'] ?? '') === '',
  };
}
