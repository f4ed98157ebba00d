// The conversation report of one scenario, made of its result, its folded runs and the traces of a few
// calls. Pure: equal runs give an equal report; what no two runs share (how long it took on the wall) is
// left out.
import type { Call, ConversationReport, RankedTurn } from '#reports/conversation/conversation-report.ts';
import type { ScenarioResult } from '#reports/result.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import type { Prices } from '../kpis/conversation.ts';
import { join } from '../kpis/exchange.ts';
import type { FoldedRun } from '../kpis/fold.ts';
import { replayOf, type Setup } from '../runner/replay.ts';
import type { Scenario } from '../script/scenario.ts';
import { billTurns, NOBODY } from './bill.ts';
import { drawLanes, lastUs } from './lane.ts';
import { rebuildMemory } from './memory.ts';
import { evidenceOf, rankTurns } from './ranking.ts';
import { turnReports } from './turn-report.ts';

export type Traced = { readonly seed: number; readonly facts: readonly Fact[] };

export type Material = {
  readonly result: ScenarioResult;
  readonly runs: readonly FoldedRun[];
  /** Of some of them, the worst first. */
  readonly traces: readonly Traced[];
  readonly scenario: Scenario;
  readonly setup: Setup;
  readonly prices: Prices;
};

const WORST_MAX = 60;
export const CALLS_MAX = 5;
/** Lanes of all calls together, as JSON: the page stays below 3 MB. */
const CALLS_CHARS_MAX = 1_600_000;

export function conversationReport(material: Material): ConversationReport {
  const { runs, traces, scenario, setup } = material;
  const ranked = rankTurns(runs, scenario);
  const result = timeless(material.result);
  return {
    schema: 'parley-conversation/1',
    result,
    replay: splitReplay(setup),
    worst: ranked.slice(0, WORST_MAX),
    evidence: evidenceOf(runs, result.kpis),
    calls: bounded(traces.slice(0, CALLS_MAX).map((traced) => callOf(traced, ranked, material))),
  };
}

/** Seeds of the runs that a reader wants to see whole: unfinished ones, then those with the worst turns. */
export function worstSeeds(runs: readonly FoldedRun[], scenario: Scenario): readonly number[] {
  const unfinished = runs.filter(({ end }) => end !== 'finished').map(({ seed }) => seed);
  const ranked = rankTurns(runs, scenario).map(({ seed }) => seed);
  const all = runs.map(({ seed }) => seed);
  return [...new Set([...unfinished, ...ranked, ...all])].slice(0, CALLS_MAX);
}

function callOf({ seed, facts }: Traced, all: readonly RankedTurn[], material: Material): Call {
  const joined = join(facts);
  const memory = rebuildMemory(facts);
  const endUs = lastUs(facts);
  const bills = billTurns(facts, joined, material.prices);
  const ranked = new Map(all.filter((turn) => turn.seed === seed).map((turn) => [turn.act, turn]));
  for (const { act, text } of joined.exchanges) {
    if (!ranked.has(act)) ranked.set(act, { seed, act, said: text, answerUs: null, stages: [], flags: [] });
  }
  const run = material.runs.find((candidate) => candidate.seed === seed);
  return {
    seed,
    end: run?.end ?? 'finished',
    detail: (run?.detail ?? '').split('\n')[0] ?? '',
    endUs,
    ...drawLanes(facts, joined, endUs),
    turns: turnReports({ facts, joined, memory, bills }, ranked),
    ownCost: bills.get(NOBODY) ?? { stt: 0, llm: 0, tts: 0 },
    messages: memory.messages,
  };
}

/** As many calls as have room together; one that has none alone is shown with its main lanes only. */
function bounded(calls: readonly Call[]): readonly Call[] {
  let chars = 0;
  return calls.flatMap((call, index) => {
    const length = JSON.stringify(call).length;
    if (chars + length <= CALLS_CHARS_MAX) {
      chars += length;
      return [call];
    }
    return index === 0 ? [shortened(call, length)] : [];
  });
}

/** The beginning of every lane, as much as there is room for. */
function shortened(call: Call, length: number): Call {
  const share = CALLS_CHARS_MAX / length / 2;
  let left = call.left;
  const part = <T>(all: readonly T[]): readonly T[] => {
    const kept = all.slice(0, Math.floor(all.length * share));
    left += all.length - kept.length;
    return kept;
  };
  const lanes = call.lanes.map((lane) => ({ ...lane, spans: part(lane.spans), marks: part(lane.marks) }));
  const turns = part(call.turns);
  return { ...call, lanes, turns, left };
}

/** Without what depends on the machine. */
function timeless(result: ScenarioResult): ScenarioResult {
  const kpis = Object.entries(result.kpis).filter(([, { group }]) => group !== 'laboratory');
  return { ...result, wallSeconds: 0, kpis: Object.fromEntries(kpis) };
}

/** Around the seed, which is the first option. */
function splitReplay(setup: Setup): ConversationReport['replay'] {
  const [before = '', after = ''] = replayOf(0, setup).split('--seed 0');
  return { before: `${before}--seed `, after };
}
