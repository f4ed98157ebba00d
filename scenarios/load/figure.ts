// A load run in figures, and what they are held against. Pure: equal runs give equal figures. Times of single
// answers are the very KPIs of every other world; what the agent's process used is counted only while all
// sessions were there.
import { toMs } from '#agent/core/time.ts';
import { join } from '../kpis/exchange.ts';
import { type FoldedRun, fold } from '../kpis/fold.ts';
import { vendorPrices } from '../kpis/price.ts';
import { percentile, type Spread, spreadOf } from '../kpis/statistic.ts';
import type { Scenario } from '../script/scenario.ts';
import { HOPS, type Hop, hopsOf } from './hop.ts';
import type { LoadCall, LoadRun, Span } from './load.ts';
import type { Usage } from './message.ts';

export type LoadFigures = {
  readonly sessions: number;
  /** Utterances of the callers. */
  readonly turns: number;
  readonly unfinished: number;
  readonly stuckTurns: number;
  readonly unansweredTurns: number;
  readonly overheadMs: Spread;
  readonly voiceToVoiceMs: Spread;
  /** Medians of its parts, ms. */
  readonly hopMs: Readonly<Record<Hop, number | null>>;
  readonly cpuSecondsPerSessionMinute: number | null;
  readonly rssMb: {
    readonly first: number | null;
    readonly all: number | null;
    readonly perFurtherSession: number | null;
    /** From the second quarter of the time with all sessions to the last one, in all. */
    readonly growth: number | null;
  };
  readonly heapGrowthMb: number | null;
  readonly loopMs: { readonly p50: number; readonly p99: number };
  /** The first caller of whom something is not as it should be. */
  readonly seed: number | null;
};

const MB = 1 << 20;

export function figuresOf(run: LoadRun, scenario: Scenario): LoadFigures {
  const prices = vendorPrices();
  const played = { ...scenario, caller: run.script, probes: [], targets: [] };
  const folded = run.calls.map((call) => fold(outcomeOf(call, scenario.name), played, prices));
  const values = (kpi: string) =>
    folded.flatMap(({ samples }) => samples.filter((one) => one.kpi === kpi).map(({ value }) => value));
  const sum = (kpi: string) => values(kpi).reduce((total, value) => total + value, 0);
  const quarter = (run.fullUs.toUs - run.fullUs.fromUs) / 4;
  const second = { fromUs: run.fullUs.fromUs + quarter, toUs: run.fullUs.fromUs + 2 * quarter };
  const last = { fromUs: run.fullUs.toUs - quarter, toUs: run.fullUs.toUs };
  const rss = (span: Span) => medianMb(run.usages, span, ({ rssBytes }) => rssBytes);
  const heap = (span: Span) => medianMb(run.usages, span, ({ heapBytes }) => heapBytes);
  const [first, all] = [rss(laterHalf(run.aloneUs)), rss(run.fullUs)];
  const further = run.calls.length - 1;
  return {
    sessions: run.calls.length,
    turns: folded.reduce((total, { turns }) => total + turns, 0),
    unfinished: folded.filter(({ end }) => end !== 'finished').length,
    stuckTurns: sum('stuck_turns'),
    unansweredTurns: sum('unanswered_turns'),
    overheadMs: spreadOf(values('overhead_ms')),
    voiceToVoiceMs: spreadOf(values('voice_to_voice_ms')),
    hopMs: hopsIn(run),
    cpuSecondsPerSessionMinute: cpuOf(run),
    rssMb: {
      first,
      all,
      perFurtherSession: further === 0 ? null : difference(all, first, further),
      growth: difference(rss(last), rss(second)),
    },
    heapGrowthMb: difference(heap(last), heap(second)),
    loopMs: run.loopMs,
    seed: folded.find(isBad)?.seed ?? null,
  };
}

/** What has to hold, in words, each with whether it did; null where there was nothing to judge it by. */
export function verdictsOf(
  figures: LoadFigures,
): readonly { readonly words: string; readonly held: boolean | null }[] {
  const { overheadMs, rssMb, sessions } = figures;
  const atMost = (name: string, value: number | null, max: number, unit: string) => ({
    words: `${name} ${value === null ? 'not measured' : Number(value.toFixed(3))}${unit} (at most ${max})`,
    held: value === null ? null : value <= max,
  });
  return [
    atMost('overhead p50', overheadMs.p50, 1, ' ms'),
    atMost('overhead p99', overheadMs.p99, 10, ' ms'),
    atMost('CPU per session-minute', figures.cpuSecondsPerSessionMinute, 0.15, ' s'),
    atMost('RSS per further session', rssMb.perFurtherSession, 1, ' MB'),
    // What the last sessions still fill is no growth; a leak of theirs would be.
    atMost('RSS growth', rssMb.growth, GROWTH_MB_MIN + sessions * GROWTH_MB_EACH, ' MB'),
    atMost('stuck turns', figures.stuckTurns, 0, ''),
    atMost('unanswered turns', figures.unansweredTurns, 0, ''),
    atMost('unfinished conversations', figures.unfinished, 0, ''),
  ];
}

/** A young generation of the heap comes and goes; of each session its conversation stays. */
const GROWTH_MB_MIN = 16;
const GROWTH_MB_EACH = 0.1;

const outcomeOf = ({ seed, finished, waitingFor, facts }: LoadCall, scenario: string) => ({
  scenario,
  seed,
  end: finished ? ('finished' as const) : ('timeout' as const),
  detail: waitingFor,
  facts,
  traceHash: '',
  simulatedSeconds: 0,
  cpuSeconds: 0,
  events: facts.length,
});

function hopsIn({ calls }: LoadRun): Readonly<Record<Hop, number | null>> {
  const all = calls.flatMap(({ facts }) => join(facts).exchanges.map((exchange) => hopsOf(exchange, facts)));
  const median = (hop: Hop): number | null => {
    const us = percentile(
      all.flatMap((one) => one[hop] ?? []),
      0.5,
    );
    return us === null ? null : toMs(us);
  };
  return Object.fromEntries(HOPS.map((hop) => [hop, median(hop)])) as Record<Hop, number | null>;
}

const isBad = ({ end, samples }: FoldedRun): boolean =>
  end !== 'finished' ||
  samples.some(({ kpi, value }) => (kpi === 'stuck_turns' || kpi === 'unanswered_turns') && value > 0);

/** Seconds of processor per minute of one session, while all were there. */
function cpuOf({ usages, fullUs, calls }: LoadRun): number | null {
  const within = usages.filter(({ atUs }) => atUs >= fullUs.fromUs && atUs <= fullUs.toUs);
  const [first, last] = [within.at(0), within.at(-1)];
  if (first === undefined || last === undefined || last.atUs === first.atUs) return null;
  return (60 * (last.cpuUs - first.cpuUs)) / (last.atUs - first.atUs) / calls.length;
}

const laterHalf = ({ fromUs, toUs }: Span): Span => ({ fromUs: (fromUs + toUs) / 2, toUs });

function medianMb(usages: readonly Usage[], span: Span, bytes: (usage: Usage) => number): number | null {
  const within = usages.filter(({ atUs }) => atUs >= span.fromUs && atUs <= span.toUs);
  const median = percentile(within.map(bytes), 0.5);
  return median === null ? null : median / MB;
}

const difference = (one: number | null, other: number | null, by = 1): number | null =>
  one === null || other === null ? null : (one - other) / by;
