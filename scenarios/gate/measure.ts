// One conversation as the gate keeps it: its latencies in whole microseconds and its counts, by the names
// of the gate's own table. What the table asks for and no KPI measures is counted here from the trace.
import { GATE_STAGES, type GateRun } from '#reports/gate/baseline.ts';
import { ANSWER, COUNTS, SPANS } from '#reports/gate/rule.ts';
import type { Fact, VendorStage } from '#sim/kernel/fact.ts';
import { conversationOf } from '../kpis/conversation.ts';
import type { Sample } from '../kpis/definition.ts';
import { vendorPrices } from '../kpis/price.ts';
import { samplesOf } from '../kpis/registry.ts';
import type { RunOutcome } from '../runner/run.ts';
import type { Scenario } from '../script/scenario.ts';

export const SPAN_NAMES: readonly string[] = Object.keys(SPANS);
export const COUNT_NAMES: readonly string[] = Object.keys(COUNTS);

export function measure(outcome: RunOutcome, scenario: Scenario): GateRun {
  const samples = [...samplesOf(conversationOf(outcome, scenario, vendorPrices()))];
  const own = countsOf(outcome, samples);
  return {
    seed: outcome.seed,
    hash: outcome.traceHash,
    end: outcome.end,
    turns: [...turnsOf(samples)],
    spans: SPAN_NAMES.map((name) => samples.filter(({ kpi }) => kpi === name).map(({ value }) => us(value))),
    counts: COUNT_NAMES.map((name) => {
      const from = COUNTS[name]?.from ?? 'own';
      if (from === 'own') return own[name] ?? 0;
      const values = samples.filter(({ kpi }) => kpi === name).map(({ value }) => value);
      const total = sum(from === 'misses' ? values.map((value) => 1 - value) : values);
      return name.startsWith('cost_') ? Math.round(total * 1_000_000) : total;
    }),
  };
}

/** Act, latency, and the stages where all are known. */
function* turnsOf(samples: readonly Sample[]): Iterable<number[]> {
  const stages = new Map<number, Map<string, number>>();
  for (const { kpi, act, value } of samples) {
    if (act === undefined || !kpi.startsWith('stage.')) continue;
    stages.set(act, (stages.get(act) ?? new Map<string, number>()).set(kpi, us(value)));
  }
  for (const { kpi, act, value } of samples) {
    if (kpi !== ANSWER || act === undefined) continue;
    const known = stages.get(act);
    const path = GATE_STAGES.map((name) => known?.get(`stage.${name}_ms`));
    const whole = path.every((part) => part !== undefined) && sum(path) === us(value);
    yield [act, us(value), ...(whole ? path : [])];
  }
}

function countsOf({ facts, end }: RunOutcome, samples: readonly Sample[]): Readonly<Record<string, number>> {
  const total = (id: string) =>
    sum(samples.filter(({ kpi }) => kpi.startsWith(id)).map(({ value }) => value));
  const [stt, llm, tts] = (['stt', 'llm', 'tts'] as const).map((who) => requestsOf(facts, who));
  return {
    not_finished: end === 'finished' ? 0 : 1,
    retries: facts.filter(({ who, what }) => who === 'agent' && what === 'retry').length,
    false_interruptions: total('false_interruption_rate'),
    concealed_frames: total('concealed_ms_ratio'),
    stt_requests: stt?.received ?? 0,
    llm_requests: llm?.received ?? 0,
    tts_requests: tts?.received ?? 0,
    abandoned_requests: (llm?.abandoned ?? 0) + (tts?.abandoned ?? 0),
    llm_sent_chars: sentChars(facts),
    llm_prompt_tokens: sum(
      facts.map((fact) => (fact.who === 'agent' && fact.what === 'usage.llm' ? fact.promptTokens : 0)),
    ),
    answers: samples.filter(({ kpi }) => kpi === ANSWER).length,
    words_heard: new Set(
      facts.flatMap((fact) => (fact.who === 'caller' && fact.what === 'ear.word' ? [fact.onsetUs] : [])),
    ).size,
  };
}

function requestsOf(facts: readonly Fact[], who: VendorStage) {
  const of = (...whats: readonly string[]) =>
    facts.filter((fact) => fact.who === who && whats.includes(fact.what)).length;
  const received = of('received');
  return { received, abandoned: Math.max(0, received - of('done', 'cancelled')) };
}

/** The model states with every piece how much it has sent. */
function sentChars(facts: readonly Fact[]): number {
  const last = new Map<number, number>();
  for (const fact of facts) {
    if (fact.who !== 'llm' || fact.what !== 'sent') continue;
    const chars = /^text:(\d+)$/.exec(fact.detail)?.[1];
    if (chars !== undefined) last.set(fact.request, Number(chars));
  }
  return sum([...last.values()]);
}

const us = (ms: number): number => Math.round(ms * 1_000);

const sum = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);
