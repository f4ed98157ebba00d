// One heat map: a value written in every cell, the break-even contour on top, and a cell that the mouse
// or the arrow keys can ask where its number comes from.
import { CategoryScale, Chart, type ChartConfiguration, type ChartType, type Plugin } from 'chart.js';
import { MatrixController, MatrixElement } from 'chartjs-chart-matrix';
import type { Segment } from '../../compare/contour.ts';
import type { Origin } from '../../compare/origin.ts';
import type { Gallery } from './gallery.ts';
import type { Palette } from './palette.ts';
import { textOn } from './scale.ts';
import type { Tip } from './tip.ts';

Chart.register(MatrixController, MatrixElement, CategoryScale);

export type MapCell = {
  readonly text: string;
  readonly colour: string;
  readonly origin: Origin;
};

export type HeatMap = {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly columnTitle: string;
  readonly rowTitle: string;
  /** By row from the bottom, then by column; null where nothing was measured. */
  readonly cells: readonly (readonly (MapCell | null)[])[];
  readonly contour: readonly Segment[];
};

/** Of the line where chance may explain one of the neighbours. */
const DASH = [5, 4];

type Active = { row: number; column: number } | undefined;

/** Hangs a map; `read` is asked again whenever it is redrawn. */
export function hangMap(gallery: Gallery, id: string, tip: Tip, read: (palette: Palette) => HeatMap): void {
  let map: HeatMap | undefined;
  let active: Active;
  const canvas = gallery.hang(id, (palette) => {
    map = read(palette);
    return configuration(map, palette, () => active);
  });
  if (canvas === undefined) return;
  const show = (next: Active, aloud: boolean): void => {
    active = next;
    const chart = gallery.chartOn(canvas);
    chart?.draw();
    const cell = next === undefined ? undefined : map?.cells[next.row]?.[next.column];
    if (chart === undefined || next === undefined || cell == null || map === undefined) return tip.hide();
    tip.show(cell.origin, placeOf(canvas, chart, map, next), aloud);
  };
  canvas.addEventListener('mousemove', (event) => {
    const chart = gallery.chartOn(canvas);
    if (chart !== undefined && map !== undefined)
      show(cellAt(chart, map, event.offsetX, event.offsetY), false);
  });
  canvas.addEventListener('mouseleave', () => show(undefined, false));
  canvas.addEventListener('blur', () => show(undefined, false));
  canvas.addEventListener('focus', () => show(active ?? { row: 0, column: 0 }, true));
  canvas.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined || map === undefined) return;
    event.preventDefault();
    const from = active ?? { row: 0, column: 0 };
    const row = Math.min(map.rows.length - 1, Math.max(0, from.row + step[0]));
    const column = Math.min(map.columns.length - 1, Math.max(0, from.column + step[1]));
    show({ row, column }, true);
  });
}

/** Rows count from the bottom. */
const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [1, 0],
  ArrowDown: [-1, 0],
};

function configuration(map: HeatMap, palette: Palette, active: () => Active): ChartConfiguration<ChartType> {
  const { columns, rows } = map;
  const data = rows.flatMap((y, row) => columns.map((x, column) => ({ x, y, v: 0, row, column })));
  const colourOf = (index: number): string => {
    const { row = 0, column = 0 } = data[index] ?? {};
    return map.cells[row]?.[column]?.colour ?? 'transparent';
  };
  const chart: ChartConfiguration<'matrix'> = {
    type: 'matrix',
    data: {
      datasets: [
        {
          data: data as unknown as { x: number; y: number; v: number }[],
          backgroundColor: ({ dataIndex }) => colourOf(dataIndex),
          borderWidth: 0,
          width: ({ chart: { chartArea } }) => (chartArea?.width ?? 0) / columns.length - 1,
          height: ({ chart: { chartArea } }) => (chartArea?.height ?? 0) / rows.length - 1,
        },
      ],
    },
    options: {
      // A cell under the mouse keeps its colour: it is a value.
      events: [],
      scales: {
        x: axis(columns, map.columnTitle, false),
        y: axis(rows, map.rowTitle, true),
      },
      plugins: { tooltip: { enabled: false } },
    },
    plugins: [ink(map, palette, active) as Plugin<'matrix'>],
  };
  return chart as unknown as ChartConfiguration<ChartType>;
}

const axis = (labels: readonly string[], title: string, reverse: boolean) => ({
  type: 'category' as const,
  labels: [...labels],
  offset: true,
  reverse,
  grid: { display: false },
  border: { display: false },
  ticks: { font: { size: 12 }, autoSkip: false, maxRotation: 0 },
  title: { display: true, text: title, font: { size: 12 } },
});

/** Values, contour and the active cell's ring, over the coloured cells. */
const ink = (map: HeatMap, palette: Palette, active: () => Active): Plugin => ({
  id: 'ink',
  afterDatasetsDraw(chart) {
    const pen = chart.ctx;
    const { left, top, width, height } = chart.chartArea;
    const [w, h] = [width / map.columns.length, height / map.rows.length];
    const x = (column: number): number => left + (column + 0.5) * w;
    const y = (row: number): number => top + (map.rows.length - row - 0.5) * h;
    pen.save();
    for (const [colour, line, sure] of [
      [palette.surface, 5, true],
      [palette.surface, 5, false],
      [palette.ink, 2, true],
      [palette.ink, 2, false],
    ] as const) {
      pen.strokeStyle = colour;
      pen.lineWidth = line;
      pen.lineCap = sure ? 'round' : 'butt';
      pen.setLineDash(sure || colour === palette.surface ? [] : DASH);
      pen.beginPath();
      for (const segment of map.contour.filter((each) => each.sure === sure)) {
        pen.moveTo(x(segment.x1), y(segment.y1));
        pen.lineTo(x(segment.x2), y(segment.y2));
      }
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    const size = w > 70 ? 15 : w > 46 ? 12 : 11;
    for (const [row, cells] of map.cells.entries()) {
      for (const [column, cell] of cells.entries()) {
        const text = cell?.text ?? '–';
        pen.font = `${size}px system-ui, sans-serif`;
        if (pen.measureText(text).width > w - 4) pen.font = '10px system-ui, sans-serif';
        pen.fillStyle = cell === null ? palette.muted : textOn(cell.colour);
        pen.fillText(text, x(column), y(row) + 1);
      }
    }
    const at = active();
    if (at !== undefined) {
      pen.strokeStyle = palette.ink;
      pen.lineWidth = 3;
      pen.strokeRect(x(at.column) - w / 2 + 1, y(at.row) - h / 2 + 1, w - 3, h - 3);
    }
    pen.restore();
  },
});

function cellAt(chart: Chart, map: HeatMap, x: number, y: number): Active {
  const { left, top, width, height } = chart.chartArea;
  const column = Math.floor(((x - left) / width) * map.columns.length);
  const fromTop = Math.floor(((y - top) / height) * map.rows.length);
  const row = map.rows.length - 1 - fromTop;
  const inside = column >= 0 && column < map.columns.length && row >= 0 && row < map.rows.length;
  return inside ? { row, column } : undefined;
}

function placeOf(
  canvas: HTMLCanvasElement,
  chart: Chart,
  map: HeatMap,
  { row, column }: { row: number; column: number },
): DOMRect {
  const { left, top, width, height } = chart.chartArea;
  const [w, h] = [width / map.columns.length, height / map.rows.length];
  const box = canvas.getBoundingClientRect();
  return new DOMRect(box.left + left + column * w, box.top + top + (map.rows.length - 1 - row) * h, w, h);
}
