// One stage of a latency profile: a distribution with its unit, its standing and its source. Shared by
// the profiles that come as files and by the latencies that vendors bring along.
import { z } from 'zod';
import { knotFault } from './quantile.ts';

/** What is drawn, and in which unit. */
const STAGE_UNITS = {
  /** Upgrade request arrived → answered. */
  'stt.connect': 'ms',
  /** `finalize` arrived → final transcript sent; or, `from` the end of speech, its last word arrived. */
  'stt.final': 'ms',
  /** How far an interim transcript lags behind its audio. */
  'stt.interim': 'ms',
  /** Share of the words heard that come out as another word. */
  'stt.substitution_rate': 'share',
  /** Answer time of requests without a model behind them: lists, warm-up, refusals. */
  'llm.connect': 'ms',
  /** Request arrived → first visible token sent. */
  'llm.first_token': 'ms',
  'llm.tokens_per_s': 'tokens/s',
  'tts.connect': 'ms',
  /** Text to speak arrived → first audio sent; first generation of a context. */
  'tts.first_audio': 'ms',
  /** The same for the later generations of a context. */
  'tts.next_audio': 'ms',
  /** Synthesis after the first chunk, as a multiple of real time. */
  'tts.speed': 'x',
} as const;

export type StageName = keyof typeof STAGE_UNITS;

export const STAGE_NAMES = Object.keys(STAGE_UNITS) as readonly StageName[];

const knot = z.tuple([z.number(), z.number()]);
const stage = (unit: string) =>
  z.strictObject({
    knots: z.array(knot).superRefine((knots, context) => {
      const fault = knotFault(knots);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    }),
    unit: z.literal(unit),
    status: z.enum(['prd', 'published', 'inferred', 'measured']),
    source: z.string().min(1),
    date: z.string().min(4),
    /** What the time counts from, where that is not the request itself. */
    from: z.literal('speech_end').optional(),
    /** Of what was recorded: how many samples, and where the vendor answered from. */
    n: z.int().positive().optional(),
    region: z.string().min(1).optional(),
    note: z.string().optional(),
  });

export type StageEntry = z.infer<ReturnType<typeof stage>>;

export const stageSchema = z.strictObject(
  Object.fromEntries(Object.entries(STAGE_UNITS).map(([name, unit]) => [name, stage(unit)])) as Record<
    StageName,
    ReturnType<typeof stage>
  >,
);

const latencySchema = z.strictObject({
  models: z.array(z.strictObject({ model: z.string().min(1), stages: stageSchema.partial() })).min(1),
});

/** The models of a vendor's latency file. Throws when it is none: it is our own data. */
export const latenciesOf = (data: unknown) =>
  latencySchema.parse(data).models as readonly {
    readonly model: string;
    readonly stages: Readonly<Partial<Record<StageName, StageEntry>>>;
  }[];
