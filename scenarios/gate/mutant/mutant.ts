// A defect made on purpose, to see whether the gate finds it: a name, what it is in words, and what it does
// to the world. Defects sit outside of the agent's code, where a real one would be felt: at its vendors,
// its network, its settings, or between it and what it asks for.
import type { Agent } from '#sim/agent-host.ts';
import type { Defect } from '../../runner/play.ts';
import { type Hindrance, Tampered } from './tampered.ts';

export type Mutant = { readonly name: string; readonly about: string; readonly defect: Defect };

/** A mutant between the agent and its world. `make` is asked once per call: it may remember. */
export const between = (name: string, about: string, make: () => Hindrance): Mutant => ({
  name,
  about,
  defect: (options) => ({ ...options, tamper: (agent: Agent) => new Tampered(agent, make()) }),
});

/** A mutant in the settings of the agent, by environment variable. */
export const setting = (name: string, about: string, env: Readonly<Record<string, string>>): Mutant => ({
  name,
  about,
  defect: (options) => ({ ...options, env: { ...options.env, ...env } }),
});
