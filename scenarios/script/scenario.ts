// A scenario as plain data: who speaks when, what the model knows, and what must hold. Written by
// the story language, read from a file, or generated; the same in every world.
import type { CallerScript } from '#sim/caller/script.ts';
import type { Brain } from '#sim/providers/brain.ts';

export type Scenario = {
  readonly name: string;
  /** One sentence: what this conversation is for. */
  readonly about: string;
  readonly caller: CallerScript;
  readonly brain: Brain;
  readonly probes: readonly Probe[];
  /** Targets of this scenario besides (or instead of) the general ones, by KPI id. */
  readonly targets: readonly TargetOverride[];
};

/** The reply to act `act` must contain `expects` as heard at the ear: a fact from `distance` turns ago. */
export type Probe = {
  readonly act: number;
  /** Case-insensitive regular expression. */
  readonly expects: string;
  readonly distance: number;
};

export type TargetOverride = {
  readonly kpi: string;
  readonly statistic: 'value' | 'p50' | 'p95' | 'p99';
  readonly comparison: '<' | '<=' | '>' | '>=' | '=';
  readonly bound: number;
};
