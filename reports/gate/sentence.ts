// What a gate run says in words, the same in the terminal and in a pull request: the verdict, what it rests
// on, and what changed without being worse.
import { amountText } from './amount.ts';
import type { GateCellResult, GateFailure, GateFigure, GateResult } from './gate-result.ts';
import { ANSWER } from './rule.ts';

/** Figures named in the verdict. */
const NAMED_MAX = 4;

export function verdictLine({ verdict, failures, changed, conversations }: GateResult): string {
  if (verdict === 'fail') {
    const names = [...new Set(failures.map(({ figure }) => figure.split(' ')[0]))];
    const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : '';
    return `worse: ${names.slice(0, NAMED_MAX).join(', ')}${more}`;
  }
  if (changed === 0) return `nothing changed: all ${conversations} conversations are the same, bit for bit`;
  return `nothing got worse; behaviour changed in ${changed} of ${conversations} conversations`;
}

export function basisLine(result: GateResult): string {
  const { judged, few, falseAlarm, tolerance, seeds, baseline } = result;
  const allowed = `${tolerance.ms} ms or ${Number((tolerance.share * 100).toFixed(2))} %`;
  const played = `seeds ${seeds.first} to ${seeds.first + seeds.count - 1}`;
  const base = baseline.date === '' ? '' : ` of ${baseline.date} (${baseline.reason})`;
  return (
    `Against the baseline${base}, ${played}; a figure may be worse by the larger of ${allowed}, a part of ` +
    `the path by half as many ms; ${judged} figures judged, a false alarm among them ` +
    `once in ${Math.round(1 / falseAlarm)} runs at most${few === 0 ? '' : `; ${few} have too few samples`}.`
  );
}

/** Figures that improved beyond doubt, `cell: kpi statistic`. */
export const improvements = ({ cells }: GateResult): readonly string[] =>
  cells.flatMap((cell) =>
    cell.figures
      .filter(({ verdict, kpi }) => verdict === 'better' && !kpi.startsWith('stage.'))
      .map((figure) => `${placeOf(cell)}: ${figure.kpi} ${figure.statistic} ${sidesOf(figure)}`),
  );

/** The figures that stand in every overview. */
export const HEADLINES = [
  { kpi: ANSWER, statistic: 'p50', name: 'voice to voice p50' },
  { kpi: ANSWER, statistic: 'p95', name: 'p95' },
  { kpi: 'barge_stop_ear_ms', statistic: 'p95', name: 'barge-in stop p95' },
] as const;

export const figureAt = (
  { figures }: GateCellResult,
  { kpi, statistic }: { readonly kpi: string; readonly statistic: string },
): GateFigure | undefined => figures.find((figure) => figure.kpi === kpi && figure.statistic === statistic);

/** `736.9 → 746.9`, in ms. */
export const sidesOf = ({ base, head }: GateFigure): string => `${base.toFixed(1)} → ${head.toFixed(1)}`;

export const placeOf = ({ scenario, transport, network }: GateCellResult): string =>
  `${scenario} · ${transport} · ${network}`;

/**
 * What got worse in a place and stands in none of the overview's columns: `cost_usd $1.06 → $1.14`. Without
 * it a row could be marked whose figures did not move.
 */
export function unseenLosses(cell: GateCellResult): readonly string[] {
  const isWorse = ({ verdict }: { readonly verdict: string }): boolean => verdict === 'worse';
  if (HEADLINES.some((headline) => figureAt(cell, headline)?.verdict === 'worse')) return [];
  return [
    ...cell.figures
      .filter(isWorse)
      .map((figure) => `${figure.kpi} ${figure.statistic} ${sidesOf(figure)} ms`),
    ...cell.counts
      .filter(isWorse)
      .map(({ count, base, head }) => `${count} ${amountText(count, base)} → ${amountText(count, head)}`),
  ];
}

/** Counts that are not the same on both sides. */
export const moved = ({ counts }: GateResult): GateResult['counts'] =>
  counts.filter(({ grew, shrank }) => grew + shrank > 0);

/** Of every place whose headline figures moved, what they were and are: what a new baseline changes. */
export const changeLines = ({ cells }: GateResult): readonly string[] =>
  cells.flatMap((cell) => {
    const figures = HEADLINES.flatMap((headline) => {
      const figure = figureAt(cell, headline);
      return figure === undefined || figure.delta === 0
        ? []
        : [`${headline.kpi} ${headline.statistic} ${sidesOf(figure)}`];
    });
    return figures.length === 0 ? [] : [`${placeOf(cell)}: ${figures.join(', ')}`];
  });

/** Failures of one KPI or count: one of them in full, and how far they reach. */
export type FailureGroup = { readonly lead: GateFailure; readonly reach: string };

/** One group for each KPI or count, in the order in which they were found. */
export function failureGroups({ failures }: GateResult): readonly FailureGroup[] {
  const groups = new Map<string, GateFailure[]>();
  for (const failure of failures) {
    const [kpi = ''] = failure.figure.split(' ');
    groups.set(kpi, [...(groups.get(kpi) ?? []), failure]);
  }
  return [...groups.values()].flatMap((own): readonly FailureGroup[] => {
    const [lead] = own;
    if (lead === undefined) return [];
    const places = new Set(own.map(({ cell }) => cell)).size;
    const also = own.filter(({ cell, figure }) => cell === lead.cell && figure !== lead.figure);
    const statistics = also.map(({ figure }) => figure.split(' ')[1] ?? '');
    const here = statistics.length === 0 ? [] : [`${statistics.join(' and ')} as well`];
    const elsewhere = places === 1 ? [] : [`and in ${places - 1} more ${places === 2 ? 'place' : 'places'}`];
    return [{ lead, reach: [...here, ...elsewhere].join(', ') }];
  });
}
