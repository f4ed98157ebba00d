// Who wins where: each network and each place of the grid as a contest between WebSocket and WebRTC,
// decided by voice to voice or another time. A difference counts when it is longer than a frame of audio
// and chance does not explain it; everything else is a draw.
import type { Cell, CompareResult, GridCell, Statistic } from './compare-result.ts';
import { isHeld } from './hold.ts';
import {
  ANSWER,
  cellOf,
  gridCellOf,
  hasBoth,
  intervalOf,
  MARGIN_MS,
  minus,
  type Place,
  pairOf,
  statisticOf,
} from './lookup.ts';

export type Winner = 'webrtc' | 'websocket' | 'draw';

export type Contest = {
  readonly network: string;
  /** Indices of the two cells. */
  readonly webrtc: number;
  readonly websocket: number;
  /** WebSocket minus WebRTC, ms; null when one was not measured. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly winner: Winner;
  /** What decided it, and by how many ms the winner is better in that; 0 for a draw. */
  readonly by: 'p95' | 'median';
  readonly lead: number;
};

/** Every network that both transports played, in the order in which they were given. */
export function contestsOf(result: CompareResult, metric: string = ANSWER): readonly Contest[] {
  if (!hasBoth(result)) return [];
  return result.networks.flatMap(({ name }) => {
    const webrtc = cellOf(result, 'webrtc', name);
    const websocket = cellOf(result, 'websocket', name);
    if (webrtc === undefined || websocket === undefined) return [];
    const [p50, p95] = (['p50', 'p95'] as const).map((each) => differenceOf(webrtc, websocket, metric, each));
    return [
      {
        network: name,
        webrtc: result.cells.indexOf(webrtc),
        websocket: result.cells.indexOf(websocket),
        p50: p50 ?? null,
        p95: p95 ?? null,
        ...decide(result, metric, webrtc, websocket),
      },
    ];
  });
}

export const differenceOf = (
  webrtc: Cell | GridCell | undefined,
  websocket: Cell | GridCell | undefined,
  metric: string,
  statistic: Statistic,
): number | null =>
  minus(statisticOf(websocket?.figures[metric], statistic), statisticOf(webrtc?.figures[metric], statistic));

/** True when the 95 % intervals of the two figures do not meet: chance does not explain the difference. */
export function isClear(
  one: Cell | GridCell | undefined,
  other: Cell | GridCell | undefined,
  metric: string,
  statistic: Statistic,
): boolean {
  const first = intervalOf(one?.figures[metric], statistic);
  const second = intervalOf(other?.figures[metric], statistic);
  if (first === null || second === null) return false;
  return first.high < second.low || second.high < first.low;
}

/** By p95 where that is clear, else by the paired median unless the p95 points the other way. */
function decide(
  result: CompareResult,
  metric: string,
  webrtc: Cell,
  websocket: Cell,
): Pick<Contest, 'winner' | 'by' | 'lead'> {
  const tail = differenceOf(webrtc, websocket, metric, 'p95') ?? 0;
  const winner = winnerIn(webrtc, websocket, metric);
  if (winner !== 'draw') return { winner, by: 'p95', lead: Math.abs(tail) };
  const draw = { winner, by: 'p95', lead: 0 } as const;
  const pair = pairOf(result, webrtc.network, metric);
  if (pair?.interval == null || Math.abs(pair.median) <= MARGIN_MS) return draw;
  const { low, high } = pair.interval;
  if (low <= 0 && high >= 0) return draw;
  if (Math.abs(tail) > MARGIN_MS && Math.sign(tail) !== Math.sign(pair.median)) return draw;
  return { winner: low > 0 ? 'webrtc' : 'websocket', by: 'median', lead: Math.abs(pair.median) };
}

/** In a place of the grid: whoever can hold calls at all, else who has the clearly better p95. */
function boutWinner(webrtc: GridCell | undefined, websocket: GridCell | undefined): Bout['winner'] {
  if (webrtc !== undefined && websocket !== undefined) {
    const [one, other] = [isHeld(webrtc), isHeld(websocket)];
    if (!one && !other) return 'none';
    if (one !== other) return one ? 'webrtc' : 'websocket';
  }
  return winnerIn(webrtc, websocket, ANSWER);
}

/** By p95 alone. */
function winnerIn(
  webrtc: Cell | GridCell | undefined,
  websocket: Cell | GridCell | undefined,
  metric: string,
): Winner {
  const difference = differenceOf(webrtc, websocket, metric, 'p95');
  if (difference === null || Math.abs(difference) <= MARGIN_MS) return 'draw';
  if (!isClear(webrtc, websocket, metric, 'p95')) return 'draw';
  return difference > 0 ? 'webrtc' : 'websocket';
}

export type Bout = {
  readonly place: Place;
  readonly webrtc: number;
  readonly websocket: number;
  readonly difference: number | null;
  /** `none`: over neither can calls be held. */
  readonly winner: Winner | 'none';
};

/** One row of the grid, along loss: who wins at each. */
export function boutsAlongLoss(result: CompareResult, rttMs: number, jitterMs: number): readonly Bout[] {
  const { grid } = result;
  if (grid === null || !hasBoth(result)) return [];
  return grid.lossPercent.map((lossPercent) => {
    const place = { rttMs, jitterMs, lossPercent };
    const webrtc = gridCellOf(grid, 'webrtc', place);
    const websocket = gridCellOf(grid, 'websocket', place);
    return {
      place,
      webrtc: webrtc === undefined ? -1 : grid.cells.indexOf(webrtc),
      websocket: websocket === undefined ? -1 : grid.cells.indexOf(websocket),
      difference: differenceOf(webrtc, websocket, ANSWER, 'p95'),
      winner: boutWinner(webrtc, websocket),
    };
  });
}
