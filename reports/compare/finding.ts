// What the figures say, in words: the answer above the fold and the finding that heads each section.
// Every number in them comes from the comparison and says so; with one transport, or without a grid,
// less is said and nothing is made up.
import { BUDGETS, networkBudget } from './budget.ts';
import type { CompareResult } from './compare-result.ts';
import { type Bout, boutsAlongLoss, type Contest, contestsOf } from './contest.ts';
import { ANSWER, calmJitter, cellOf, gridCellOf, hasBoth, MARGIN_MS, minus, statisticOf } from './lookup.ts';
import { duration, listed, shown, transportName } from './name.ts';
import { type Figured, num, type Sentence, say } from './sentence.ts';
import { NETWORK_STAGES } from './stage.ts';

/** How soon the agent stops when it is interrupted. */
const SILENCE = 'barge_stop_ear_ms';

export const question = (result: CompareResult): string =>
  result.networks.length === 1 ? 'Which transport for this network?' : 'Which transport for these networks?';

/** One sentence, with numbers and n. */
export function answer(result: CompareResult): Sentence {
  const contests = contestsOf(result);
  if (contests.length === 0) return alone(result);
  const won = (winner: string) => contests.filter((contest) => contest.winner === winner);
  const [rtc, socket, draws] = [won('webrtc'), won('websocket'), won('draw')];
  const calls = say`(n = ${shown(answersOf(result), 'ms')} answers in ${shown(callsOf(result), 'ms')} calls)`;
  const silence = silenceOf(result);
  const alike = draws.length === 0 ? say`` : say`; on ${ofAll(draws, contests)} either will do`;
  if (rtc.length === 0 && socket.length === 0) {
    const where = contests.length === 1 ? (contests[0]?.network ?? '') : `any of ${contests.length} networks`;
    return say`Neither answers clearly sooner than the other on ${where}${silence} ${calls}.`;
  }
  const sooner = rtc.length === 0 ? 'answers sooner ' : '';
  const socketMost = byMost(result, socket, ANSWER);
  const socketWins = say`WebSocket ${sooner}on ${ofAll(socket, contests)} (${socketMost})`;
  if (rtc.length === 0) return say`${socketWins}${alike}${silence} ${calls}.`;
  const against = socket.length === 0 ? say`` : say`, ${socketWins}`;
  const rtcWins = say`WebRTC answers sooner on ${ofAll(rtc, contests)} (${byMost(result, rtc, ANSWER)})`;
  return say`${rtcWins}${against}${alike}${silence} ${calls}.`;
}

/** Who falls silent sooner when interrupted: the other half of the decision. */
function silenceOf(result: CompareResult): Sentence {
  const contests = contestsOf(result, SILENCE);
  const parts = (['webrtc', 'websocket'] as const).flatMap((transport): readonly Sentence[] => {
    const won = contests.filter(({ winner }) => winner === transport);
    if (won.length === 0) return [];
    const most = byMost(result, won, SILENCE);
    return [say`${transportName(transport)} falls silent sooner on ${ofAll(won, contests)} (${most})`];
  });
  const [one, other] = parts;
  if (one === undefined) return [];
  return other === undefined ? say`; interrupted, ${one}` : say`; interrupted, ${one}, ${other}`;
}

/** The heading above the table of networks. */
export function networkFinding(result: CompareResult): Sentence {
  const misses = result.transports.map((transport) => {
    const bound = result.metrics.find(({ id }) => id === ANSWER)?.bounds[transport];
    const missed = result.networks.filter(({ name }) => {
      const value = statisticOf(cellOf(result, transport, name)?.figures[ANSWER], 'p95');
      return bound !== undefined && value !== null && value >= bound;
    });
    return { transport, bound, missed };
  });
  const parts = misses.map(({ transport, bound, missed }) => {
    const kept = result.networks.length - missed.length;
    const limit = bound === undefined ? '' : ` (< ${shown(bound, 'ms')} ms)`;
    const count = result.networks.length;
    const of = `${kept} of ${count} ${count === 1 ? 'network' : 'networks'}`;
    return `${transportName(transport)} keeps its required p95${limit} on ${of}`;
  });
  return [parts.join(', ')];
}

