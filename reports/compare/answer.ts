// The answer above the fold: which transport on which network, with the figures that decide it, and what
// the map of round-trip time and loss adds. Networks on which nobody can talk come first. Every number is
// one of the comparison's and says which.
import { type Choice, choicesOf } from './choice.ts';
import type { CompareResult } from './compare-result.ts';
import { lossFinding } from './finding.ts';
import { deadNetworks, isHeld } from './hold.ts';
import { ANSWER, calmJitter, cellOf, hasBoth, statisticOf } from './lookup.ts';
import { counted, duration, listed, transportName } from './name.ts';
import type { Side } from './reason.ts';
import { type Figured, joined, num, type Sentence, say, upper } from './sentence.ts';

/** Of the strongest network of each verdict: more would not be read above the fold. */
const REASONS_MAX = 2;

export const question = (result: CompareResult): string =>
  result.networks.length === 1 ? 'Which transport for this network?' : 'Which transport for these networks?';

/** About the named networks in one sentence, with numbers and n; about the map, if any, in another. */
export function answer(result: CompareResult): readonly Sentence[] {
  const map = mapAnswer(result);
  return [named(result), ...(map.length === 0 ? [] : [map])];
}

function named(result: CompareResult): Sentence {
  const choices = choicesOf(result);
  if (choices.length === 0) return alone(result);
  const of = (verdict: Choice['verdict']) => choices.filter((choice) => choice.verdict === verdict);
  const [dead, draws, split, open] = [of('none'), of('draw'), of('split'), of('open')];
  const parts: Sentence[] = [];
  if (dead.length > 0) parts.push(say`No call can be held on ${namesOf(dead)}, with either transport`);
  for (const side of ['webrtc', 'websocket'] as const) {
    const won = of(side);
    if (won.length > 0)
      parts.push(
        say`${transportName(side)} is the better choice on ${ofAll(won, choices)} (${told(won, side)})`,
      );
  }
  if (split.length > 0)
    parts.push(say`on ${ofAll(split, choices)} each is better at something (${pulls(split)})`);
  if (open.length > 0) parts.push(say`on ${ofAll(open, choices)} what differs may be chance`);
  if (draws.length > 0) parts.push(drawn(draws, choices));
  return say`${upper(joined(parts, '; '))} (${extent(result)}).`;
}

function drawn(draws: readonly Choice[], all: readonly Choice[]): Sentence {
  if (draws.length < all.length) return say`on ${ofAll(draws, all)} either will do`;
  const [only] = draws;
  const where = draws.length === 1 ? (only?.network ?? '') : `any of ${all.length} networks`;
  return say`neither transport is clearly better on ${where}`;
}

/** Why the winner is better where it is most so. */
function told(won: readonly Choice[], side: Side): Sentence {
  const [most] = [...won].sort((one, other) => weight(other) - weight(one));
  if (most === undefined) return [];
  const reasons = most.reasons.filter((reason) => reason.side === side && reason.clear);
  const where = won.length === 1 ? say`` : say`most on ${most.network}: `;
  return say`${where}${joined(
    reasons.slice(0, REASONS_MAX).map(({ text }) => text),
    '; ',
  )}`;
}

/** Kinds in their order, and within times the longest lead. */
function weight({ reasons }: Choice): number {
  const [first] = reasons;
  const rank = first === undefined ? 0 : { held: 3, dialogue: 2, time: 1, required: 0 }[first.kind];
  return rank * 1e9 + Math.max(0, ...reasons.map(({ lead }) => lead));
}

/** One reason for each side, of the network where most speaks. */
function pulls(split: readonly Choice[]): Sentence {
  const [most] = [...split].sort((one, other) => weight(other) - weight(one));
  const parts = (['webrtc', 'websocket'] as const).flatMap((side): readonly Sentence[] => {
    const reason = most?.reasons.find((candidate) => candidate.side === side);
    return reason === undefined ? [] : [say`${transportName(side)}: ${reason.text}`];
  });
  const where = split.length === 1 ? say`` : say`on ${most?.network ?? ''}, `;
  return say`${where}${joined(parts, '; ')}`;
}

/** The map that matters most: a name for a network is not needed to be on it. */
function mapAnswer(result: CompareResult): Sentence {
  const { grid } = result;
  if (grid === null || !hasBoth(result)) return [];
  const jitter = calmJitter(grid);
  const counts = grid.cells
    .filter((cell) => cell.jitterMs === jitter)
    .map((cell) => cell.figures[ANSWER]?.n ?? 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const n = least === most ? `${most}` : `${least} to ${most}`;
  const how = `map of RTT × loss, jitter ${jitter} ms, n = ${n} answers a place`;
  return say`${lossFinding(result)} (${how}).`;
}

/** Only one transport was played: its best and worst network. */
function alone(result: CompareResult): Sentence {
  const [transport = ''] = result.transports;
  const name = transportName(transport);
  const dead = deadNetworks(result);
  const rows = result.networks
    .map((network) => cellOf(result, transport, network.name))
    .flatMap((cell) => {
      const p95 = statisticOf(cell?.figures[ANSWER], 'p95');
      return cell === undefined || p95 === null || !isHeld(cell) ? [] : [{ cell, p95 }];
    })
    .sort((one, other) => one.p95 - other.p95);
  const [best, worst] = [rows[0], rows.at(-1)];
  const lost = say`No call can be held over ${name} on ${listed(dead)}`;
  const n = `(${extent(result)})`;
  if (best === undefined || worst === undefined) return say`${lost} ${n}.`;
  const at = ({ cell, p95 }: typeof best): Figured =>
    num(duration(p95), ['cell', result.cells.indexOf(cell), ANSWER, 'p95']);
  const ends =
    best === worst
      ? say`${at(best)} at p95${result.networks.length === 1 ? '' : ` on ${best.cell.network}`}`
      : say`${at(best)} at p95 on ${best.cell.network} and ${at(worst)} on ${worst.cell.network}`;
  const only = say`Only ${name} was played: it answers within ${ends}`;
  return dead.length === 0
    ? say`${only} ${n}.`
    : say`${lost}; only ${name} was played, and elsewhere it answers within ${ends} ${n}.`;
}

const extent = ({ cells }: CompareResult): string => {
  const answers = cells.reduce((sum, cell) => sum + (cell.figures[ANSWER]?.n ?? 0), 0);
  const calls = cells.reduce((sum, { runs }) => sum + runs, 0);
  return `n = ${counted(answers, 'answer')} in ${counted(calls, 'call')}`;
};

const namesOf = (choices: readonly Choice[]): string => listed(choices.map(({ network }) => network));

const ofAll = (some: readonly Choice[], all: readonly Choice[]): string =>
  some.length <= 3 ? namesOf(some) : `${some.length} of ${all.length} networks`;
