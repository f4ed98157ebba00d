// What a conversation report says in words: the question, its answer with numbers, and the finding that
// heads each section. Every number carries where it comes from.

import { transportName } from '../compare/name.ts';
import { joined, num, plain, type Sentence, say } from '../compare/sentence.ts';
import { STAGES } from '../compare/stage.ts';
import { formatFigure, formatTarget, formatWithUnit, unitName } from '../number.ts';
import { figureOf, type KpiResult, type ScenarioResult, type Target } from '../result.ts';
import type { ConversationReport, Cost, RankedTurn, TurnReport } from './conversation-report.ts';
import { sameWords } from './word-difference.ts';

/** Acts of the script count from 0, turns for people from 1. */
export const turnName = (act: number): string => `turn ${act + 1}`;
/** The address of a turn on the page, by the same number. */
export const turnId = (seed: number, act: number): string => `t-${seed}-${act + 1}`;
export const replayCommand = ({ replay }: ConversationReport, seed: number): string =>
  `${replay.before}${seed}${replay.after}`;
export const toMs = (us: number): string => formatFigure(us / 1_000, 'ms');

export const question = ({ scenario, transport, network }: ScenarioResult): string =>
  `Does ${scenario} hold over ${transportName(transport)}, ${network}?`;

export function answer({ result }: ConversationReport): Sentence {
  const { kpis, verdict, turns, runs } = result;
  const many = runs > 1 ? say` in ${String(runs)} calls` : say``;
  const verb = verdict === 'pass' ? 'Yes' : 'No';
  const [failure] = result.failures;
  const more = result.failures.length - 1;
  const why = failure === undefined ? [] : say` ${failure.why}${more > 0 ? `, and ${more} more` : ''}.`;
  const p95 = kpiNumber(kpis, 'voice_to_voice_ms', 'p95');
  const p50 = kpiNumber(kpis, 'voice_to_voice_ms', 'p50');
  const times =
    p50 === undefined || p95 === undefined
      ? say`no answer was heard`
      : say`the answers to ${String(turns)} turns${many} began after ${p50} (p50) and ${p95} (p95)`;
  const barge = kpiNumber(kpis, 'barge_stop_ear_ms', 'p95');
  const silent = barge === undefined ? [] : [say`the agent fell silent ${barge} after an interruption (p95)`];
  const kept = kpiNumber(kpis, 'context_retention', 'value');
  const facts = kpis['context_retention']?.n ?? 0;
  const memory = kept === undefined ? [] : [say`${kept} of ${String(facts)} facts were recalled`];
  const all = [times, ...silent, ...memory];
  const last = all.length > 1 ? say`${joined(all.slice(0, -1))} and ${all.at(-1) ?? []}` : times;
  return verdict === 'pass' ? say`${verb}: ${last}.` : say`${verb}:${why} Otherwise ${last}.`;
}

function kpiNumber(kpis: ScenarioResult['kpis'], id: string, statistic: Target['statistic']) {
  const kpi = kpis[id];
  const value = figureOf(kpi, statistic);
  if (kpi === undefined || value === null) return undefined;
  const decimals = kpi.unit === 'ms' ? `${Math.round(value)} ms` : formatWithUnit(value, kpi.unit);
  return num(decimals, ['note', explainKpi(id, kpi)]);
}

/** Lines about a KPI: definition, where it was observed, n, interval, targets. */
export function explainKpi(id: string, kpi: KpiResult): string {
  const { about, point, n, interval, unit, required, ours } = kpi;
  const range =
    interval === null
      ? ''
      : `, 95 % interval ${formatFigure(interval.low, unit)} to ${formatFigure(interval.high, unit)}`;
  const targets = [...required, ...ours].map(
    ({ origin, held, ...target }) =>
      `${held === null ? '–' : held ? '✓' : '✗'} ${formatTarget(target, unit)} (${origin})`,
  );
  return [
    id,
    `${about} [${unitName(unit)}]`,
    `Measured at the ${point}, n = ${n}${range}.`,
    ...(targets.length === 0 ? [] : [`Targets: ${targets.join(', ')}`]),
  ].join('\n');
}

