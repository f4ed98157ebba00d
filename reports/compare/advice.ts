// What would help, and how much, drawn from the runs themselves: the choice of transport, options that
// were played both ways on the same seeds, budgets that are exceeded and requirements that are missed.
// Nothing is advised that no run shows.
import { BUDGETS, networkBudget } from './budget.ts';
import type { CompareResult } from './compare-result.ts';
import { contestsOf } from './contest.ts';
import { ANSWER, cellOf, metricOf, statisticOf } from './lookup.ts';
import { listed, shown, transportName } from './name.ts';
import { optionAdvice } from './option-advice.ts';
import { type Advice, joined, num, type Sentence, say } from './sentence.ts';
import { NETWORK_STAGES, STAGES } from './stage.ts';

const ADVICE_MAX = 14;
/** A player that runs dry more often than this per call is heard. */
const REBUFFERS_MAX = 1;

/** The strongest first. */
export const adviceOf = (result: CompareResult): readonly Advice[] =>
  [
    ...choice(result),
    ...optionAdvice(result),
    ...requirements(result),
    ...stalls(result),
    ...budgets(result),
    ...unfinished(result),
  ].slice(0, ADVICE_MAX);

function choice(result: CompareResult): readonly Advice[] {
  const contests = contestsOf(result);
  const wins = (['webrtc', 'websocket'] as const).flatMap((transport): Advice[] => {
    const won = contests.filter(({ winner }) => winner === transport);
    if (won.length === 0) return [];
    const gains = won.map(({ network, webrtc, websocket, by, lead }) => {
      const tail = by === 'p95';
      const origin = tail
        ? (['cell-', webrtc, websocket, ANSWER, 'p95'] as const)
        : (['pair', network, ANSWER] as const);
      return say`${network} ${num(`${shown(lead, 'ms')} ms`, origin)} (${by})`;
    });
    const title = say`Prefer ${transportName(transport)} on ${listed(won.map(({ network }) => network))}`;
    return [{ title, text: say`It answers sooner: ${joined(gains)}.` }];
  });
  const draws = contests.filter(({ winner }) => winner === 'draw').map(({ network }) => network);
  if (draws.length === 0) return wins;
  const title = say`Take whichever is simpler on ${listed(draws)}`;
  return [...wins, { title, text: ['No clear difference was measured there.'] }];
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

function unfinished(result: CompareResult): readonly Advice[] {
  const cells = result.cells.filter((cell) => cell.unfinished > 0);
  if (cells.length === 0) return [];
  const parts = cells.map((cell): Sentence => {
    const place = `${transportName(cell.transport)} on ${cell.network}`;
    return [`${place} ${cell.unfinished} of ${cell.runs}`];
  });
  return [
    {
      title: say`Read these latencies with care: some calls did not end`,
      text: say`Calls that did not end by themselves: ${joined(parts)}.`,
    },
  ];
}

const labelOf = (stage: string): string => STAGES.find(({ name }) => name === stage)?.label ?? stage;
