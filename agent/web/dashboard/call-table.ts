// The tables of calls and of errors. Rows are replaced only where something in them has changed.
import type { Overview } from '../../io/observe/observer.ts';
import { byId, made, say } from '../dom.ts';
import { clockOf, countOf, durationOf, msOf, usdOf } from './text.ts';

type CallRow = Overview['running'][number];
type Cell = { readonly text: string; readonly className?: string };
type Column<T> = { readonly title: string; readonly number?: true; cell(row: T): Cell };

/** Never the colour alone. */
const SIGNS: Readonly<Record<CallRow['state'], string>> = {
  connecting: '…',
  listening: '○',
  hearing: '●',
  thinking: '◐',
  speaking: '►',
  away: '✗',
  ended: '–',
};

const number = (title: string, of: (row: CallRow) => string): Column<CallRow> => ({
  title,
  number: true,
  cell: (row) => ({ text: of(row) }),
});

const SHARED: readonly Column<CallRow>[] = [
  number('Turns', ({ turns }) => String(turns)),
  number('p50 ms', ({ responseMs }) => msOf(responseMs?.p50)),
  number('p95 ms', ({ responseMs }) => msOf(responseMs?.p95)),
  number('Interrupted', ({ interruptions }) => String(interruptions)),
  {
    title: 'Errors',
    number: true,
    cell: ({ errors }) => ({ text: String(errors), ...(errors > 0 ? { className: 'bad' } : {}) }),
  },
  number('Heard', ({ usage }) => durationOf(usage.sttUs / 1e6)),
  number('Tokens', ({ usage }) => (usage.promptTokens + usage.completionTokens).toLocaleString('en')),
  number('Characters', ({ usage }) => usage.characters.toLocaleString('en')),
  number('Cost', ({ usd, unpriced }) => `${unpriced ? '≥ ' : ''}${usdOf(usd)}`),
];

const NAME: Column<CallRow> = { title: 'Call', cell: ({ id }) => ({ text: id, className: 'name' }) };
const TRANSPORT: Column<CallRow> = { title: 'Transport', cell: ({ transport }) => ({ text: transport }) };
const LENGTH: Column<CallRow> = number('Length', ({ seconds }) => durationOf(seconds));

const RUNNING: readonly Column<CallRow>[] = [
  NAME,
  { title: 'State', cell: ({ state }) => ({ text: `${SIGNS[state]} ${state}`, className: 'state' }) },
  TRANSPORT,
  LENGTH,
  ...SHARED,
];

const ENDED: readonly Column<CallRow>[] = [
  NAME,
  { title: 'Why', cell: ({ end }) => ({ text: end ?? '–', className: 'why' }) },
  TRANSPORT,
  LENGTH,
  ...SHARED,
];

const ERRORS: readonly Column<Overview['errors'][number]>[] = [
  { title: 'At', cell: ({ atMs }) => ({ text: clockOf(atMs) }) },
  { title: 'Call', cell: ({ call }) => ({ text: call, className: 'name' }) },
  { title: 'Stage', cell: ({ stage }) => ({ text: stage }) },
  { title: 'What', cell: ({ reason }) => ({ text: reason.replaceAll('_', ' '), className: 'bad' }) },
  { title: 'For good', cell: ({ fatal }) => ({ text: fatal ? 'yes' : 'no' }) },
];

/** So many rows are drawn: nobody reads more, and a page of thousands would hold up the browser. */
const ROWS_MAX = 100;

export function drawCalls({ running, ended }: Overview): void {
  const rest = running.length > ROWS_MAX ? ` The ${ROWS_MAX} oldest are shown.` : '';
  say(byId('calls-note'), running.length === 0 ? 'None now.' : `${countOf(running.length, 'call')}.${rest}`);
  say(
    byId('ended-note'),
    ended.length === 0 ? 'None yet.' : `The latest ${ended.length}, the newest on top.`,
  );
  drawTable('running', RUNNING, running.slice(0, ROWS_MAX));
  drawTable('ended', ENDED, ended);
}

export function drawErrors({ errors }: Overview): void {
  const latest = `The latest ${errors.length}, the newest on top; the log says more.`;
  say(byId('errors-note'), errors.length === 0 ? 'None yet.' : latest);
  drawTable('errors', ERRORS, errors);
}

function drawTable<T>(id: string, columns: readonly Column<T>[], rows: readonly T[]): void {
  const table = byId(id);
  const [head, body] = [table.querySelector('thead'), table.querySelector('tbody')];
  if (head === null || body === null) return;
  // A head without rows would be a table of nothing.
  table.hidden = rows.length === 0;
  if (head.childElementCount === 0) head.append(headOf(columns));
  for (const [index, row] of rows.entries()) {
    const line =
      body.children[index] ?? body.appendChild(made('tr', '', ...columns.map(() => made('td', ''))));
    for (const [at, column] of columns.entries()) {
      const cell = line.children[at];
      if (!(cell instanceof HTMLElement)) continue;
      const { text, className = '' } = column.cell(row);
      const wanted = column.number === true ? `number ${className}`.trim() : className;
      if (cell.className !== wanted) cell.className = wanted;
      say(cell, text);
    }
  }
  while (body.childElementCount > rows.length) body.lastElementChild?.remove();
}

function headOf<T>(columns: readonly Column<T>[]): HTMLElement {
  const cells = columns.map(({ title, number }) => {
    const cell = made('th', number === true ? 'number' : '', title);
    cell.scope = 'col';
    return cell;
  });
  return made('tr', '', ...cells);
}
