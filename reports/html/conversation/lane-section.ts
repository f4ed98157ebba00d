// Where the lanes are drawn: the chart with its controls and its reading, and the table behind it, which
// the browser fills for the stretch of time that is shown.
import type { ConversationReport } from '../../conversation/conversation-report.ts';
import { laneFinding } from '../../conversation/finding.ts';
import { behind, escaped, sectionHtml, selectHtml } from '../markup.ts';

const BUTTONS: readonly (readonly [action: string, text: string, label: string])[] = [
  ['out', '−', 'Zoom out'],
  ['in', '+', 'Zoom in'],
  ['left', '◀', 'Earlier'],
  ['right', '▶', 'Later'],
  ['all', 'Whole call', 'Show the whole call'],
  ['previous', 'Previous turn', 'Show the previous turn'],
  ['next', 'Next turn', 'Show the next turn'],
];

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['← →', 'move the cursor; with Shift to the next event'],
  ['↑ ↓', 'zoom in and out at the cursor (also + and −)'],
  ['A D', 'move the picture'],
  ['P N', 'previous and next turn'],
  ['M', 'hold the cursor’s place to measure from; again to let go'],
  ['0', 'the whole call'],
];

export function laneSection(report: ConversationReport): string {
  const { calls, result } = report;
  if (calls.every(({ lanes }) => lanes.length === 0)) return '';
  const choices = calls.map(({ seed, end, turns }, index) => ({
    value: String(index),
    text: `seed ${seed}, ${turns.length} turns${end === 'finished' ? '' : `, ${end}`}`,
  }));
  const select = calls.length > 1 ? selectHtml('call', 'Call', choices, '0') : '';
  const buttons = BUTTONS.map(
    ([action, text, label]) =>
      `<button type="button" data-view="${action}" aria-label="${label}">${text}</button>`,
  );
  const label =
    `Lanes of ${result.scenario} on one time axis: caller, detector, transcript, decision, recogniser, ` +
    'model, voice, sent, network and ear. Arrow keys move a cursor and read it out.';
  const keys = KEYS.map(([key, what]) => `<li><kbd>${key}</kbd> ${escaped(what)}</li>`);
  const left = calls.reduce((sum, call) => sum + call.left, 0);
  const cut = left === 0 ? '' : `<p class="note">${left} spans and marks had no room on this page.</p>`;
  const body = `<p class="controls">${select}<span class="group">${buttons.join('')}</span>
<label><input type="checkbox" id="detail"> Vendors’ own view</label></p>
<figure class="chart"><canvas id="axis" role="img" tabindex="0" aria-label="${escaped(label)}"></canvas>
<figcaption>Time since the call began. Drag to move, Ctrl and wheel to zoom, double click for a turn,
click to hold the cursor. Solid: it happened; faded: it was waited for;
hatched: it was cut off.</figcaption></figure>
<div id="reading" class="reading"></div>${cut}
<details><summary>Keys of this chart</summary><ul class="keys">${keys.join('')}</ul></details>
${behind('<div id="axis-table"></div>')}`;
  return sectionHtml('lanes', laneFinding(report), body);
}