/** The slowest answer and what most of it was. */
export function slowestFinding({ worst }: ConversationReport): Sentence {
  const slowest = slowestOf(worst);
  if (slowest === undefined) return ['No answer was heard'];
  const [largest] = [...slowest.stages].sort((one, other) => other.us - one.us);
  const share = Math.round((100 * (largest?.us ?? 0)) / (slowest.answerUs ?? 1));
  const part = largest === undefined ? '' : `; the ${stageLabel(largest.name)} took ${share} % of it`;
  return say`The slowest answer took ${toMs(slowest.answerUs ?? 0)} ms${part}`;
}

const slowestOf = (turns: readonly RankedTurn[]): RankedTurn | undefined =>
  [...turns]
    .filter(({ answerUs }) => answerUs !== null)
    .sort((a, b) => (b.answerUs ?? 0) - (a.answerUs ?? 0))[0];

export const stageLabel = (name: string): string =>
  STAGES.find((stage) => stage.name === name)?.label ?? name;

export function laneFinding({ calls, result }: ConversationReport): Sentence {
  const [call] = calls;
  if (call === undefined) return ['No call left a trace'];
  const seconds = (call.endUs / 1_000_000).toFixed(1);
  if (calls.length === 1 && result.runs === 1)
    return [`One call on one time axis: ${seconds} s, ${call.turns.length} turns`];
  return [`The ${calls.length} worst of ${result.runs} calls, each on one time axis`];
}

/** How many turns were recognised and heard word for word. */
export function wordFinding({ calls }: ConversationReport): Sentence {
  const turns = calls.flatMap((call) => call.turns);
  const recognised = turns.filter(({ said, recognised: text }) => sameWords(said, text)).length;
  const answered = turns.filter(({ heard }) => heard !== null);
  const believed = answered.filter(sameBelief).length;
  return [
    `${recognised} of ${turns.length} turns were recognised word for word; ` +
      `of ${answered.length} answers heard, the agent believed ${believed} exactly as they were heard`,
  ];
}

const sameBelief = ({ heard, believed }: TurnReport): boolean => sameWords(heard ?? '', believed ?? '');

export function kpiFinding({ result }: ConversationReport): Sentence {
  const judged = (which: 'required' | 'ours') =>
    Object.values(result.kpis).flatMap((kpi) => kpi[which].filter(({ held }) => held !== null));
  const held = (which: 'required' | 'ours'): string =>
    `${judged(which).filter((target) => target.held === true).length} of ${judged(which).length}`;
  return [`${held('required')} required targets were met, and ${held('ours')} of our own`];
}

export function costFinding({ result, calls }: ConversationReport): Sentence {
  const { usd, stt, llm, tts } = result.cost;
  if (usd === null || calls.length === 0) return ['What it cost is not known'];
  const parts = [
    { name: 'the recogniser', usd: stt ?? 0 },
    { name: 'the model', usd: llm ?? 0 },
    { name: 'the voice', usd: tts ?? 0 },
  ].sort((one, other) => other.usd - one.usd);
  const [first] = parts;
  const each = result.runs > 1 ? ' a call' : '';
  const share =
    first === undefined || usd === 0 ? '' : `, ${Math.round((100 * first.usd) / usd)} % of it ${first.name}`;
  return [`The conversation cost $${formatFigure(usd / result.runs, 'USD')}${each}${share}`];
}

export const totalCost = ({ stt, llm, tts }: Cost): number | null =>
  stt === null || llm === null || tts === null ? null : stt + llm + tts;

export const pageTitle = (report: ConversationReport): string =>
  `${report.result.verdict === 'pass' ? '✓' : '✗'} ${report.result.scenario}: ${plain(answer(report))}`;
