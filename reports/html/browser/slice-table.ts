// The table behind the maps that are shown: the same numbers in rows and columns, each with its origin.
import { gridCellOf, statisticOf } from '../../compare/lookup.ts';
import { metricName, shown, transportName } from '../../compare/name.ts';
import type { Origin } from '../../compare/origin.ts';
import type { Slice } from './map-section.ts';

export function fillTable(box: HTMLElement | null, slice: Slice, transports: readonly string[]): void {
  if (box === null) return;
  const { grid, metric, rows, rowTitle } = slice;
  const table = document.createElement('table');
  const caption = document.createElement('caption');
  caption.textContent = `${metricName(metric)}, by ${rowTitle} and loss, %`;
  const head = row(['transport', rowTitle, ...grid.lossPercent.map((loss) => `${loss} %`)].map(heading));
  const body = transports.flatMap((transport) =>
    rows.map((at) =>
      row([
        cell(transportName(transport)),
        cell(String(at)),
        ...grid.lossPercent.map((loss) => {
          const found = gridCellOf(grid, transport, slice.place(at, loss));
          const value = statisticOf(found?.figures[metric.id], metric.statistic);
          const index = found === undefined ? -1 : grid.cells.indexOf(found);
          return figure(shown(value, metric.unit), ['grid', index, metric.id, metric.statistic]);
        }),
      ]),
    ),
  );
  table.append(caption, head, ...body);
  const region = document.createElement('div');
  region.className = 'table';
  region.tabIndex = 0;
  region.setAttribute('role', 'region');
  region.setAttribute('aria-label', caption.textContent);
  region.append(table);
  box.replaceChildren(region);
}

function row(cells: readonly HTMLElement[]): HTMLElement {
  const element = document.createElement('tr');
  element.append(...cells);
  return element;
}

function heading(text: string): HTMLElement {
  const element = document.createElement('th');
  element.scope = 'col';
  element.textContent = text;
  return element;
}

function cell(text: string): HTMLElement {
  const element = document.createElement('td');
  element.textContent = text;
  return element;
}

function figure(text: string, origin: Origin): HTMLElement {
  const number = document.createElement('span');
  number.className = 'num';
  number.tabIndex = -1;
  number.dataset['origin'] = JSON.stringify(origin);
  number.textContent = text;
  const element = document.createElement('td');
  element.className = 'right';
  element.append(number);
  return element;
}
