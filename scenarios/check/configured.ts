// The providers that an environment configures, for the verbs that look at them one by one; or what stands in
// the way, in the three lines of the house. Without any key it says which variables would bring one.
import { readEnv } from '#agent/io/env.ts';
import { type AnyEntrant, rosterOf } from '#agent/setting/roster.ts';
import type { UserError } from '../error.ts';

export type Configured =
  | { readonly ok: true; readonly entrants: readonly AnyEntrant[] }
  | { readonly ok: false; readonly errors: readonly UserError[] };

/** `wanted`: those that the verb is about. */
export function configured(wanted: (entrant: AnyEntrant) => boolean = () => true): Configured {
  const read = readEnv();
  if (!read.ok) return { ok: false, errors: [{ ...read.problem, exit: 2 }] };
  const roster = rosterOf(read.env);
  if (!roster.ok) {
    const errors = roster.problems.map(
      ({ variable, kind, expected, todo }): UserError => ({
        what: `${variable} is ${kind}: ${expected}`,
        where: `${variable} in the environment or in .env`,
        todo,
        exit: 2,
      }),
    );
    return { ok: false, errors };
  }
  const entrants = roster.entrants.filter(wanted);
  if (entrants.some(({ keyless }) => !keyless)) return { ok: true, entrants };
  return { ok: false, errors: [keyless(entrants)] };
}

function keyless(entrants: readonly AnyEntrant[]): UserError {
  const variables = [...new Set(entrants.map(({ variables: { key } }) => key))];
  const sources = [...new Set(entrants.flatMap(({ keySource }) => keySource ?? []))];
  return {
    what: `no key is set: ${variables.join(', ')} ${variables.length === 1 ? 'is' : 'are'} missing`,
    where: 'the environment or .env',
    todo: `cp .env.example .env and fill them in; keys are had at ${sources.join(', ')}`,
    exit: 3,
  };
}
