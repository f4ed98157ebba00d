// What would help, and how much, drawn from the runs themselves: networks that carry no call, the choice
// of transport, options that were played both ways on the same seeds, budgets that are exceeded and
// requirements that are missed. Nothing is advised that no run shows.
import { BUDGETS, networkBudget } from './budget.ts';
import { type Choice, choicesOf } from './choice.ts';
import type { CompareResult } from './compare-result.ts';
import { deadNetworks, isHeld, outcomeOf, partOf } from './hold.ts';
import { ANSWER, cellOf, hasBoth, metricOf, statisticOf } from './lookup.ts';
import { counted, listed, shown, transportName } from './name.ts';
import { optionAdvice } from './option-advice.ts';
import type { Side } from './reason.ts';
import { type Advice, joined, num, type Sentence, say, upper } from './sentence.ts';
import { NETWORK_STAGES, STAGES } from './stage.ts';

/** A player that runs dry more often than this per call is heard. */
const REBUFFERS_MAX = 1;

/** What puts the rest in doubt first, then the choice, then the strongest; nothing is left out. */
export const adviceOf = (result: CompareResult): readonly Advice[] => [
  ...dead(result),
  ...unfinished(result),
  ...choice(result),
  ...optionAdvice(result),
  ...requirements(result),
  ...stalls(result),
  ...budgets(result),
];

/** Where nobody can talk, no transport is advised. */
function dead(result: CompareResult): readonly Advice[] {
  const networks = deadNetworks(result);
  if (networks.length === 0) return [];
  const parts = result.cells.flatMap((cell): readonly Sentence[] =>
    networks.includes(cell.network)
      ? [[`${transportName(cell.transport)} on ${cell.network}: ${outcomeOf(cell)}`]]
      : [],
  );
  const over = hasBoth(result)
    ? 'with either transport'
    : `over ${transportName(result.transports[0] ?? '')}`;
  return [
    { title: say`No call can be held on ${listed(networks)}, ${over}`, text: say`${joined(parts, '; ')}.` },
  ];
}

function choice(result: CompareResult): readonly Advice[] {
  const choices = choicesOf(result);
  const advice = (['webrtc', 'websocket', 'split', 'open'] as const).flatMap((verdict): Advice[] => {
    const here = choices.filter((each) => each.verdict === verdict);
    if (here.length === 0) return [];
    const names = listed(here.map(({ network }) => network));
    return [{ title: [titleOf(verdict, names)], text: say`${joined(here.map(bothSides), '. ')}.` }];
  });
  const draws = choices.filter(({ verdict }) => verdict === 'draw').map(({ network }) => network);
  if (draws.length === 0) return advice;
  const title = say`Take whichever is simpler on ${listed(draws)}`;
  return [...advice, { title, text: ['Calls can be held with both, and no clear difference was measured.'] }];
}

function titleOf(verdict: Side | 'split' | 'open', names: string): string {
  if (verdict === 'split') return `Each transport is better at something on ${names}`;
  if (verdict === 'open') return `Not decided on ${names}: more calls would tell`;
  return `Prefer ${transportName(verdict)} on ${names}`;
}

/** `X: answers sooner, p95 …. Against that, WebSocket: …`; without X where the title names one network. */
function bothSides({ network, verdict, reasons }: Choice, _: number, all: readonly Choice[]): Sentence {
  const sides: readonly Side[] = verdict === 'websocket' ? ['websocket', 'webrtc'] : ['webrtc', 'websocket'];
  const parts = sides.flatMap((side): readonly Sentence[] => {
    const own = joined(
      reasons.filter((reason) => reason.side === side).map(({ text }) => text),
      '; ',
    );
    if (own.length === 0) return [];
    return [side === verdict ? own : say`${transportName(side)}: ${own}`];
  });
  const place =
    all.length === 1 ? say`` : say`On ${network}${verdict === 'split' || verdict === 'open' ? ', ' : ': '}`;
  return upper(say`${place}${joined(parts, '. Against that, ')}`);
}