export function distributionFinding(result: CompareResult): Sentence {
  const alike = contestsOf(result).every(({ winner }) => winner === 'draw');
  const widest = widestOf(result, alike ? () => true : ({ winner }) => winner !== 'draw');
  if (widest === undefined) return ['How soon the caller hears an answer'];
  const { network, webrtc, websocket, p50, p95 } = widest;
  const by = (value: number | null, statistic: 'p50' | 'p95'): Sentence => {
    const length = num(`${shown(Math.abs(value ?? 0), 'ms')} ms`, [
      'cell-',
      webrtc,
      websocket,
      ANSWER,
      statistic,
    ]);
    return say`${length} ${(value ?? 0) < 0 ? 'sooner' : 'later'}`;
  };
  const start = alike ? 'No clear difference; the widest is on' : 'The answers differ most on';
  return say`${start} ${network}: WebSocket ${by(p50, 'p50')} at the median, ${by(p95, 'p95')} at p95`;
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
  const rows = rtts.map((rtt) => ({ rtt, bouts: boutsAlongLoss(result, rtt, jitter) }));
  const behind = rows.flatMap(({ rtt, bouts }) => {
    const last = bouts.findLastIndex(({ winner }) => winner !== 'webrtc');
    const from = bouts[last + 1];
    return from === undefined ? [] : [{ rtt, from, worst: bouts.at(-1) ?? from }];
  });
  const last = behind.at(-1);
  if (last === undefined) return undecided(rows.flatMap(({ bouts }) => bouts));
  const { worst } = last;
  const much = num(duration(worst.difference ?? 0), ['grid-', worst.webrtc, worst.websocket, ANSWER, 'p95']);
  const from = `from ${last.from.place.lossPercent} % loss on`;
  const start = last.from === worst ? `at ${worst.place.lossPercent} % loss` : from;
  const calm = rows.filter(({ rtt }) => !behind.some((row) => row.rtt === rtt)).map(({ rtt }) => `${rtt}`);
  const before = calm.length === 0 ? say`` : say`At RTT ${listed(calm)} ms WebSocket is no worse; `;
  const at = calm.length === 0 ? 'At' : 'at';
  const end = `${worst.place.lossPercent} %`;
  const behindAt = say`${at} RTT ${String(last.rtt)} ms WebSocket falls behind ${start}`;
  return say`${before}${behindAt}, by ${much} at p95 with ${end}`;
}

/** WebSocket falls behind nowhere, or nobody knows: a p95 of few answers has no interval. */
function undecided(bouts: readonly Bout[]): Sentence {
  const [worst] = [...bouts].sort((one, other) => (other.difference ?? 0) - (one.difference ?? 0));
  if (worst?.difference == null || worst.difference <= MARGIN_MS)
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

const ofAll = (some: readonly Contest[], all: readonly Contest[]): string =>
  some.length <= 3 ? listed(some.map(({ network }) => network)) : `${some.length} of ${all.length} networks`;

/** `most on X: p95 812 ms against 1.9 s`, or by how much in the paired median. */
function byMost(result: CompareResult, contests: readonly Contest[], metric: string): Sentence {
  const [most] = [...contests].sort((one, other) => other.lead - one.lead);
  if (most === undefined) return [];
  const where = contests.length === 1 ? '' : `most on ${most.network}: `;
  if (most.by === 'median') {
    const lead = num(`${shown(most.lead, 'ms')} ms`, ['pair', most.network, metric]);
    return say`${where}${lead} in the paired median`;
  }
  const p95 = (index: number): Figured =>
    num(duration(statisticOf(result.cells[index]?.figures[metric], 'p95') ?? 0), [
      'cell',
      index,
      metric,
      'p95',
    ]);
  const winner = most.winner === 'webrtc' ? most.webrtc : most.websocket;
  const loser = most.winner === 'webrtc' ? most.websocket : most.webrtc;
  return say`${where}p95 ${p95(winner)} against ${p95(loser)}`;
}

/** Only one transport was played: its best and worst network. */
function alone(result: CompareResult): Sentence {
  const [transport = ''] = result.transports;
  const rows = result.networks
    .map(({ name }) => cellOf(result, transport, name))
    .flatMap((cell) => {
      const p95 = statisticOf(cell?.figures[ANSWER], 'p95');
      return cell === undefined || p95 === null ? [] : [{ cell, p95 }];
    })
    .sort((one, other) => one.p95 - other.p95);
  const [best, worst] = [rows[0], rows.at(-1)];
  if (best === undefined || worst === undefined) return ['Nothing was answered on any of these networks.'];
  const at = ({ cell, p95 }: typeof best): Figured =>
    num(duration(p95), ['cell', result.cells.indexOf(cell), ANSWER, 'p95']);
  const n = `(n = ${shown(answersOf(result), 'ms')} answers in ${shown(callsOf(result), 'ms')} calls)`;
  if (best === worst) return say`${transportName(transport)} answers within ${at(best)} at p95 ${n}.`;
  const ends = say`${at(best)} at p95 on ${best.cell.network} and ${at(worst)} on ${worst.cell.network}`;
  return say`Only ${transportName(transport)} was played: it answers within ${ends} ${n}.`;
}

const answersOf = ({ cells }: CompareResult): number =>
  cells.reduce((sum, cell) => sum + (cell.figures[ANSWER]?.n ?? 0), 0);

const callsOf = ({ cells }: CompareResult): number => cells.reduce((sum, { runs }) => sum + runs, 0);

/** How a draw is decided, in words. */
export const DRAW_RULE =
  `A transport wins where its p95 is more than ${MARGIN_MS} ms (one frame) better and the 95 % intervals ` +
  'do not meet, or else where the paired median is and p95 does not contradict; everything else is a draw.';
