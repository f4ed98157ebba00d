// The maps of the page: the difference above the fold, and for any metric the reader picks both
// transports on one scale with their difference beside them, and the table behind.
import type { CompareResult, Grid, Metric } from '../../compare/compare-result.ts';
import { differenceOf, isClear } from '../../compare/contest.ts';
import { breakEven } from '../../compare/contour.ts';
import {
  ANSWER,
  calmJitter,
  gridCellOf,
  hasBoth,
  MARGIN_MS,
  metricOf,
  type Place,
  statisticOf,
} from '../../compare/lookup.ts';
import { shown, signed } from '../../compare/name.ts';
import type { Origin } from '../../compare/origin.ts';
import { unitName } from '../../number.ts';
import type { Gallery } from './gallery.ts';
import { type HeatMap, hangMap, type MapCell } from './heat-map.ts';
import type { Palette } from './palette.ts';
import { cividis, diverging } from './scale.ts';
import { fillTable } from './slice-table.ts';
import type { Tip } from './tip.ts';

/** What a map shows: a metric over two axes, at one value of the third. */
export type Slice = {
  readonly grid: Grid;
  readonly metric: Metric;
  readonly rows: readonly number[];
  readonly rowTitle: string;
  readonly place: (row: number, lossPercent: number) => Place;
};

export function drawHeroMap(gallery: Gallery, result: CompareResult, tip: Tip): void {
  const { grid } = result;
  const metric = metricOf(result, ANSWER);
  if (grid === null || metric === undefined || !hasBoth(result)) return;
  const slice = sliceOf(grid, metric, 'loss', calmJitter(grid));
  hangMap(gallery, 'hero-map', tip, (palette) => differenceMap(slice, palette));
}

export function drawMaps(gallery: Gallery, result: CompareResult, tip: Tip): void {
  const { grid } = result;
  if (grid === null) return;
  for (const kind of ['loss', 'jitter'] as const) {
    const metricSelect = document.getElementById(`${kind}-metric`);
    const sliceSelect = document.getElementById(`${kind}-slice`);
    if (!(metricSelect instanceof HTMLSelectElement) || !(sliceSelect instanceof HTMLSelectElement)) continue;
    const slice = (): Slice => {
      const metric = metricOf(result, metricSelect.value) ?? result.metrics[0];
      if (metric === undefined) throw new Error('a comparison without metrics');
      return sliceOf(grid, metric, kind, Number(sliceSelect.value));
    };
    const views = [...result.transports, ...(hasBoth(result) ? ['difference'] : [])];
    for (const view of views) {
      hangMap(gallery, `${kind}-${view}`, tip, (palette) => {
        const now = slice();
        legend(kind, view, now, palette, result.transports);
        return view === 'difference' ? differenceMap(now, palette) : valueMap(now, view, result.transports);
      });
    }
    const refresh = (): void => {
      for (const view of views) gallery.redraw(`${kind}-${view}`);
      tell();
    };
    const tell = (): void => {
      const now = slice();
      fillTable(document.getElementById(`${kind}-table`), now, result.transports);
      const { unit } = now.metric;
      for (const label of document.querySelectorAll(`[data-unit="${kind}"]`))
        label.textContent =
          unit === 'MOS' || unit === 'count' ? `, ${now.metric.label}` : `, ${unitName(unit)}`;
    };
    metricSelect.addEventListener('change', refresh);
    sliceSelect.addEventListener('change', refresh);
    tell();
  }
}

function sliceOf(grid: Grid, metric: Metric, kind: 'loss' | 'jitter', third: number): Slice {
  const loss = kind === 'loss';
  return {
    grid,
    metric,
    rows: loss ? grid.rttMs : grid.jitterMs,
    rowTitle: loss ? 'RTT, ms' : 'jitter, ms',
    place: (row, lossPercent) =>
      loss ? { rttMs: row, jitterMs: third, lossPercent } : { rttMs: third, jitterMs: row, lossPercent },
  };
}

const frame = ({ grid, rows, rowTitle }: Slice) => ({
  columns: grid.lossPercent.map(String),
  rows: rows.map(String),
  columnTitle: 'loss, %',
  rowTitle,
});

const figureAt = (slice: Slice, transport: string, row: number, loss: number): number | null =>
  statisticOf(
    gridCellOf(slice.grid, transport, slice.place(row, loss))?.figures[slice.metric.id],
    slice.metric.statistic,
  );

