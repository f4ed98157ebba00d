// A latency profile: how fast three vendors answer and what they do wrong, as a file of quantiles
// each with its source, date and standing. Profiles are checked when loaded and a complaint names
// the file, the first field and the reason; nothing is defaulted in silence.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Fault, type FaultSpec, faultSchema } from './fault.ts';
import { knotFault, Quantile } from './quantile.ts';

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
    note: z.string().optional(),
  });

type StageEntry = z.infer<ReturnType<typeof stage>>;

const schema = z.strictObject({
  schema: z.literal('latency-profile/1'),
  name: z.string().min(1),
  description: z.string(),
  stages: z.strictObject(
    Object.fromEntries(Object.entries(STAGE_UNITS).map(([name, unit]) => [name, stage(unit)])) as Record<
      StageName,
      ReturnType<typeof stage>
    >,
  ),
  faults: z.array(faultSchema).default([]),
});

/** A checked profile, ready to be drawn from. `stages` keeps every entry's origin for the report. */
export type Profile = {
  readonly name: string;
  readonly description: string;
  readonly stages: Readonly<Record<StageName, StageEntry>>;
  readonly quantiles: Readonly<Record<StageName, Quantile>>;
  /** Stages that count from the end of speech instead of from the request. */
  readonly fromSpeechEnd: ReadonlySet<string>;
  readonly faults: readonly Fault[];
};

export type ProfileResult =
  | { readonly ok: true; readonly profile: Profile }
  | { readonly ok: false; readonly reason: string };

/** Profiles that come with the repository. */
export const PROFILE_NAMES = ['prd', 'published'] as const;

/** `source`: one of `PROFILE_NAMES`, or the path of a JSON file. */
export function loadProfile(source: string): ProfileResult {
  const known = PROFILE_NAMES.find((name) => name === source);
  const file = known === undefined ? source : new URL(`profiles/${known}.json`, import.meta.url);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    const names = PROFILE_NAMES.join(', ');
    return { ok: false, reason: `profile "${source}": no such file, and not one of ${names}` };
  }
  return parseProfile(source, text);
}

/** `origin` names the text in complaints. */
export function parseProfile(origin: string, text: string): ProfileResult {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `profile "${origin}": not JSON: ${(error as Error).message}` };
  }
  const result = schema.safeParse(data);
  if (!result.success) {
    const [first, ...others] = result.error.issues;
    const complaint = `${first?.path.join('.') || 'file'}: ${first?.message ?? 'is no profile'}`;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    return { ok: false, reason: `profile "${origin}": ${complaint}${more}` };
  }
  const entries = Object.entries(result.data.stages).map(([name, entry]) => [
    name,
    new Quantile(entry.knots),
  ]);
  const quantiles = Object.fromEntries(entries) as Record<StageName, Quantile>;
  const { name, description, stages, faults } = result.data;
  const early = Object.entries(stages).filter(([, entry]) => entry.from === 'speech_end');
  const fromSpeechEnd = new Set(early.map(([stageName]) => stageName));
  return { ok: true, profile: { name, description, stages, quantiles, fromSpeechEnd, faults } };
}

/** The same profile with more faults. Throws on a fault that is not one: faults are our own data. */
export function withFaults(profile: Profile, faults: readonly FaultSpec[]): Profile {
  return { ...profile, faults: [...profile.faults, ...faults.map((fault) => faultSchema.parse(fault))] };
}
