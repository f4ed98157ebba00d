// Parley as a library: the language of scenarios, the runner in virtual time, and the measures. What is
// exported here is kept stable; everything else may move.
export type { GateResult } from '#reports/gate/gate-result.ts';
export type { KpiResult, ScenarioResult } from '#reports/result.ts';
export { type GateRunOptions, type RunOptions, runGate, runScenario } from './commands/library.ts';
export { KPIS } from './kpis/registry.ts';
export type { RunRequest } from './runner/run.ts';
export type { Scenario } from './script/scenario.ts';
export {
  afterWord,
  beforeEnd,
  conversation,
  correction,
  dictates,
  filler,
  hesitates,
  into,
  pause,
  type Story,
  type StoryOptions,
} from './script/story.ts';
