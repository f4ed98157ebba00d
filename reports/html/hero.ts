// The one chart above the fold: where WebRTC wins over round-trip time and loss when a grid was played,
// and otherwise the networks side by side.
import type { CompareResult } from '../compare/compare-result.ts';
import { boutsAlongLoss } from '../compare/contest.ts';
import { ANSWER, calmJitter, hasBoth, intervalOf, statisticOf } from '../compare/lookup.ts';
import { shown, signed, transportName } from '../compare/name.ts';
import { behind, chartHtml, escaped, type TableCell, tableHtml } from './markup.ts';

export function heroHtml(result: CompareResult): string {
  const { grid } = result;
  if (grid === null || !hasBoth(result)) return rangeHtml('hero', result);
  const jitter = calmJitter(grid);
  const label = `Voice to voice p95, WebSocket minus WebRTC in ms, over round-trip time and loss (jitter ${jitter} ms). Blue: WebRTC answers sooner. Orange: WebSocket does. The line is where both are equal.`;
  return `<figure class="chart"><div class="canvas hero-map"><canvas id="hero-map" role="img" tabindex="0" aria-label="${label}"></canvas></div>
<figcaption>Voice to voice p95, WebSocket minus WebRTC, ms, at jitter ${jitter} ms. <i class="key webrtc" aria-hidden="true"></i>WebRTC sooner, <i class="key websocket" aria-hidden="true"></i>WebSocket sooner; the line is break-even; (in parentheses) within chance.</figcaption></figure>${behind(differenceTable(result, jitter))}`;
}

/** p50 to p95 of each transport on each network. */
export const rangeHtml = (id: string, result: CompareResult): string =>
  chartHtml(
    `${id}-range`,
    'Voice to voice per network, from p50 (filled mark) to p95 (open mark), in ms.',
    intervalTable(result),
    legendHtml(result, MARKS),
  );

/** Which colour, and which mark or line, is which transport. */
export const legendHtml = (result: CompareResult, codes: Readonly<Record<string, string>>): string =>
  `<p class="legend">${result.transports
    .map((transport) => {
      const name = `${transportName(transport)}${codes[transport] ?? ''}`;
      return `<span><i class="key ${escaped(transport)}" aria-hidden="true"></i>${escaped(name)}</span>`;
    })
    .join('')}</p>`;

const MARKS = { webrtc: ' (circles)', websocket: ' (squares)' };

function differenceTable(result: CompareResult, jitter: number): string {
  const { grid } = result;
  if (grid === null) return '';
  const head = ['RTT [ms]', ...grid.lossPercent.map((loss) => `${loss} % loss`)];
  const rows = grid.rttMs.map((rtt): TableCell[] => [
    { text: String(rtt), head: true },
    ...boutsAlongLoss(result, rtt, jitter).map(
      ({ webrtc, websocket, difference }): TableCell => ({
        text: signed(difference, 'ms'),
        origin: ['grid-', webrtc, websocket, ANSWER, 'p95'],
      }),
    ),
  ]);
  return tableHtml(`Voice to voice p95, WebSocket minus WebRTC [ms], jitter ${jitter} ms`, head, rows);
}

/** The intervals of the headline, for those who want to redo the verdict. */
function intervalTable(result: CompareResult): string {
  const rows = result.cells.map((cell, index): TableCell[] => {
    const figure = cell.figures[ANSWER];
    const range = (statistic: 'p50' | 'p95'): TableCell => {
      const interval = intervalOf(figure, statistic);
      const text =
        interval === null
          ? '–'
          : `${shown(statisticOf(figure, statistic), 'ms')} (${shown(interval.low, 'ms')} to ${shown(interval.high, 'ms')})`;
      return { text, origin: ['cell', index, ANSWER, statistic] };
    };
    return [
      { text: cell.network, head: true },
      { text: transportName(cell.transport), swatch: cell.transport },
      range('p50'),
      range('p95'),
    ];
  });
  const head = ['network', 'transport', 'p50 (95 % interval)', 'p95 (95 % interval)'];
  return tableHtml('Voice to voice with its 95 % intervals [ms]', head, rows, 2);
}
