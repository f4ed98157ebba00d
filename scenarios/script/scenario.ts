// A scenario as plain data: who speaks when, what the model knows, and what must hold. Written by
// the story language, read from a file, or generated; the same in every world.

import type { AppAct } from '#sim/app.ts';
import type { CallerScript } from '#sim/caller/script.ts';
import type { Brain } from '#sim/providers/brain.ts';
import type { FaultSpec } from '#sim/providers/fault.ts';
import type { SimHedge } from '#sim/setting.ts';
import type { ToolScript } from '#sim/toolbox.ts';

export type Scenario = {
  readonly name: string;
  /** One sentence: what this conversation is for. */
  readonly about: string;
  readonly caller: CallerScript;
  readonly brain: Brain;
  readonly probes: readonly Probe[];
  /** Targets of this scenario besides (or instead of) the general ones, by KPI id. */
  readonly targets: readonly TargetOverride[];
  /** What the vendors do wrong, besides what their latency profile says. */
  readonly faults?: readonly FaultSpec[];
  /** Whether the agent has second providers, and what for, unless the command line says otherwise. */
  readonly hedge?: SimHedge;
  /** What the model may call, the calls that are due, and what the app does during the call. */
  readonly tools?: readonly ToolScript[];
  readonly toolCalls?: readonly ExpectedCall[];
  readonly app?: readonly AppAct[];
  /** Settings of the agent by environment variable. */
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * A call that must be made once, in answer to act `act` or after it. `refused`: it could not be begun, as
 * when there is no such tool; its input is not looked at then.
 */
export type ExpectedCall = {
  readonly act: number;
  readonly tool: string;
  readonly input: Readonly<Record<string, string | number>>;
  readonly outcome: 'ok' | 'failed' | 'refused' | 'cancelled';
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
