// What the cursor crosses, in words: the time, the distance from the held place, and per lane the span it
// is in or the mark it is nearest to. The same is said aloud after a key.
import type { Lane } from '../../../conversation/conversation-report.ts';
import type { Layout } from './layout.ts';
import type { Cursor } from './painter.ts';
import type { View } from './view.ts';

export type Line = { readonly title: string; readonly text: string };

/** A mark within this share of the view is under the cursor. */
const NEAR_SHARE = 0.008;

export function readAt(layout: Layout, view: View, atUs: number): readonly Line[] {
  const near = (view.untilUs - view.fromUs) * NEAR_SHARE;
  return layout.bands.flatMap(({ lane }) => {
    const text = readLane(lane, atUs, near);
    return text === '' ? [] : [{ title: lane.title, text }];
  });
}

function readLane({ spans, marks }: Lane, atUs: number, near: number): string {
  const inside = spans
    .filter(({ fromUs, untilUs }) => fromUs <= atUs && atUs <= untilUs)
    .map(({ fromUs, untilUs, label, look, note }) => {
      const cut = look === 'cut' ? ', cut off' : look === 'wait' ? ', waited for' : '';
      const more = note === undefined ? '' : ` (${note})`;
      return `${label}${more}: ${((untilUs - fromUs) / 1_000).toFixed(1)} ms${cut}`;
    });
  const beside = marks
    .filter((mark) => Math.abs(mark.atUs - atUs) <= near)
    .slice(0, 3)
    .map(({ atUs: t, label, note }) => {
      const more = note === undefined ? '' : ` (${note})`;
      return `${label}${more} at ${(t / 1_000_000).toFixed(3)} s`;
    });
  return [...inside, ...beside].join(' · ');
}

export function headOf({ atUs, heldUs }: Cursor): string {
  if (atUs === undefined) return 'Move over the chart, or use the arrow keys, to read it.';
  const at = `${(atUs / 1_000_000).toFixed(4)} s`;
  if (heldUs === undefined) return at;
  return `${at}, ${((atUs - heldUs) / 1_000).toFixed(1)} ms from the held place`;
}

export function showReading(box: HTMLElement | null, cursor: Cursor, lines: readonly Line[]): void {
  if (box === null) return;
  const head = document.createElement('p');
  head.className = 'head';
  head.textContent = headOf(cursor);
  const list = document.createElement('dl');
  for (const { title, text } of lines) {
    const [name, value] = [document.createElement('dt'), document.createElement('dd')];
    name.textContent = title;
    value.textContent = text;
    list.append(name, value);
  }
  box.replaceChildren(head, list);
}

/** Instants at which something begins, ends or happens, in order. */
export function eventsOf(layout: Layout): readonly number[] {
  const all = layout.bands.flatMap(({ lane }) => [
    ...lane.spans.flatMap(({ fromUs, untilUs }) => [fromUs, untilUs]),
    ...lane.marks.map(({ atUs }) => atUs),
  ]);
  return [...new Set(all)].sort((one, other) => one - other);
}