/** The range of a metric over both transports, so that their maps share one scale. */
function rangeOf(slice: Slice, transports: readonly string[]) {
  const values = transports.flatMap((transport) =>
    slice.rows.flatMap((row) =>
      slice.grid.lossPercent.flatMap((loss) => figureAt(slice, transport, row, loss) ?? []),
    ),
  );
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { low, high, logarithmic: low > 0 && high > 4 * low };
}

function valueMap(slice: Slice, transport: string, transports: readonly string[]): HeatMap {
  const { low, high, logarithmic } = rangeOf(slice, transports);
  const share = (value: number): number => {
    if (high <= low) return 0;
    return logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  };
  const { id, unit, statistic } = slice.metric;
  const cells = slice.rows.map((row) =>
    slice.grid.lossPercent.map((loss): MapCell | null => {
      const cell = gridCellOf(slice.grid, transport, slice.place(row, loss));
      const value = statisticOf(cell?.figures[id], statistic);
      if (cell === undefined || value === null) return null;
      const origin: Origin = ['grid', slice.grid.cells.indexOf(cell), id, statistic];
      return { text: brief(value, unit), colour: cividis(share(value)), origin };
    }),
  );
  return { ...frame(slice), cells, contour: [] };
}

function differenceMap(slice: Slice, palette: Palette): HeatMap {
  const { grid, metric } = slice;
  const values = slice.rows.map((row) =>
    grid.lossPercent.map((loss) => {
      const place = slice.place(row, loss);
      const [webrtc, websocket] = ['webrtc', 'websocket'].map((name) => gridCellOf(grid, name, place));
      const value = differenceOf(webrtc, websocket, metric.id, metric.statistic);
      const clear = isClear(webrtc, websocket, metric.id, metric.statistic);
      const beyond = metric.unit !== 'ms' || Math.abs(value ?? 0) > MARGIN_MS;
      return {
        value,
        sure: clear && beyond,
        origin: [
          'grid-',
          webrtc === undefined ? -1 : grid.cells.indexOf(webrtc),
          websocket === undefined ? -1 : grid.cells.indexOf(websocket),
          metric.id,
          metric.statistic,
        ] as const,
      };
    }),
  );
  const most = Math.max(...values.flat().map(({ value }) => Math.abs(value ?? 0)));
  const knee = metric.unit === 'ms' ? MARGIN_MS : most / 10;
  const better = metric.better === 'lower' ? 1 : -1;
  const cells = values.map((row) =>
    row.map(({ value, sure, origin }): MapCell | null => {
      if (value === null) return null;
      const size = most === 0 ? 0 : Math.log1p(Math.abs(value) / knee) / Math.log1p(most / knee);
      // Blue, WebRTC's colour, where WebSocket is worse.
      const share = better * Math.sign(value) * size;
      const text = brief(value, metric.unit, true);
      const colour = diverging(share, palette.websocket, palette.neutral, palette.webrtc);
      return { text: sure ? text : `(${text})`, colour, origin };
    }),
  );
  const contour = breakEven(
    values.map((row) => row.map(({ value, sure }) => (value === null ? null : { value, sure }))),
  );
  return { ...frame(slice), cells, contour };
}

/** Short enough for a cell: seconds from ten thousand ms on, with a sign from one thousand. */
function brief(value: number, unit: string, sign = false): string {
  const text = sign ? signed(value, unit) : shown(value, unit);
  if (unit !== 'ms' || Math.abs(value) < (sign ? 1_000 : 10_000)) return text;
  return `${sign && value > 0 ? '+' : ''}${(value / 1_000).toFixed(1).replace('-', '−')} s`;
}

/** The colour scale under a map, with its ends. */
function legend(
  kind: string,
  view: string,
  slice: Slice,
  palette: Palette,
  transports: readonly string[],
): void {
  const box = document.getElementById(`${kind}-${view}-scale`);
  if (box === null) return;
  const bar = document.createElement('i');
  const words = (text: string): HTMLElement => {
    const span = document.createElement('span');
    span.textContent = text;
    return span;
  };
  if (view === 'difference') {
    const { websocket, neutral, webrtc } = palette;
    bar.style.background = `linear-gradient(90deg, ${websocket}, ${neutral}, ${webrtc})`;
    box.replaceChildren(words('WebSocket better'), bar, words('WebRTC better'));
    return;
  }
  const { low, high, logarithmic } = rangeOf(slice, transports);
  const stops = Array.from({ length: 9 }, (_, at) => cividis(at / 8));
  bar.style.background = `linear-gradient(90deg, ${stops.join(', ')})`;
  const { unit } = slice.metric;
  box.replaceChildren(
    words(shown(low, unit)),
    bar,
    words(`${shown(high, unit)}${logarithmic ? ' (log)' : ''}`),
  );
}
