// The result of a scenario as a file: what was played, what was measured, what had to hold and whether
// it did. Versioned and checked on reading; every report is made of this and nothing else. A figure
// that was not measured is null.
import { z } from 'zod';

const targetSchema = z.strictObject({
  statistic: z.enum(['value', 'p50', 'p95', 'p99']),
  comparison: z.enum(['<', '<=', '>', '>=', '=']),
  bound: z.number(),
});

/** A target that a figure was held against. `held` is null when there was no figure. */
const judgedSchema = targetSchema.extend({
  origin: z.enum(['prd', 'scenario', 'ours']),
  held: z.boolean().nullable(),
});

const figure = z.number().nullable();

const kpiBaseSchema = z.strictObject({
  group: z.string(),
  about: z.string(),
  unit: z.string(),
  /** Where it was observed. */
  point: z.enum(['ear', 'agent', 'vendor', 'laboratory']),
  better: z.enum(['lower', 'higher', 'neither']),
  /** Samples behind the figure; for a rate, events. */
  n: z.int().nonnegative(),
  /** Wilson's 95 % interval of a rate. */
  interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  /** What is required, in words (`p95 < 1000`); null when nothing is. */
  target: z.string().nullable(),
  /** `none`: nothing is required, or nothing was measured that a general target could judge. */
  verdict: z.enum(['pass', 'fail', 'none']),
  /** The targets behind the verdict. */
  required: z.array(judgedSchema),
  /** Our own targets: reached or not, without a say in the verdict. */
  ours: z.array(judgedSchema),
});

const kpiSchema = z.union([
  kpiBaseSchema.extend({ value: figure }),
  kpiBaseSchema.extend({ p50: figure, p95: figure, p99: figure }),
]);

const failureSchema = z.strictObject({
  /** The KPI that missed its target, or null when a run did not end by itself. */
  kpi: z.string().nullable(),
  /** What went wrong, in one sentence with the figures. */
  why: z.string(),
  /** The samples furthest off: which run, which act of the script, what value. */
  evidence: z.array(z.strictObject({ seed: z.int(), act: z.int().nullable(), value: z.number().nullable() })),
  /** The command that plays the worst of them again. */
  replay: z.string(),
});

const playedSchema = z.strictObject({
  seed: z.int(),
  end: z.enum(['finished', 'deadlock', 'timeout', 'crashed']),
  detail: z.string(),
  traceHash: z.string(),
});

export const resultSchema = z.strictObject({
  schema: z.literal('parley-result/1'),
  scenario: z.string(),
  /** The scenario as it was asked for: a name of the library, or a path. */
  origin: z.string(),
  about: z.string(),
  world: z.string(),
  transport: z.string(),
  /** The caller's client on a WebSocket, when it was not the stock one. */
  client: z.string().optional(),
  /** In which codec its audio was asked for, when it was not left to the client. */
  codec: z.string().optional(),
  network: z.string(),
  /** Between agent and vendors, when there was one. */
  vendorNetwork: z.string().optional(),
  providers: z.string(),
  policy: z.string(),
  /** What second providers were for, when there were any. */
  hedge: z.string().optional(),
  /** Of the first run. */
  seed: z.int(),
  runs: z.int().nonnegative(),
  /** Utterances of the caller in all runs. */
  turns: z.int().nonnegative(),
  /** Of the one run; of several, a hash over theirs in order. */
  traceHash: z.string(),
  kpis: z.record(z.string(), kpiSchema),
  /** Why KPIs that others have cannot be had here, by their name. */
  unmeasured: z.record(z.string(), z.string()).optional(),
  verdict: z.enum(['pass', 'fail']),
  /** USD of all runs together; null when a price is unknown. */
  cost: z.strictObject({ usd: figure, stt: figure, llm: figure, tts: figure }),
  simulatedSeconds: z.number(),
  /** Between the first run's beginning and the last one's end, on a clock on the wall. */
  wallSeconds: z.number(),
  failures: z.array(failureSchema),
  played: z.array(playedSchema),
});

export type Target = Readonly<z.infer<typeof targetSchema>>;
export type JudgedTarget = Readonly<z.infer<typeof judgedSchema>>;
export type KpiResult = Readonly<z.infer<typeof kpiSchema>>;
export type Failure = Readonly<z.infer<typeof failureSchema>>;
export type ScenarioResult = Readonly<z.infer<typeof resultSchema>>;

export type ParsedResult =
  | { readonly ok: true; readonly result: ScenarioResult }
  /** `reason` names the field. */
  | { readonly ok: false; readonly reason: string };

/** A result read from JSON text. */
export function parseResult(text: string): ParsedResult {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `not JSON: ${(error as Error).message}` };
  }
  const parsed = resultSchema.safeParse(data);
  if (parsed.success) return { ok: true, result: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, reason: `${issue?.path.join('.') || 'result'}: ${issue?.message ?? 'invalid'}` };
}

/** The figure of `kpi` that `statistic` names; null when it has none, or has other statistics. */
export function figureOf(kpi: KpiResult | undefined, statistic: Target['statistic']): number | null {
  if (kpi === undefined) return null;
  if ('value' in kpi) return statistic === 'value' ? kpi.value : null;
  return statistic === 'value' ? null : kpi[statistic];
}

/** A target as people write it: `p95 < 1000`, or `< 0.1` where there is one figure only. */
export const writeTarget = ({ statistic, comparison, bound }: Target): string =>
  `${statistic === 'value' ? '' : `${statistic} `}${comparison} ${bound}`;
