// What the figures say, in words: the finding that heads each section. Every number in them comes from
// the comparison and says so; with one transport, or without a grid, less is said and nothing is made up.
import { BUDGETS, networkBudget } from './budget.ts';
import type { CompareResult } from './compare-result.ts';
import { type Bout, boutsAlongLoss, type Contest, contestsOf } from './contest.ts';
import { isHeld } from './hold.ts';
import {
  ANSWER,
  calmJitter,
  cellOf,
  gridCellOf,
  hasBoth,
  MARGIN_MS,
  metricOf,
  minus,
  pairOf,
  statisticOf,
} from './lookup.ts';
import { duration, listed, shown, transportName } from './name.ts';
import type { Origin } from './origin.ts';
import { keeps } from './reason.ts';
import { num, type Sentence, say } from './sentence.ts';
import { NETWORK_STAGES } from './stage.ts';

/** The heading above the table of networks. Where no call can be held nothing is kept. */
export function networkFinding(result: CompareResult): Sentence {
  const metric = metricOf(result, ANSWER);
  const parts = result.transports.flatMap((transport) => {
    const bound = metric?.bounds[transport];
    if (metric === undefined || bound === undefined) return [];
    const kept = result.networks.filter(({ name }) => {
      const cell = cellOf(result, transport, name);
      return cell !== undefined && isHeld(cell) && keeps(cell, metric) === true;
    });
    const limit = `required p95 (< ${shown(bound, 'ms')} ms)`;
    const count = result.networks.length;
    const [only] = result.networks;
    if (result.networks.length === 1 && only !== undefined)
      return [
        `${transportName(transport)} ${kept.length === 1 ? 'keeps' : 'misses'} its ${limit} on ${only.name}`,
      ];
    return [`${transportName(transport)} keeps its ${limit} on ${kept.length} of ${count} networks`];
  });
  return [parts.length === 0 ? 'The networks one by one' : parts.join(', ')];
}

/** Against the same baseline as the answer: pair by pair at the median, and the table's own p95. */
export function distributionFinding(result: CompareResult): Sentence {
  const alike = contestsOf(result).every(({ winner }) => winner === 'draw');
  const widest = widestOf(result, alike ? () => true : ({ winner }) => winner !== 'draw');
  if (widest === undefined || widest.p95 === null) return ['How soon the caller hears an answer'];
  const { network, webrtc, websocket, p95 } = widest;
  const by = (value: number, origin: Origin): Sentence =>
    say`${num(`${shown(Math.abs(value), 'ms')} ms`, origin)} ${value < 0 ? 'sooner' : 'later'}`;
  const pair = pairOf(result, network, ANSWER);
  const median =
    pair === undefined ? say`` : say`${by(pair.median, ['pair', network, ANSWER])} in the paired median, `;
  const start = alike ? 'No clear difference; the widest is on' : 'The answers differ most on';
  const tail = by(p95, ['cell-', webrtc, websocket, ANSWER, 'p95']);
  return say`${start} ${network}: WebSocket ${median}${tail} at p95`;
}

/** The network whose waterfall tells most: where the transports differ most in the middle of the spread. */
export function tellingNetwork(result: CompareResult): string {
  return widestOf(result)?.network ?? result.networks[0]?.name ?? '';
}

/** Where the two differ most at p95. */
const widestOf = (
  result: CompareResult,
  which: (contest: Contest) => boolean = () => true,
): Contest | undefined =>
  contestsOf(result)
    .filter(which)
    .sort((one, other) => Math.abs(other.p95 ?? 0) - Math.abs(one.p95 ?? 0))[0];

export function stageFinding(result: CompareResult, network: string): Sentence {
  const shares = result.transports.flatMap((transport) => {
    const cell = cellOf(result, transport, network);
    if (cell?.typical == null) return [];
    const typical = cell.typical;
    const ms = NETWORK_STAGES.reduce((sum, stage) => sum + (typical.stages[stage] ?? 0), 0);
    const place = `${transportName(transport)} on ${network}`;
    const group = `the answers around the median (p40 to p60), n = ${typical.n}`;
    const origin = `Uplink, downlink and playout of ${group}, ${place}.`;
    return [{ transport, ms: num(`${shown(ms, 'ms')} ms`, ['note', origin]) }];
  });
  const parts = shares.map(({ transport, ms }) => {
    const budget = BUDGETS.find((candidate) => candidate.transport === transport);
    const most = budget === undefined ? '' : ` (PRD 8.8: at most ${shown(networkBudget(budget), 'ms')})`;
    return say`${ms} over ${transportName(transport)}${most}`;
  });
  const [one, other] = parts;
  if (one === undefined) return ['Where the time of an answer goes'];
  const rest = other === undefined ? say`` : say` and ${other}`;
  return say`On ${network} the network takes ${one}${rest} of a typical answer`;
}

