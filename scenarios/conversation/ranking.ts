// All turns of all runs in the order in which they deserve a look: those that failed the caller first,
// then by how long the answer took. Made from samples alone, so that a campaign needs no traces for it.
import type {
  Evidence,
  EvidenceSample,
  Flag,
  RankedTurn,
} from '#reports/conversation/conversation-report.ts';
import { FLAGS } from '#reports/conversation/conversation-report.ts';
import { figureOf, type KpiResult } from '#reports/result.ts';
import { spokenText } from '#sim/caller/script.ts';
import type { FoldedRun, SeededSample } from '../kpis/fold.ts';
import { STAGES } from '../kpis/stage.ts';
import type { Scenario } from '../script/scenario.ts';

/** Flags that make a turn worse than any slow one. */
const GRAVE: readonly Flag[] = ['unanswered', 'forgot', 'belief differs'];

export function rankTurns(runs: readonly FoldedRun[], scenario: Scenario): readonly RankedTurn[] {
  const turns = runs.flatMap((run) => turnsOf(run, scenario));
  return turns.sort(
    (one, other) =>
      gravity(one) - gravity(other) ||
      (other.answerUs ?? -1) - (one.answerUs ?? -1) ||
      one.seed - other.seed ||
      one.act - other.act,
  );
}

const gravity = ({ flags }: RankedTurn): number => {
  const at = GRAVE.findIndex((flag) => flags.includes(flag));
  return at < 0 ? GRAVE.length : at;
};

/** Only an utterance has these: sounds that want no turn are acts as well. */
const OF_TURNS = new Set(['voice_to_voice_ms', 'unanswered_turns', 'wer', 'context_retention']);

function turnsOf({ seed, samples }: FoldedRun, scenario: Scenario): RankedTurn[] {
  const byAct = new Map<number, SeededSample[]>();
  for (const sample of samples) {
    if (sample.act === undefined) continue;
    const known = byAct.get(sample.act) ?? [];
    known.push(sample);
    byAct.set(sample.act, known);
  }
  const turns = [...byAct].filter(([, own]) => own.some(({ kpi }) => OF_TURNS.has(kpi)));
  return turns.map(([act, own]) => {
    const answerUs = microsOf(own, 'voice_to_voice_ms');
    const said = scenario.caller.acts[act];
    return {
      seed,
      act,
      said: said !== undefined && 'parts' in said ? spokenText(said.parts) : '',
      answerUs,
      stages: answerUs === null ? [] : stagesOf(own, answerUs),
      flags: flagsOf(own),
    };
  });
}

/** The parts of the answer; none when they are not the whole of it. */
function stagesOf(samples: readonly SeededSample[], answerUs: number): RankedTurn['stages'] {
  const stages = STAGES.flatMap((name) => {
    const us = microsOf(samples, `stage.${name}_ms`);
    return us === null ? [] : [{ name, us }];
  });
  return stages.reduce((sum, { us }) => sum + us, 0) === answerUs ? stages : [];
}

/** Samples are whole microseconds, stated in milliseconds. */
function microsOf(samples: readonly SeededSample[], id: string): number | null {
  const value = samples.find(({ kpi }) => kpi === id)?.value;
  return value === undefined ? null : Math.round(value * 1_000);
}

const SIGNS: readonly { flag: Flag; kpi: string; bad: (value: number) => boolean }[] = [
  { flag: 'unanswered', kpi: 'unanswered_turns', bad: (value) => value > 0 },
  { flag: 'forgot', kpi: 'context_retention', bad: (value) => value < 1 },
  { flag: 'belief differs', kpi: 'heard_truncation_words', bad: (value) => value > 0 },
  { flag: 'belief differs', kpi: 'heard_truncation_words.uninterrupted', bad: (value) => value > 0 },
  { flag: 'cut in', kpi: 'premature_endpoint_rate', bad: (value) => value > 0 },
  { flag: 'misheard', kpi: 'wer', bad: (value) => value > 0 },
  { flag: 'interrupted', kpi: 'heard_truncation_words', bad: () => true },
];

function flagsOf(samples: readonly SeededSample[]): readonly Flag[] {
  const found = new Set(
    SIGNS.filter(({ kpi, bad }) => samples.some((sample) => sample.kpi === kpi && bad(sample.value))).map(
      ({ flag }) => flag,
    ),
  );
  return FLAGS.filter((flag) => found.has(flag));
}

/** Of each KPI: enough to see what is behind the figure. */
const EVIDENCE_MAX = 12;

/** The samples behind each figure. */
export function evidenceOf(
  runs: readonly FoldedRun[],
  kpis: Readonly<Record<string, KpiResult>>,
): Readonly<Record<string, Evidence>> {
  const samples = new Map<string, SeededSample[]>();
  for (const sample of runs.flatMap((run) => run.samples)) {
    const known = samples.get(sample.kpi) ?? [];
    known.push(sample);
    samples.set(sample.kpi, known);
  }
  return Object.fromEntries(
    Object.entries(kpis).map(([id, kpi]) => [id, evidence(samples.get(id) ?? [], kpi)]),
  );
}

function evidence(samples: readonly SeededSample[], kpi: KpiResult): Evidence {
  const furthest = [...samples].sort((one, other) =>
    kpi.better === 'higher' ? one.value - other.value : other.value - one.value,
  );
  const statistics = (['p50', 'p95', 'p99'] as const).flatMap((name) => {
    const value = figureOf(kpi, name);
    const sample = value === null ? undefined : furthest.find((one) => one.value === value);
    return sample === undefined ? [] : [{ name, sample }];
  });
  const named = new Set(statistics.map(({ sample }) => sample));
  const others = furthest.filter((sample) => !named.has(sample)).slice(0, EVIDENCE_MAX - named.size);
  const chosen = furthest.filter((sample) => named.has(sample) || others.includes(sample));
  const shown = chosen.map((sample): EvidenceSample => {
    const is = statistics.filter((statistic) => statistic.sample === sample).map(({ name }) => name);
    return { seed: sample.seed, act: sample.act ?? null, value: sample.value, is };
  });
  return { n: samples.length, samples: shown };
}
