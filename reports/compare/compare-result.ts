// The comparison of transports as a file: what was played, every figure with its n and interval, and
// where each number comes from. Versioned and checked on reading; the page, the Markdown and the CSV are
// made of this and nothing else. A figure that was not measured is null.
import { z } from 'zod';

/** Enough for any page that can still be read, and a bound on what is read from disk. */
const CELLS_MAX = 10_000;
const SAMPLES_MAX = 1_000;

/** Also part of identifiers on the page. */
const transport = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case');

const figure = z.number().nullable();
const interval = z.strictObject({ low: z.number(), high: z.number() }).nullable();

/** A distribution: exact order statistics with their distribution-free 95 % intervals. */
const spreadSchema = z.strictObject({
  n: z.int().nonnegative(),
  p50: figure,
  p95: figure,
  interval: z.strictObject({ p50: interval, p95: interval }),
});
/** A rate, ratio or mean with its 95 % interval. */
const singleSchema = z.strictObject({ n: z.int().nonnegative(), value: figure, interval });
const figureSchema = z.union([spreadSchema, singleSchema]);

const statistic = z.enum(['p50', 'p95', 'value']);

const metricSchema = z.strictObject({
  id: z.string(),
  /** As it stands in a table's head. */
  label: z.string(),
  about: z.string(),
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  /** The statistic that maps and verdicts use. */
  statistic,
  /** What must hold, per transport, for that statistic. */
  bounds: z.record(z.string(), z.number()),
  /** True when a value without a published source entered. */
  provisional: z.boolean(),
});

/** How far to trust it: `prd`: the requirements assume it, `preset`: we chose it, `given`: the user did. */
const status = z.enum(['measured', 'published', 'prd', 'inferred', 'preset', 'given']);

const sourceSchema = z.strictObject({
  /** What it is about: a stage with its vendor, or a network. */
  what: z.string(),
  source: z.string(),
  date: z.string().nullable(),
  status,
});

const networkSchema = z.strictObject({
  /** As the command line names it. */
  name: z.string(),
  /** What it does to packets, in a few words. */
  summary: z.string(),
  source: z.string(),
  status,
});

/** Mean ms of each stage over a group of answers, and how many; they add up to `total`. */
const breakdownSchema = z.strictObject({
  n: z.int().nonnegative(),
  total: z.number(),
  stages: z.record(z.string(), z.number()),
});

const measuredSchema = z.strictObject({
  transport,
  runs: z.int().nonnegative(),
  /** Runs that did not end by themselves: their missing answers make every latency look better. */
  unfinished: z.int().nonnegative(),
  /** 16 hexadecimal digits over the trace hashes of the runs, in order of seeds. */
  traceHash: z.string(),
  figures: z.record(z.string(), figureSchema),
});

const cellSchema = measuredSchema.extend({
  network: z.string(),
  /** Medians and p95 of each stage; they do not add. */
  stages: z.record(z.string(), spreadSchema),
  /** The answers around the median (p40 to p60), and the slowest tenth. */
  typical: breakdownSchema.nullable(),
  slow: breakdownSchema.nullable(),
  /** Voice to voice in ms, ascending; evenly thinned when there were more. */
  samples: z.array(z.number()).max(SAMPLES_MAX),
});

const gridCellSchema = measuredSchema.extend({
  lossPercent: z.number(),
  jitterMs: z.number(),
  rttMs: z.number(),
});

const gridSchema = z.strictObject({
  lossPercent: z.array(z.number()).min(1),
  jitterMs: z.array(z.number()).min(1),
  rttMs: z.array(z.number()).min(1),
  /** How the axes become a network, in words. */
  about: z.string(),
  cells: z.array(gridCellSchema).max(CELLS_MAX),
});

/** WebSocket minus WebRTC of the same act of the same seed: the median difference and its interval. */
const pairSchema = z.strictObject({
  network: z.string(),
  metric: z.string(),
  n: z.int().nonnegative(),
  median: z.number(),
  interval,
});

/** One option changed on the same seeds: what it is worth. */
const variantSchema = z.strictObject({
  title: z.string(),
  /** The option as the command line takes it. */
  option: z.string(),
  transport,
  network: z.string(),
  metric: z.string(),
  before: figureSchema,
  after: figureSchema,
  /** After minus before call by call, on the same seeds: the mean, with its interval. */
  difference: singleSchema,
});

const trackSchema = z.strictObject({
  /** A whole WAV file: PCM, 16 bit, one channel. */
  wavBase64: z.base64().max(16_000_000),
  about: z.string(),
});

const audioSchema = z.strictObject({
  title: z.string(),
  transport,
  network: z.string(),
  seed: z.int(),
  /** The agent's voice as it left, and as the ear heard it, on one time axis from the first sample on. */
  clean: trackSchema,
  heard: trackSchema,
  /** What the ear missed or waited for. */
  marks: z.array(
    z.strictObject({
      startMs: z.number().nonnegative(),
      endMs: z.number().nonnegative(),
      kind: z.enum(['lost', 'late', 'stalled']),
    }),
  ),
});

export const compareSchema = z.strictObject({
  schema: z.literal('parley-compare/1'),
  /** Plays it again. */
  command: z.string(),
  world: z.string(),
  policy: z.string(),
  /** Of the audio on a WebSocket, when it was not left to the stock client. */
  codec: z.string().optional(),
  providers: z.string(),
  scenarios: z.array(z.strictObject({ name: z.string(), about: z.string(), seconds: figure })),
  seeds: z.strictObject({ first: z.int(), count: z.int().positive() }),
  /** In the order in which they are shown. */
  transports: z.array(transport).min(1),
  metrics: z.array(metricSchema),
  sources: z.array(sourceSchema),
  networks: z.array(networkSchema),
  cells: z.array(cellSchema).max(CELLS_MAX),
  pairs: z.array(pairSchema),
  grid: gridSchema.nullable(),
  variants: z.array(variantSchema),
  audio: z.array(audioSchema).max(6).optional(),
});

export type CompareResult = Readonly<z.infer<typeof compareSchema>>;
export type Figure = Readonly<z.infer<typeof figureSchema>>;
export type Spread = Readonly<z.infer<typeof spreadSchema>>;
export type Statistic = z.infer<typeof statistic>;
export type Metric = Readonly<z.infer<typeof metricSchema>>;
export type Cell = Readonly<z.infer<typeof cellSchema>>;
export type Grid = Readonly<z.infer<typeof gridSchema>>;
export type GridCell = Readonly<z.infer<typeof gridCellSchema>>;
export type Breakdown = Readonly<z.infer<typeof breakdownSchema>>;
export type Pair = Readonly<z.infer<typeof pairSchema>>;
export type Variant = Readonly<z.infer<typeof variantSchema>>;
export type NetworkNote = Readonly<z.infer<typeof networkSchema>>;
export type SourceNote = Readonly<z.infer<typeof sourceSchema>>;
export type AudioPair = Readonly<z.infer<typeof audioSchema>>;

export type ParsedCompare =
  | { readonly ok: true; readonly result: CompareResult }
  /** `reason` names the field. */
  | { readonly ok: false; readonly reason: string };

/** A comparison read from JSON text. */
export function parseCompare(text: string): ParsedCompare {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `not JSON: ${(error as Error).message}` };
  }
  const parsed = compareSchema.safeParse(data);
  if (parsed.success) return { ok: true, result: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, reason: `${issue?.path.join('.') || 'result'}: ${issue?.message ?? 'invalid'}` };
}
