// Every defect that the gate must find, in the order in which they are tried.
import { assert } from '#agent/core/assert.ts';
import { CONTENT } from './content.ts';
import type { Mutant } from './mutant.ts';
import { SLOW } from './slow.ts';
import { TURN } from './turn.ts';

export const MUTANTS: readonly Mutant[] = [...SLOW, ...TURN, ...CONTENT];

/** By name; a name that is none is a bug of ours. */
export function mutantOf(name: string): Mutant {
  const mutant = MUTANTS.find((candidate) => candidate.name === name);
  assert(mutant !== undefined, `no such mutant: ${name}`);
  return mutant;
}
