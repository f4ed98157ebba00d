// What the caller heard, beside what the agent said: two tracks on one time axis, with marks where
// packets were lost, late or awaited. The browser plays both in step and switches between them.
import type { AudioPair, CompareResult } from '../compare/compare-result.ts';
import { counted, transportName } from '../compare/name.ts';
import { escaped, keyHtml, sectionHtml, type TableCell, tableHtml } from './markup.ts';

export function audioSection(result: CompareResult): string {
  const audio = result.audio ?? [];
  if (audio.length === 0) return '';
  const total = audio.reduce((sum, { marks }) => sum + marks.length, 0);
  const replies = audio.length === 1 ? 'one reply' : `${audio.length} replies`;
  const state = total === 0 ? 'whole' : `${counted(total, 'mark')} where the network bit`;
  const heading = `Hear it: ${replies}, ${state}`;
  const lead =
    'Both tracks run in step. <kbd>X</kbd> switches between clean and heard, <kbd>Space</kbd> on the play ' +
    'button starts and stops.';
  return sectionHtml('audio', [heading], audio.map(player).join(''), lead);
}

/** Which bar means what, of the kinds that occur. */
const BARS = { lost: 'solid: lost', late: 'outlined: too late', stalled: 'hatched: nothing to play' };

const KINDS = { lost: 'lost', late: 'too late', stalled: 'stalled' } as const;

function player(pair: AudioPair, index: number): string {
  const { title, transport, network, seed, marks, clean, heard } = pair;
  const place = `${transportName(transport)}, ${network}, seed ${seed}`;
  const rows = marks.map(({ startMs, endMs, kind }): TableCell[] => [
    { text: KINDS[kind], head: true },
    { text: `${(startMs / 1_000).toFixed(2)} s` },
    { text: `${Math.round(endMs - startMs)} ms` },
  ]);
  const table = tableHtml('Marks', ['what', 'at', 'length'], rows, 3);
  const count = counted(marks.length, 'mark');
  const label = `Waveforms: above ${clean.about}, below ${heard.about}; ${count} of loss`;
  const lanes = `Above: ${clean.about}. Below: ${heard.about}.`;
  const kinds = (['lost', 'late', 'stalled'] as const).filter((kind) =>
    marks.some((mark) => mark.kind === kind),
  );
  const bars = kinds.map((kind) => BARS[kind]).join('; ');
  const key = `${lanes} ${bars === '' ? 'Nothing was lost, late or awaited' : `Bars, ${bars}`}.`;
  const marked = marks.length === 0 ? '' : `<details><summary>Table of the marks</summary>${table}</details>`;
  return `<div class="player" data-audio="${index}">
<h3>${escaped(title)} <span class="place">${keyHtml(transport)}${escaped(place)}</span></h3>
<canvas class="wave" role="img" aria-label="${escaped(label)}"></canvas>
<p class="controls"><button type="button" class="play">Play</button>
<button type="button" class="switch" aria-pressed="false">Hearing: clean</button>
<label class="seek">Position <input type="range" min="0" max="1000" value="0" step="1"></label>
<output class="clock">0.0 s</output></p>
<p class="note">${escaped(key)}</p>
${marked}</div>`;
}
