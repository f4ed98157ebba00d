// HTML as text, without a template engine: escaping, numbers that can be asked where they come from, and
// tables whose cells are reached with the arrow keys.
import type { Origin } from '../compare/origin.ts';
import type { Sentence } from '../compare/sentence.ts';

/** Text for between tags and for double-quoted attributes. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** JSON that cannot end the script element around it. */
export const jsonInHtml = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** A number that explains itself on hover and focus. `tab` false leaves its focus to a table's arrow keys. */
export const numberHtml = (text: string, origin: Origin, tab = true): string =>
  `<span class="num" tabindex="${tab ? 0 : -1}" data-origin="${escaped(JSON.stringify(origin))}">` +
  `${escaped(text)}</span>`;

/** The coloured mark of a transport. */
export const keyHtml = (transport: string): string =>
  `<i class="key ${escaped(transport)}" aria-hidden="true"></i>`;

/** A canvas with an accessible name; `tab` when the keyboard moves inside it. */
export const canvasHtml = (id: string, label: string, tab = false): string =>
  `<canvas id="${id}" role="img"${tab ? ' tabindex="0"' : ''} aria-label="${escaped(label)}"></canvas>`;

export type Choice = { readonly value: string; readonly text: string };

/** A labelled choice between values. */
export function selectHtml(id: string, label: string, choices: readonly Choice[], chosen: string): string {
  const options = choices.map(
    ({ value, text }) =>
      `<option value="${escaped(value)}"${value === chosen ? ' selected' : ''}>${escaped(text)}</option>`,
  );
  return `<label>${label} <select id="${id}">${options.join('')}</select></label>`;
}

export const sentenceHtml = (sentence: Sentence): string =>
  sentence
    .map((part) => (typeof part === 'string' ? whole(part) : numberHtml(part.text, part.origin)))
    .join('')
    // A number and its unit stay on one line.
    .replaceAll(/(\d|<\/span>) (ms|s|%|of \d+)(?=\W|$)/g, '$1\u00a0$2')
    .replaceAll(/(\d) (ms|s|%)(?=\W|$)/g, '$1\u00a0$2');

/** Names with hyphens are not broken at them. */
const whole = (text: string): string =>
  escaped(text).replaceAll(/\w+(?:-\w+)+/g, '<span class="whole">$&</span>');

/** A cell: plain text, or a number with its origin; `head` for the head of its row. */
export type TableCell = {
  readonly text: string;
  readonly origin?: Origin;
  readonly head?: boolean;
  readonly mark?: 'good' | 'bad';
  readonly swatch?: string;
  readonly span?: number;
  /** A number without an origin. */
  readonly right?: boolean;
};

/** `left`: how many leading columns hold words. */
export function tableHtml(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly TableCell[])[],
  left = 1,
): string {
  const heads = head.map(
    (name, at) => `<th scope="col"${at < left ? '' : ' class="right"'}>${escaped(name)}</th>`,
  );
  const body = rows.map((row) => `<tr>${row.map(cellHtml).join('')}</tr>`);
  return `<div class="table" role="region" aria-label="${escaped(caption)}" tabindex="0"><table>
<caption>${escaped(caption)}</caption><thead><tr>${heads.join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>`;
}

function cellHtml({ text, origin, head, mark, swatch, span, right }: TableCell): string {
  const spans = span === undefined ? '' : ` rowspan="${span}"`;
  const inside = origin === undefined ? escaped(text) : numberHtml(text, origin, false);
  const key = swatch === undefined ? '' : keyHtml(swatch);
  if (head === true) return `<th scope="row"${spans}>${key}${inside}</th>`;
  if (origin === undefined)
    return `<td${spans}${right === true ? ' class="right"' : ''}>${key}${inside}</td>`;
  const sign = mark === undefined ? '' : `<b class="${mark}">${mark === 'good' ? '✓' : '✗'}</b> `;
  return `<td class="right"${spans}>${sign}${inside}</td>`;
}

/** A chart with its accessible name, and the table behind it. */
export const chartHtml = (id: string, label: string, table: string, extra = ''): string =>
  `<figure class="chart">${extra}<div class="canvas" id="${id}-box">${canvasHtml(id, label)}</div>
<figcaption>${escaped(label)}</figcaption></figure>${behind(table)}`;

export const behind = (table: string): string => folded('Table behind this chart', table);

/** What a click on `name` opens; nothing where there is nothing to open. */
export const folded = (name: string, html: string): string =>
  html === '' ? '' : `<details><summary>${escaped(name)}</summary>${html}</details>`;

/** A section, headed by its finding. */
export const sectionHtml = (id: string, heading: Sentence, body: string, lead = ''): string =>
  `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${sentenceHtml(heading)}</h2>${
    lead === '' ? '' : `<p class="lead">${lead}</p>`
  }${body}</section>`;
