// The two families of heat maps: round-trip time × loss and loss × jitter, each as WebSocket, WebRTC and
// their difference side by side, for a metric of the reader's choice. The browser draws them and writes
// the table behind them for the slice that is shown.
import type { CompareResult, Grid } from '../compare/compare-result.ts';
import { jitterFinding, lossFinding, middleOf } from '../compare/finding.ts';
import { ANSWER, calmJitter, hasBoth, statisticOf } from '../compare/lookup.ts';
import { transportName } from '../compare/name.ts';
import { escaped, sectionHtml } from './markup.ts';

export function lossSection(result: CompareResult): string {
  const { grid } = result;
  if (grid === null) return '';
  const jitter = choice('loss-slice', 'Jitter', grid.jitterMs, calmJitter(grid), 'ms');
  const lead = `The map that matters most: a lost segment costs WebSocket a round trip, and everything behind it waits. The grid: ${escaped(grid.about)}.`;
  return sectionHtml('loss', lossFinding(result), triptych(result, grid, 'loss', jitter), lead);
}

export function jitterSection(result: CompareResult): string {
  const { grid } = result;
  if (grid === null || grid.jitterMs.length < 2) return '';
  const rtt = choice('jitter-slice', 'RTT', grid.rttMs, middleOf(grid.rttMs), 'ms');
  const lead =
    'WebRTC buys smoothness with a longer jitter buffer; a WebSocket player has only what its lead gives it.';
  return sectionHtml('jitter', jitterFinding(result), triptych(result, grid, 'jitter', rtt), lead);
}

function triptych(result: CompareResult, grid: Grid, id: 'loss' | 'jitter', slice: string): string {
  const metrics = result.metrics.filter(({ id: metric, statistic }) =>
    grid.cells.some((cell) => statisticOf(cell.figures[metric], statistic) !== null),
  );
  const options = metrics.map(
    ({ id: metric, label, statistic }) =>
      `<option value="${escaped(metric)}"${metric === ANSWER ? ' selected' : ''}>${escaped(statistic === 'value' ? label : `${label} ${statistic}`)}</option>`,
  );
  const views = [...result.transports, ...(hasBoth(result) ? ['difference'] : [])];
  const panels = views.map((view) => {
    const name = view === 'difference' ? 'WebSocket minus WebRTC' : transportName(view);
    return `<figure class="panel map"><figcaption>${view === 'difference' ? '' : `<i class="key ${view}" aria-hidden="true"></i>`}${name}<span class="unit" data-unit="${id}"></span></figcaption>
<div class="canvas"><canvas id="${id}-${view}" role="img" tabindex="0" aria-label="${name}: map of ${id === 'loss' ? 'round-trip time and loss' : 'loss and jitter'}; arrow keys move between cells"></canvas></div><div class="scale" id="${id}-${view}-scale"></div></figure>`;
  });
  return `<p class="controls"><label>Metric <select id="${id}-metric">${options.join('')}</select></label>${slice}</p>
<div class="panels maps">${panels.join('')}</div>
<p class="note">The line marks break-even. Values in parentheses differ by no more than chance or one frame. Reach a map with Tab and move between cells with the arrow keys.</p>
<details><summary>Table behind this chart</summary><div id="${id}-table"></div></details>`;
}

function choice(id: string, name: string, values: readonly number[], chosen: number, unit: string): string {
  const options = values.map(
    (value) => `<option value="${value}"${value === chosen ? ' selected' : ''}>${value} ${unit}</option>`,
  );
  return ` <label>${name} <select id="${id}">${options.join('')}</select></label>`;
}