/** What RTT and loss do together, at the smallest jitter there is. */
export function lossFinding(result: CompareResult): Sentence {
  const { grid } = result;
  if (grid === null || !hasBoth(result)) return ['Round-trip time and loss'];
  const jitter = calmJitter(grid);
  const rtts = [...grid.rttMs].sort((one, other) => one - other);
  const rows = rtts.map((rtt) => ({
    rtt,
    bouts: boutsAlongLoss(result, rtt, jitter).filter(({ winner }) => winner !== 'none'),
  }));
  const behind = rows.flatMap(({ rtt, bouts }) => {
    const last = bouts.findLastIndex(({ winner }) => winner !== 'webrtc');
    const from = bouts[last + 1];
    return from === undefined ? [] : [{ rtt, from, bouts: bouts.slice(last + 1) }];
  });
  const last = behind.at(-1);
  if (last === undefined) return undecided(rows.flatMap(({ bouts }) => bouts));
  const { from, bouts } = last;
  const worst = bouts.findLast((bout) => bout.difference !== null);
  const end = bouts.at(-1) ?? from;
  const loss = `${from.place.lossPercent} % loss`;
  const start = from === end ? `at ${loss}` : `from ${loss} on`;
  const calm = rows.filter(({ rtt }) => !behind.some((row) => row.rtt === rtt)).map(({ rtt }) => `${rtt}`);
  const before = calm.length === 0 ? say`` : say`At RTT ${listed(calm)} ms WebSocket is no worse; `;
  const at = say`${before}${calm.length === 0 ? 'At' : 'at'} RTT ${String(last.rtt)} ms WebSocket`;
  if (worst === undefined) return say`${at} holds no call ${start}`;
  const much = num(duration(worst.difference ?? 0), ['grid-', worst.webrtc, worst.websocket, ANSWER, 'p95']);
  const lost = worst === end ? say`` : say`, and holds no call with ${String(end.place.lossPercent)} %`;
  return say`${at} falls behind ${start}, by ${much} at p95 with ${String(worst.place.lossPercent)} %${lost}`;
}

/** WebSocket falls behind nowhere, or nobody knows: a p95 of few answers has no interval. */
function undecided(bouts: readonly Bout[]): Sentence {
  const [worst] = [...bouts].sort((one, other) => (other.difference ?? 0) - (one.difference ?? 0));
  if (worst === undefined) return ['No call can be held anywhere in this grid'];
  if (worst.difference === null || worst.difference <= MARGIN_MS)
    return ['No round-trip time and loss in this grid makes WebSocket slower'];
  const { rttMs, lossPercent } = worst.place;
  const much = num(duration(worst.difference), ['grid-', worst.webrtc, worst.websocket, ANSWER, 'p95']);
  const place = `RTT ${rttMs} ms and ${lossPercent} % loss`;
  return say`WebSocket is slower by up to ${much} at p95 (${place}), in too few answers to rule out chance`;
}

/** What jitter alone does, at the smallest loss and the middle round-trip time. */
export function jitterFinding(result: CompareResult): Sentence {
  const { grid } = result;
  if (grid === null) return ['Loss and jitter'];
  const rttMs = middleOf(grid.rttMs);
  const lossPercent = Math.min(...grid.lossPercent);
  const most = Math.max(...grid.jitterMs);
  const moves = result.transports.flatMap((transport) => {
    const at = (jitterMs: number) => gridCellOf(grid, transport, { rttMs, lossPercent, jitterMs });
    const [calm, rough] = [at(Math.min(...grid.jitterMs)), at(most)];
    const value = minus(
      statisticOf(rough?.figures[ANSWER], 'p95'),
      statisticOf(calm?.figures[ANSWER], 'p95'),
    );
    if (value === null || rough === undefined) return [];
    return [
      {
        transport,
        text: num(`${shown(value, 'ms')} ms`, ['grid', grid.cells.indexOf(rough), ANSWER, 'p95']),
      },
    ];
  });
  const [one, other] = moves;
  if (one === undefined) return ['Loss and jitter'];
  const rest = other === undefined ? say`` : say` and over ${transportName(other.transport)} ${other.text}`;
  const first = say`${one.text} at p95 over ${transportName(one.transport)}`;
  return say`Jitter of ${String(most)} ms alone costs ${first}${rest} (RTT ${String(rttMs)} ms)`;
}

export const middleOf = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? 0;

/** How a draw is decided, in words. */
export const DRAW_RULE =
  `In a time, a transport wins where its p95 is more than ${MARGIN_MS} ms (one frame) better and the ` +
  '95 % intervals do not meet, or else where the paired median is and p95 does not contradict; ' +
  'everything else is a draw.';
