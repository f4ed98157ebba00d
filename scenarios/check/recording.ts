// What was measured of providers, as a latency profile: the quantiles of each stage with their number, place
// and date. A stage that was not measured keeps the published figure and says so; nothing is made up. Pure.
import type { StageName, stageSchema } from '#sim/providers/stage.ts';
import { STAGE_NAMES, type StageEntry } from '#sim/providers/stage.ts';

export type Taken = {
  readonly provider: string;
  readonly model: string;
  readonly host: string;
  readonly address: string | null;
  readonly region: string | null;
  readonly samples: Readonly<Partial<Record<StageName, readonly number[]>>>;
};

export type ProfileFile = {
  readonly schema: 'latency-profile/1';
  readonly name: string;
  readonly description: string;
  readonly stages: ReturnType<(typeof stageSchema)['parse']>;
  readonly faults: readonly never[];
};

/** `published`: what stands for all that was not measured. `date`: of the recording, YYYY-MM-DD. */
export function profileOf(
  taken: readonly Taken[],
  published: Readonly<Record<StageName, StageEntry>>,
  date: string,
): ProfileFile {
  const stages: Partial<Record<StageName, StageEntry>> = {};
  for (const stage of STAGE_NAMES) {
    const source = taken.find(({ samples }) => (samples[stage]?.length ?? 0) >= SAMPLES_MIN);
    stages[stage] =
      source === undefined ? carried(published[stage]) : recorded(stage, published[stage], source, date);
  }
  const who = taken.map(({ provider, model }) => (model === '' ? provider : `${provider} ${model}`));
  return {
    schema: 'latency-profile/1',
    name: `recorded-${date}`,
    description: `Recorded on ${date} from ${who.join(', ')}, the network between included`,
    stages: stages as ProfileFile['stages'],
    faults: [],
  };
}

/** Fewer say nothing of a distribution. */
export const SAMPLES_MIN = 5;

function recorded(stage: StageName, like: StageEntry, taken: Taken, date: string): StageEntry {
  const { provider, model, host, address, region, samples } = taken;
  const values = samples[stage] ?? [];
  const at = address === null || address === host ? host : `${host} (${address})`;
  return {
    knots: knotsOf(values),
    unit: like.unit,
    status: 'measured',
    source: `recorded: ${provider}${model === '' ? '' : ` ${model}`} at ${at}`,
    date,
    // Every final is timed from the end of speech, because callers are.
    ...(stage === 'stt.final' ? { from: 'speech_end' as const } : {}),
    n: values.length,
    ...(region === null ? {} : { region }),
  };
}

const carried = (entry: StageEntry): StageEntry => ({
  ...entry,
  note: `not recorded: ${entry.note ?? 'as in the published profile'}`,
});

const SHARES = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];

/** Quantiles of `values`; of the tails only those that a sample of this size has seen. */
export function knotsOf(values: readonly number[]): [number, number][] {
  const sorted = values.toSorted((a, b) => a - b);
  const shares = SHARES.filter(
    (share) => share === 0 || share === 1 || Math.min(share, 1 - share) * sorted.length >= 1 - 1e-9,
  );
  return shares.map((share) => [share, Math.round(quantile(sorted, share) * 1_000) / 1_000]);
}

/** Linear between the order statistics, the first at 0 and the last at 1 (type 7 of Hyndman and Fan). */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at + 1e-9);
  const [below = 0, above = below] = [sorted[low], sorted[low + 1]];
  return below + (above - below) * Math.max(0, at - low);
}
