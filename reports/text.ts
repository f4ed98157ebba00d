// Lines and columns of plain text in a terminal of 100 columns. Widths are cells,
// without colour codes.
import Table from 'cli-table3';
import type pico from 'picocolors';

export type Colours = ReturnType<typeof pico.createColors>;

export const COLUMNS_MAX = 100;

export type Column = { readonly width: number; readonly right?: boolean };

/** Rows in aligned columns without borders; what does not fit a column ends in an ellipsis. */
export function layOut(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const none = Object.fromEntries(BORDERS.map((name) => [name, '']));
  const table = new Table({
    chars: none,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: columns.map(({ width }) => width),
    colAligns: columns.map(({ right }) => (right === true ? 'right' : 'left')),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** `words` in as few lines as fit, the first after `first`, the others after `indent`. */
export function wrap(
  words: readonly string[],
  indent: string,
  first = '',
  blank = ' ',
  columns = COLUMNS_MAX,
): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of words.filter((candidate) => candidate !== '')) {
    if (!empty && widthOf(line) + blank.length + widthOf(word) > columns) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : blank + word;
    empty = false;
  }
  return [...lines, line];
}

/** Cells of a terminal that `text` takes: two for a wide character, none for a colour code. */
export const widthOf = (text: string): number =>
  [...text.replaceAll(COLOUR, '')].reduce((cells, character) => cells + (WIDE.test(character) ? 2 : 1), 0);

/** Scripts and pictures of East Asian width W or F (Unicode 16, UAX #11), in whole blocks. */
const WIDE = new RegExp(
  '[\\u1100-\\u115f\\u2e80-\\ua4cf\\ua960-\\ua97f\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f' +
    '\\uff01-\\uff60\\uffe0-\\uffe6\\u{1f300}-\\u{1faff}\\u{20000}-\\u{3fffd}]',
  'u',
);

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

const BORDERS = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
];
