// What the gate found, as a file: every figure of every cell on both sides, what was judged of it, and for
// each failure the sentence, the turns and the command that show it. Versioned; Markdown, JUnit and terminal
// are made of this and nothing else. Latencies in ms.
import { z } from 'zod';
import { GATE_STAGES } from './baseline.ts';

const stages = z.strictObject({
  ...(Object.fromEntries(GATE_STAGES.map((name) => [name, z.number()])) as Record<
    (typeof GATE_STAGES)[number],
    z.ZodNumber
  >),
  /** Turns that only one side answered, or whose stages are unknown. */
  unpaired: z.number(),
});

const figureSchema = z.strictObject({
  kpi: z.string(),
  statistic: z.enum(['p50', 'p95', 'p99']),
  base: z.number(),
  head: z.number(),
  delta: z.number(),
  tolerance: z.number(),
  /** One-sided bounds of the delta; null with too few conversations. */
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  /** Probability of so many conversations that agree on its direction, were nothing changed. */
  chance: z.number(),
  /** `excused`: a stage that grew while the whole answer did not. `few`: too few samples to judge it. */
  verdict: z.enum(['worse', 'better', 'same', 'excused', 'few']),
  /** What each stage moved; they add up to `delta`. Of voice to voice only. */
  stages: stages.nullable(),
});

const countSchema = z.strictObject({
  count: z.string(),
  about: z.string(),
  base: z.number(),
  head: z.number(),
  grew: z.int(),
  shrank: z.int(),
  chance: z.number(),
  verdict: z.enum(['worse', 'better', 'same']),
});

const cellSchema = z.strictObject({
  scenario: z.string(),
  transport: z.string(),
  network: z.string(),
  conversations: z.int(),
  /** Conversations with another trace than before. */
  changed: z.int(),
  turns: z.strictObject({ base: z.int(), head: z.int(), lost: z.int(), gained: z.int() }),
  figures: z.array(figureSchema),
  counts: z.array(countSchema),
});

const failureSchema = z.strictObject({
  /** `multi-turn · webrtc · good-wifi`, or `all` for counts of all cells together. */
  cell: z.string(),
  /** KPI or count, with the statistic where there is one. */
  figure: z.string(),
  why: z.string(),
  /** The conversations in which it shows most. */
  evidence: z.array(
    z.strictObject({ seed: z.int(), act: z.int().nullable(), base: z.number(), head: z.number() }),
  ),
  replay: z.string(),
});

export const gateResultSchema = z.strictObject({
  schema: z.literal('parley-gate-result/1'),
  verdict: z.enum(['pass', 'fail']),
  baseline: z.strictObject({ file: z.string(), date: z.string(), reason: z.string() }),
  providers: z.string(),
  policy: z.string(),
  seeds: z.strictObject({ first: z.int(), count: z.int() }),
  conversations: z.int(),
  /** Conversations with another trace than before. */
  changed: z.int(),
  tolerance: z.strictObject({ ms: z.number(), share: z.number() }),
  /** Figures judged, those with too few samples for it, and the probability of any false alarm. */
  judged: z.int(),
  few: z.int(),
  falseAlarm: z.number(),
  /** The chance that a figure must not exceed for that. */
  level: z.number(),
  cells: z.array(cellSchema),
  /** Counts of all cells together. */
  counts: z.array(countSchema),
  failures: z.array(failureSchema),
  /** The command that makes what was measured the baseline, with the names and options of this run. */
  accept: z.string(),
  /** Latencies and counts that only one side knows: not judged. */
  unjudged: z.array(z.string()),
  wallSeconds: z.number(),
});

export type GateFigure = Readonly<z.infer<typeof figureSchema>>;
export type GateCount = Readonly<z.infer<typeof countSchema>>;
export type GateCellResult = Readonly<z.infer<typeof cellSchema>>;
export type GateFailure = Readonly<z.infer<typeof failureSchema>>;
export type GateResult = Readonly<z.infer<typeof gateResultSchema>>;
export type StageShares = Readonly<z.infer<typeof stages>>;
