// A latency profile: how fast three vendors answer and what they do wrong, as a file of quantiles
// each with its source, date and standing. Profiles are checked when loaded and a complaint names
// the file, the first field and the reason; nothing is defaulted in silence.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { VendorStage } from '#sim/kernel/fact.ts';
import {
  type CastChoice,
  isUsual,
  modelOf,
  parseCast,
  USUAL_CAST,
  type VendorChoice,
} from './cast-choice.ts';
import { latencyOf } from './emulation.ts';
import { type Fault, type FaultSpec, faultSchema } from './fault.ts';
import { Quantile } from './quantile.ts';
import { emulationOf } from './registry.ts';
import { STAGE_NAMES, type StageEntry, type StageName, stageSchema } from './stage.ts';

const schema = z.strictObject({
  schema: z.literal('latency-profile/1'),
  name: z.string().min(1),
  description: z.string(),
  stages: stageSchema,
  /** Figures of the vendors' own go before these for all but the vendors of the requirements. */
  vendors: z.literal('own').optional(),
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
  /** Vendors bring figures of their own. */
  readonly byVendor: boolean;
  /** Who takes the stages. */
  readonly cast: CastChoice;
};

export type ProfileResult =
  | { readonly ok: true; readonly profile: Profile }
  | { readonly ok: false; readonly reason: string };

/** Profiles that come with the repository. */
export const PROFILE_NAMES = ['prd', 'published'] as const;

/**
 * `source`: one of `PROFILE_NAMES`, or the path of a JSON file; after it, between commas, who takes a stage,
 * such as `published,stt=deepgram,second-tts=deepgram`.
 */
export function loadProfile(source: string): ProfileResult {
  const [file = '', ...words] = source.split(/,(?=\s*(?:second-)?(?:stt|llm|tts)\b)/);
  const loaded = readProfile(file.trim());
  if (!loaded.ok || words.length === 0) return loaded;
  const cast = parseCast(words);
  if (!cast.ok) return { ok: false, reason: `providers "${source}": ${cast.reason}` };
  return { ok: true, profile: { ...loaded.profile, cast: cast.cast } };
}

function readProfile(source: string): ProfileResult {
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
  const { name, description, stages, vendors, faults } = result.data;
  const shared = { name, description, faults, byVendor: vendors === 'own', cast: USUAL_CAST };
  return { ok: true, profile: { ...shared, ...drawable(stages) } };
}

/** The profile for the vendor chosen for `stage`, with that vendor's own figures where it brings them. */
export function profileFor(profile: Profile, stage: VendorStage, choice: VendorChoice): Profile {
  if (!profile.byVendor || isUsual(stage, choice)) return profile;
  const emulation = emulationOf(stage, choice.vendor);
  const own = emulation === undefined ? undefined : latencyOf(emulation, stage, modelOf(stage, choice));
  return own === undefined ? profile : { ...profile, ...drawable({ ...profile.stages, ...own }) };
}

/**
 * The stages as they are played, each its vendor's own where it brings any: for a page that says what was.
 */
export function playedStages(profile: Profile): Profile['stages'] {
  const { stt, llm, tts } = profile.cast.first;
  const stages = { ...profile.stages };
  for (const [stage, choice] of [
    ['stt', stt],
    ['llm', llm],
    ['tts', tts],
  ] as const) {
    const own = profileFor(profile, stage, choice).stages;
    for (const name of STAGE_NAMES) if (name.startsWith(`${stage}.`)) stages[name] = own[name];
  }
  return stages;
}

function drawable(stages: Profile['stages']): Pick<Profile, 'stages' | 'quantiles' | 'fromSpeechEnd'> {
  const all = Object.entries(stages);
  const quantiles = Object.fromEntries(all.map(([name, { knots }]) => [name, new Quantile(knots)]));
  const early = all.flatMap(([name, { from }]) => (from === 'speech_end' ? [name] : []));
  return { stages, quantiles: quantiles as Record<StageName, Quantile>, fromSpeechEnd: new Set(early) };
}

/** The same profile with more faults. Throws on a fault that is not one: faults are our own data. */
export function withFaults(profile: Profile, faults: readonly FaultSpec[]): Profile {
  return { ...profile, faults: [...profile.faults, ...faults.map((fault) => faultSchema.parse(fault))] };
}
