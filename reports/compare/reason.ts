// What speaks for one transport against the other on one network, in order of weight: calls that can be
// held, questions answered and facts retained, times, and requirements that only one keeps. Every reason
// quotes the figures of the table; one that chance may explain says so.
import type { Cell, CompareResult, Metric } from './compare-result.ts';
import { type Contest, contestsOf, isClear } from './contest.ts';
import { isHeld, outcomeOf, UNANSWERED } from './hold.ts';
import { ANSWER, cellOf, MARGIN_MS, metricOf, pairOf, statisticOf } from './lookup.ts';
import { counted, duration, metricName, shown, shownWithUnit, transportName } from './name.ts';
import { type Figured, num, type Sentence, say } from './sentence.ts';

export type Side = 'webrtc' | 'websocket';

export type Reason = {
  readonly side: Side;
  readonly kind: 'held' | 'dialogue' | 'time' | 'required';
  /** False where chance may explain it. */
  readonly clear: boolean;
  /** ms for times; 0 where there is no common measure. */
  readonly lead: number;
  /** What `side` does better: `answers sooner, p95 793 ms against 1,020 ms`. */
  readonly text: Sentence;
};

/** How soon the agent stops when it is interrupted. */
const SILENCE = 'barge_stop_ear_ms';
const RETENTION = 'context_retention';
const TIMES = { [ANSWER]: 'answers sooner', [SILENCE]: 'falls silent sooner when interrupted' } as const;

/** The two cells of a network, both of which were played. */
export type Match = { readonly network: string; readonly webrtc: Cell; readonly websocket: Cell };

export function matchOf(result: CompareResult, network: string): Match | undefined {
  const [webrtc, websocket] = [cellOf(result, 'webrtc', network), cellOf(result, 'websocket', network)];
  return webrtc === undefined || websocket === undefined ? undefined : { network, webrtc, websocket };
}

export function reasonsOf(result: CompareResult, match: Match): readonly Reason[] {
  const held = holding(match);
  if (held.length > 0) return held;
  return [
    ...[UNANSWERED, RETENTION].flatMap((id) => dialogue(result, match, id)),
    ...[ANSWER, SILENCE].flatMap((id) => time(result, match, id as keyof typeof TIMES)),
    ...result.metrics.flatMap((metric) => required(result, match, metric)),
  ];
}

function holding({ webrtc, websocket }: Match): readonly Reason[] {
  const [one, other] = [isHeld(webrtc), isHeld(websocket)];
  if (one === other) return [];
  const lost = one ? websocket : webrtc;
  const text = say`no call can be held over ${transportName(lost.transport)}: ${outcomeOf(lost)}`;
  return [{ side: one ? 'webrtc' : 'websocket', kind: 'held', clear: true, lead: 0, text }];
}

/** Clear by the intervals, or a requirement that only one of the two keeps. */
function dialogue(result: CompareResult, match: Match, id: string): readonly Reason[] {
  const metric = metricOf(result, id);
  if (metric === undefined) return [];
  const side = betterSide(match, metric);
  const clear = isClear(match.webrtc, match.websocket, id, metric.statistic);
  if (side === undefined || !(clear || onlyOneKeeps(match, metric))) return [];
  return [{ side, kind: 'dialogue', clear, lead: 0, text: against(result, match, metric, side, clear) }];
}

function time(result: CompareResult, match: Match, id: keyof typeof TIMES): readonly Reason[] {
  const contest = contestsOf(result, id).find(({ network }) => network === match.network);
  if (contest === undefined) return [];
  const { winner, by, lead } = contest;
  if (winner !== 'draw') {
    const how = by === 'median' ? pairedText(result, contest, id) : p95Text(result, contest, id, winner);
    return [{ side: winner, kind: 'time', clear: true, lead, text: say`${TIMES[id]}, ${how}` }];
  }
  const tail = contest.p95 ?? 0;
  if (Math.abs(tail) <= MARGIN_MS) return [];
  const side = tail > 0 ? 'webrtc' : 'websocket';
  const text = say`${TIMES[id]}, ${p95Text(result, contest, id, side)}, which may be chance`;
  return [{ side, kind: 'time', clear: false, lead: Math.abs(tail), text }];
}

/** Times are compared as times, and what the conversation needs is weighed before. */
function required(result: CompareResult, match: Match, metric: Metric): readonly Reason[] {
  const elsewhere: readonly string[] = [ANSWER, SILENCE, UNANSWERED, RETENTION];
  if (elsewhere.includes(metric.id) || !onlyOneKeeps(match, metric)) return [];
  const side = betterSide(match, metric);
  if (side === undefined) return [];
  const clear = isClear(match.webrtc, match.websocket, metric.id, metric.statistic);
  return [{ side, kind: 'required', clear, lead: 0, text: against(result, match, metric, side, clear) }];
}

function betterSide({ webrtc, websocket }: Match, metric: Metric): Side | undefined {
  const [one, other] = [webrtc, websocket].map((cell) => figureOf(cell, metric));
  if (one == null || other == null || one === other) return undefined;
  return one < other === (metric.better === 'lower') ? 'webrtc' : 'websocket';
}

/** Of a requirement that is the same for both. */
function onlyOneKeeps({ webrtc, websocket }: Match, metric: Metric): boolean {
  const { bounds } = metric;
  if (bounds['webrtc'] === undefined || bounds['webrtc'] !== bounds['websocket']) return false;
  return keeps(webrtc, metric) !== keeps(websocket, metric);
}

/** Null when nothing is required of that transport, or nothing was measured. */
export function keeps(cell: Cell, metric: Metric): boolean | null {
  const [value, bound] = [figureOf(cell, metric), metric.bounds[cell.transport]];
  if (value === null || bound === undefined) return null;
  return metric.better === 'lower' ? value < bound : value > bound;
}

const figureOf = (cell: Cell, { id, statistic }: Metric): number | null =>
  statisticOf(cell.figures[id], statistic);

/** `retention 100.0 % against 80.0 %, required > 95.0 %`. */
function against(result: CompareResult, match: Match, metric: Metric, side: Side, clear: boolean): Sentence {
  const figured = (transport: Side): Figured => {
    const cell = match[transport];
    const text = shownWithUnit(figureOf(cell, metric), metric.unit);
    return num(text, ['cell', result.cells.indexOf(cell), metric.id, metric.statistic]);
  };
  const other = side === 'webrtc' ? 'websocket' : 'webrtc';
  const bound = metric.bounds[side];
  const sign = metric.better === 'lower' ? '<' : '>';
  const limit = bound === undefined ? '' : ` (required ${sign} ${shownWithUnit(bound, metric.unit)})`;
  const chance = clear ? '' : ', which may be chance';
  return say`${metricName(metric)} ${figured(side)} against ${figured(other)}${limit}${chance}`;
}

function p95Text(result: CompareResult, contest: Contest, id: string, side: Side): Sentence {
  const p95 = (index: number): Figured =>
    num(duration(statisticOf(result.cells[index]?.figures[id], 'p95') ?? 0), ['cell', index, id, 'p95']);
  const other = side === 'webrtc' ? 'websocket' : 'webrtc';
  return say`p95 ${p95(contest[side])} against ${p95(contest[other])}`;
}

function pairedText(result: CompareResult, { network, lead }: Contest, id: string): Sentence {
  const pairs = counted(pairOf(result, network, id)?.n ?? 0, 'pair');
  return say`${num(`${shown(lead, 'ms')} ms`, ['pair', network, id])} in the median of ${pairs}`;
}
