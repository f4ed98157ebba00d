// The table behind the time axis: every span and mark of the stretch that is shown, in order of time.
// Made only while somebody looks at it.
import type { Layout } from './layout.ts';
import type { View } from './view.ts';

/** More than a screen reader wants to hear; a closer view shows the rest. */
const ROWS_MAX = 400;

type Row = {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly lane: string;
  readonly text: string;
};

export function fillTable(box: HTMLElement | null, layout: Layout, view: View): void {
  if (box === null || box.closest('details')?.open !== true) return;
  const all = rowsOf(layout, view);
  const caption = document.createElement('caption');
  const range = `${(view.fromUs / 1_000_000).toFixed(2)} to ${(view.untilUs / 1_000_000).toFixed(2)} s`;
  caption.textContent =
    all.length > ROWS_MAX
      ? `What happened from ${range}: the first ${ROWS_MAX} of ${all.length}; zoom in for the others`
      : `What happened from ${range}`;
  const head = tableRow(['from [s]', 'length [ms]', 'lane', 'what'], 'th');
  const body = all.slice(0, ROWS_MAX).map(({ fromUs, untilUs, lane, text }) => {
    const length = untilUs > fromUs ? ((untilUs - fromUs) / 1_000).toFixed(1) : '–';
    return tableRow([(fromUs / 1_000_000).toFixed(4), length, lane, text], 'td');
  });
  const table = document.createElement('table');
  table.append(caption, head, ...body);
  const region = document.createElement('div');
  region.className = 'table';
  region.tabIndex = 0;
  region.setAttribute('role', 'region');
  region.setAttribute('aria-label', 'Table of the time axis');
  region.append(table);
  box.replaceChildren(region);
}

const rowsOf = ({ bands }: Layout, { fromUs, untilUs }: View): readonly Row[] =>
  bands
    .flatMap(({ lane }) => [
      ...lane.spans.map((span): Row => {
        const cut = span.look === 'cut' ? ' (cut off)' : span.look === 'wait' ? ' (waited for)' : '';
        return { fromUs: span.fromUs, untilUs: span.untilUs, lane: lane.title, text: `${span.label}${cut}` };
      }),
      ...lane.marks.map(({ atUs, label }): Row => {
        return { fromUs: atUs, untilUs: atUs, lane: lane.title, text: label };
      }),
    ])
    .filter((row) => row.untilUs >= fromUs && row.fromUs <= untilUs)
    .sort((one, other) => one.fromUs - other.fromUs);

function tableRow(texts: readonly string[], kind: 'td' | 'th'): HTMLElement {
  const row = document.createElement('tr');
  for (const [index, text] of texts.entries()) {
    const cell = document.createElement(kind);
    cell.textContent = text;
    if (kind === 'th') cell.setAttribute('scope', 'col');
    if (index < 2) cell.className = 'right';
    row.append(cell);
  }
  return row;
}
