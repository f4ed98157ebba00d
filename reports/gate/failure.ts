// Why the gate failed: one sentence with the figures, the conversations in which it shows most, and the
// command that plays the first of them again.
import { commandLine, quoted } from '../invocation.ts';
import { amountText } from './amount.ts';
import { cellName, GATE_STAGES, type GateCell, type GateSet } from './baseline.ts';
import type { GateCount, GateFailure, GateFigure, StageShares } from './gate-result.ts';
import { type Judging, samplesOf } from './judge.ts';
import { ANSWER } from './rule.ts';

type Evidence = GateFailure['evidence'][number];

const EVIDENCE_MAX = 5;

export function figureFailure(
  figure: GateFigure,
  before: GateCell,
  after: GateCell,
  { base, head }: Judging,
): GateFailure {
  const { kpi, statistic, delta, tolerance, lower, stages } = figure;
  const sides = `${figure.base.toFixed(1)} → ${figure.head.toFixed(1)} ms`;
  const sure = `allowed ${tolerance.toFixed(1)}, at least ${(lower ?? 0).toFixed(1)} for sure`;
  const evidence =
    kpi === ANSWER ? turnEvidence(before, after) : callEvidence(kpi, before, after, base, head);
  return {
    cell: cellName(before),
    figure: `${kpi} ${statistic}`,
    why: `${kpi} ${statistic} is ${signed(delta)} ms slower: ${sides} (${sure})${because(stages)}`,
    evidence,
    replay: replayOf(before, evidence[0]?.seed, base),
  };
}

export function countFailure(
  { count, about, base: from, head: to, grew, shrank }: GateCount,
  before: readonly GateCell[],
  after: readonly GateCell[],
  { base, head }: Judging,
): GateFailure {
  const [first] = before;
  const direction = to > from ? `more in ${grew}, fewer in ${shrank}` : `fewer in ${shrank}, more in ${grew}`;
  const sides = `${amountText(count, from)} → ${amountText(count, to)}`;
  const [place, evidence] = strongest(before, after, base.counts.indexOf(count), head.counts.indexOf(count));
  return {
    cell: before.length === 1 && first !== undefined ? cellName(first) : 'all',
    figure: count,
    why: `${count}: ${sides} ${about} (${direction} conversations)`,
    evidence,
    replay: place === undefined ? '' : replayOf(place, evidence[0]?.seed, base),
  };
}

/** `+5.0`, `−2.1`. */
export const signed = (ms: number): string => `${ms < 0 ? '−' : '+'}${Math.abs(ms).toFixed(1)}`;

/** `: tts +4.9, llm +0.2`, the stages that moved most; nothing where none is known. */
export function because(stages: StageShares | null): string {
  if (stages === null) return '';
  const parts = [...GATE_STAGES, 'unpaired' as const].map((name) => ({ name, ms: stages[name] }));
  const moved = parts
    .filter(({ ms }) => Math.abs(ms) >= 0.05)
    .toSorted((one, other) => Math.abs(other.ms) - Math.abs(one.ms));
  return moved.length === 0 ? '' : `: ${moved.map(({ name, ms }) => `${name} ${signed(ms)}`).join(', ')}`;
}

/** Turns by how much slower they are. */
function turnEvidence(before: GateCell, after: GateCell): Evidence[] {
  const all = before.runs.flatMap(({ seed, turns }, at) => {
    const others = new Map(after.runs[at]?.turns.map(([act, us]) => [act, us]));
    return turns.flatMap(([act = 0, us = 0]): Evidence[] => {
      const other = others.get(act);
      return other === undefined ? [] : [{ seed, act, base: us / 1_000, head: other / 1_000 }];
    });
  });
  return largest(all);
}

/** Conversations by how much their slowest sample grew. */
function callEvidence(
  kpi: string,
  before: GateCell,
  after: GateCell,
  base: GateSet,
  head: GateSet,
): Evidence[] {
  const all = before.runs.flatMap((run, at): Evidence[] => {
    const other = after.runs[at];
    const [one, two] = [samplesOf(kpi, run, base), other === undefined ? [] : samplesOf(kpi, other, head)];
    if (one.length === 0 || two.length === 0) return [];
    return [{ seed: run.seed, act: null, base: Math.max(...one) / 1_000, head: Math.max(...two) / 1_000 }];
  });
  return largest(all);
}

/** The cell in which the count changed most, and its conversations. */
function strongest(
  before: readonly GateCell[],
  after: readonly GateCell[],
  at: number,
  to: number,
): readonly [GateCell | undefined, Evidence[]] {
  const cells = before.map((cell, index) => {
    const all = cell.runs.map((run, seedAt): Evidence => {
      const other = after[index]?.runs[seedAt];
      return { seed: run.seed, act: null, base: run.counts[at] ?? 0, head: other?.counts[to] ?? 0 };
    });
    return { cell, evidence: largest(all, Math.abs) };
  });
  const size = ({ evidence: [first] }: { readonly evidence: readonly Evidence[] }) =>
    first === undefined ? 0 : Math.abs(first.head - first.base);
  const best = cells.toSorted((one, other) => size(other) - size(one))[0];
  return [best?.cell, best?.evidence ?? []];
}

const largest = (all: readonly Evidence[], size: (difference: number) => number = (own) => own): Evidence[] =>
  all
    .filter(({ base, head }) => head !== base)
    .toSorted((one, other) => size(other.head - other.base) - size(one.head - one.base))
    .slice(0, EVIDENCE_MAX);

/** The command that plays a conversation of the cell; without a seed, the first. */
export function replayOf(
  { scenario, transport, network }: Omit<GateCell, 'runs'>,
  seed: number | undefined,
  set: GateSet,
): string {
  const policy = set.policy === 'parley' ? [] : ['--policy', set.policy];
  const place = ['--transport', transport, '--network', network, '--providers', set.providers];
  const seeded = seed === undefined ? [] : ['--seed', String(seed)];
  return commandLine('scenario', [scenario, ...place, ...policy, ...seeded].map(quoted));
}
