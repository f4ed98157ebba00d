// The two latency budgets of the requirements (PRD 8.8), line by line, beside the stages that are
// measured. They are planning figures: required, not measured. The lines of the WebSocket budget add up
// to 1,180 ms at most, where the document's own total says 1,140; both are kept.
import { NETWORK_STAGES } from './stage.ts';

export type BudgetLine = {
  readonly name: string;
  /** The measured stage it is compared with. */
  readonly stage: string;
  readonly lowMs: number;
  readonly highMs: number;
};

export type Budget = {
  readonly transport: string;
  readonly lines: readonly BudgetLine[];
  /** As the document states it. */
  readonly stated: { readonly lowMs: number; readonly highMs: number };
};

export const BUDGET_SOURCE = 'PRD section 8.8 (required, not measured)';

export const BUDGETS: readonly Budget[] = [
  { transport: 'webrtc', lines: linesWith(50, 100), stated: { lowMs: 710, highMs: 980 } },
  { transport: 'websocket', lines: linesWith(100, 200), stated: { lowMs: 810, highMs: 1_140 } },
];

/** Sum of the lines. */
export const budgetTotal = ({ lines }: Budget): { readonly lowMs: number; readonly highMs: number } => ({
  lowMs: lines.reduce((sum, { lowMs }) => sum + lowMs, 0),
  highMs: lines.reduce((sum, { highMs }) => sum + highMs, 0),
});

function linesWith(lowMs: number, highMs: number): readonly BudgetLine[] {
  return [
    { name: 'capture', stage: 'uplink', lowMs: 10, highMs: 20 },
    { name: 'transport up', stage: 'uplink', lowMs, highMs },
    { name: 'VAD', stage: 'endpoint', lowMs: 50, highMs: 50 },
    { name: 'speech recognition', stage: 'stt', lowMs: 150, highMs: 250 },
    { name: 'model', stage: 'llm', lowMs: 240, highMs: 240 },
    { name: 'voice', stage: 'tts', lowMs: 150, highMs: 200 },
    { name: 'transport down', stage: 'downlink', lowMs, highMs },
    { name: 'playback', stage: 'playout', lowMs: 10, highMs: 20 },
  ];
}

/** Low or high end of a budget per measured stage. */
export function budgetStages(budget: Budget, end: 'lowMs' | 'highMs'): Readonly<Record<string, number>> {
  const stages: Record<string, number> = {};
  for (const line of budget.lines) stages[line.stage] = (stages[line.stage] ?? 0) + line[end];
  return stages;
}

/** What a budget gives uplink, downlink and playout at most, ms. */
export const networkBudget = ({ lines }: Budget): number =>
  lines
    .filter(({ stage }) => NETWORK_STAGES.some((name) => name === stage))
    .reduce((sum, { highMs }) => sum + highMs, 0);