/** Requirements that one transport misses and the other keeps, or that both miss. */
function requirements(result: CompareResult): readonly Advice[] {
  const bounds = metricOf(result, ANSWER)?.bounds ?? {};
  const missed = result.networks.flatMap(({ name }) => {
    const cells = result.transports.map((transport) => {
      const value = statisticOf(cellOf(result, transport, name)?.figures[ANSWER], 'p95');
      return value !== null && value >= (bounds[transport] ?? Number.POSITIVE_INFINITY);
    });
    return cells.length > 0 && cells.every(Boolean) ? [name] : [];
  });
  if (missed.length === 0) return [];
  const stages = missed.map((network) => {
    const [transport = ''] = result.transports;
    const slow = cellOf(result, transport, network)?.slow;
    const entries = Object.entries(slow?.stages ?? {}).sort((one, other) => other[1] - one[1]);
    const [name = '', ms = 0] = entries[0] ?? [];
    const place = `${transportName(transport)} on ${network}`;
    const note = `Mean of this stage over the slowest tenth of answers, n = ${slow?.n ?? 0}, ${place}.`;
    return say`${network}: ${labelOf(name)} ${num(`${shown(ms, 'ms')} ms`, ['note', note])}`;
  });
  return [
    {
      title: say`No transport alone meets the requirement on ${listed(missed)}`,
      text: say`The longest stage of the slow answers there: ${joined(stages)}.`,
    },
  ];
}

function stalls(result: CompareResult): readonly Advice[] {
  // Concealment in a jitter buffer is another matter: a longer lead is no cure for it.
  return result.transports
    .filter((name) => name === 'websocket')
    .flatMap((transport) => {
      const rough = result.networks.flatMap(({ name }) => {
        const cell = cellOf(result, transport, name);
        const value = statisticOf(cell?.figures['rebuffers'], 'value');
        if (cell === undefined || value === null || value <= REBUFFERS_MAX) return [];
        const index = result.cells.indexOf(cell);
        return [say`${name} ${num(shown(value, 'count'), ['cell', index, 'rebuffers', 'value'])}`];
      });
      if (rough.length === 0) return [];
      return [
        {
          title: say`${transportName(transport)}: the player runs dry more than once a call`,
          text: say`Times per call: ${joined(rough)}.`,
        },
      ];
    });
}

/** Where the network takes more of a typical answer than the requirement's budget allows at most. */
function budgets(result: CompareResult): readonly Advice[] {
  return BUDGETS.flatMap((budget): readonly Advice[] => {
    const { transport } = budget;
    const most = networkBudget(budget);
    const over = result.networks.flatMap(({ name }) => {
      const typical = cellOf(result, transport, name)?.typical;
      if (typical == null) return [];
      const ms = NETWORK_STAGES.reduce((sum, stage) => sum + (typical.stages[stage] ?? 0), 0);
      if (ms <= most) return [];
      const place = `${transportName(transport)} on ${name}`;
      const note = `Uplink, downlink and playout of typical answers, n = ${typical.n}, ${place}.`;
      return [say`${name} ${num(`${shown(ms, 'ms')} ms`, ['note', note])}`];
    });
    if (over.length === 0) return [];
    const limit = `${shown(most, 'ms')} ms`;
    return [
      {
        title: say`${transportName(transport)} exceeds the ${limit} that PRD 8.8 gives the network`,
        text: say`Uplink, downlink and playout in a typical answer: ${joined(over)}.`,
      },
    ];
  });
}

/** Calls that broke off where most did not: what is missing from their figures were the worst answers. */
function unfinished(result: CompareResult): readonly Advice[] {
  const cells = result.cells.filter((cell) => cell.unfinished > 0 && isHeld(cell));
  const places = (result.grid?.cells ?? []).filter((cell) => cell.unfinished > 0);
  const half = result.cells.filter((cell) => !isHeld(cell) && !deadNetworks(result).includes(cell.network));
  const parts = [
    ...[...half, ...cells].map((cell): Sentence => {
      const place = `${transportName(cell.transport)} on ${cell.network}`;
      return [`${place} ${partOf(cell)}`];
    }),
    ...(places.length === 0 ? [] : [say`${counted(places.length, 'cell')} of the grid`]),
  ];
  if (parts.length === 0) return [];
  return [
    {
      title: say`Read these latencies with care: some calls did not end`,
      text: say`Calls that did not end by themselves: ${joined(parts)}.`,
    },
  ];
}

const labelOf = (stage: string): string => STAGES.find(({ name }) => name === stage)?.label ?? stage;
