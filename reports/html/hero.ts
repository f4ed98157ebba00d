// The one chart above the fold: where WebRTC wins over round-trip time and loss when a grid was played,
// and otherwise the networks side by side.
import type { CompareResult } from '../compare/compare-result.ts';
import { boutsAlongLoss } from '../compare/contest.ts';
import { ANSWER, calmJitter, hasBoth, intervalOf, statisticOf } from '../compare/lookup.ts';
import { shown, signed, transportName } from '../compare/name.ts';
import { behind, canvasHtml, chartHtml, escaped, keyHtml, type TableCell, tableHtml } from './markup.ts';

export function heroHtml(result: CompareResult): string {
  const { grid } = result;
  if (grid === null || !hasBoth(result)) return rangeHtml('hero', result);
  const jitter = calmJitter(grid);
  const what = 'Voice to voice p95, WebSocket minus WebRTC';
  const axes = `over round-trip time and loss at jitter ${jitter} ms`;
  const label = `${what}, in ms, ${axes}; arrow keys move between cells`;
  const table = behind(differenceTable(result, jitter));
  const colours = `${keyHtml('webrtc')}WebRTC sooner, ${keyHtml('websocket')}WebSocket sooner`;
  return `<figure class="chart"><div class="canvas hero-map">${canvasHtml('hero-map', label, true)}</div>
<figcaption>${what}, ms, at jitter ${jitter} ms. ${colours}.
${MAP_NOTE}</figcaption></figure>${table}`;
}

/** How a map of differences is read. */
export const MAP_NOTE =
  '(In parentheses) no more than chance or one frame. The line between cells is break-even, dashed where ' +
  'one of its neighbours is in parentheses; where all are, there is none.';

/** p50 to p95 of each transport on each network; nothing when nothing was answered anywhere. */
export const rangeHtml = (id: string, result: CompareResult): string =>
  result.cells.every((cell) => statisticOf(cell.figures[ANSWER], 'p95') === null)
    ? ''
    : chartHtml(
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
      return `<span>${keyHtml(transport)}${escaped(name)}</span>`;
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
      const value = shown(statisticOf(figure, statistic), 'ms');
      const text =
        interval === null
          ? value
          : `${value} (${shown(interval.low, 'ms')} to ${shown(interval.high, 'ms')})`;
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
