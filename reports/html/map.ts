// The two families of heat maps: round-trip time × loss and loss × jitter, each as WebSocket, WebRTC and
// their difference side by side, for a metric of the reader's choice. The browser draws them and writes
// the table behind them for the slice that is shown.
import type { CompareResult, Grid } from '../compare/compare-result.ts';
import { jitterFinding, lossFinding, middleOf } from '../compare/finding.ts';
import { ANSWER, calmJitter, hasBoth, statisticOf } from '../compare/lookup.ts';
import { metricName, transportName } from '../compare/name.ts';
import { MAP_NOTE } from './hero.ts';
import { canvasHtml, escaped, keyHtml, sectionHtml, selectHtml } from './markup.ts';

export function lossSection(result: CompareResult): string {
  const { grid } = result;
  if (grid === null) return '';
  const jitter = sliceChoice('loss-slice', 'Jitter', grid.jitterMs, calmJitter(grid));
  const lead =
    'The map that matters most: a lost segment costs WebSocket a round trip, and everything behind it ' +
    `waits. The grid: ${escaped(grid.about)}.`;
  return sectionHtml('loss', lossFinding(result), triptych(result, grid, 'loss', jitter), lead);
}

export function jitterSection(result: CompareResult): string {
  const { grid } = result;
  if (grid === null || grid.jitterMs.length < 2) return '';
  const rtt = sliceChoice('jitter-slice', 'RTT', grid.rttMs, middleOf(grid.rttMs));
  const lead =
    'WebRTC buys smoothness with a longer jitter buffer; a WebSocket player has only what its lead gives it.';
  return sectionHtml('jitter', jitterFinding(result), triptych(result, grid, 'jitter', rtt), lead);
}

function triptych(result: CompareResult, grid: Grid, id: 'loss' | 'jitter', slice: string): string {
  const metrics = result.metrics.filter(({ id: metric, statistic }) =>
    grid.cells.some((cell) => statisticOf(cell.figures[metric], statistic) !== null),
  );
  const choices = metrics.map((metric) => ({ value: metric.id, text: metricName(metric) }));
  const views = [...result.transports, ...(hasBoth(result) ? ['difference'] : [])];
  const axes = id === 'loss' ? 'round-trip time and loss' : 'loss and jitter';
  const panels = views.map((view) => {
    const difference = view === 'difference';
    const name = difference ? 'WebSocket minus WebRTC' : transportName(view);
    const title = `${difference ? '' : keyHtml(view)}${name}<span class="unit" data-unit="${id}"></span>`;
    const label = `${name}: map of ${axes}; arrow keys move between cells`;
    return `<figure class="panel map"><figcaption>${title}</figcaption>
<div class="canvas">${canvasHtml(`${id}-${view}`, label, true)}</div>
<div class="scale" id="${id}-${view}-scale"></div></figure>`;
  });
  return `<p class="controls">${selectHtml(`${id}-metric`, 'Metric', choices, ANSWER)} ${slice}</p>
<div class="panels maps">${panels.join('')}</div>
<p class="note">${MAP_NOTE} Reach a map with Tab and move between cells with the arrow keys.</p>
<details><summary>Table behind this chart</summary><div id="${id}-table"></div></details>`;
}

function sliceChoice(id: string, name: string, values: readonly number[], chosen: number): string {
  const choices = values.map((value) => ({ value: String(value), text: `${value} ms` }));
  return selectHtml(id, name, choices, String(chosen));
}
