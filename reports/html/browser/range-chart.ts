// Each network as two bars from p50 to p95, one per transport, with their intervals as bands, the
// requirement as a thin labelled line, and the figures written at the end.
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LogarithmicScale,
  type Plugin,
  type Scale,
  Tooltip,
} from 'chart.js';
import annotation, { type AnnotationOptions } from 'chartjs-plugin-annotation';
import type { CompareResult, Figure } from '../../compare/compare-result.ts';
import { ANSWER, cellOf, intervalOf, metricOf, statisticOf } from '../../compare/lookup.ts';
import { shown, transportName } from '../../compare/name.ts';
import type { Gallery } from './gallery.ts';
import { colourOf, faded, type Palette } from './palette.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, LogarithmicScale, Tooltip, annotation);

/** A tail this many times longer than the shortest one needs a logarithmic axis. */
const LOG_FROM = 6;
const ROW_PX = 56;
/** Half the width of a requirement's label. */
const LABEL_PX = 64;
const LABEL_ROW_PX = 16;
/** On charts narrower than this the labels stand above one another. */
const NARROW_PX = 560;
/** Between the two transports of a network. */
const LINE_PX = 20;

export function drawRanges(gallery: Gallery, result: CompareResult): void {
  for (const id of ['hero-range', 'network-range']) {
    const box = document.getElementById(`${id}-box`);
    if (box === null) continue;
    box.style.height = `${ROW_PX * result.networks.length + 72}px`;
    gallery.hang(id, (palette) => configuration(result, palette));
  }
}

function configuration(result: CompareResult, palette: Palette) {
  const names = result.networks.map(({ name }) => name);
  const figures = result.cells.map((cell) => cell.figures[ANSWER]);
  const tails = figures.flatMap((figure) => statisticOf(figure, 'p95') ?? []);
  const highest = figures.flatMap((figure) => intervalOf(figure, 'p95')?.high ?? []);
  const logarithmic = Math.max(...tails) > LOG_FROM * Math.min(...tails);
  return {
    type: 'bar' as const,
    data: { labels: names, datasets: [{ data: names.map(() => null) }] },
    options: {
      indexAxis: 'y' as const,
      layout: { padding: { right: 104, top: 24 + LABEL_ROW_PX } },
      scales: {
        x: {
          type: logarithmic ? ('logarithmic' as const) : ('linear' as const),
          ...(logarithmic ? {} : { min: 0 }),
          suggestedMax: Math.max(...tails, ...highest),
          title: { display: true, text: `voice to voice, ms${logarithmic ? ' (logarithmic axis)' : ''}` },
          grid: { color: palette.line },
        },
        y: { grid: { display: false }, ticks: { autoSkip: false } },
      },
      plugins: {
        tooltip: { enabled: false },
        annotation: { clip: false, annotations: bounds(result, palette) },
      },
    },
    plugins: [ends(result, palette)],
  };
}

function bounds(result: CompareResult, palette: Palette): AnnotationOptions[] {
  const required = metricOf(result, ANSWER)?.bounds ?? {};
  const lowest = Math.min(...Object.values(required));
  return result.transports.flatMap((transport): AnnotationOptions[] => {
    const bound = required[transport];
    if (bound === undefined) return [];
    return [
      {
        type: 'line',
        scaleID: 'x',
        value: bound,
        borderColor: colourOf(palette, transport),
        borderWidth: 1,
        borderDash: [4, 4],
        label: {
          display: true,
          content: `${transportName(transport)} p95 < ${bound}`,
          position: 'start',
          yAdjust: ({ chart }) => -22 - (chart.width < NARROW_PX && bound === lowest ? LABEL_ROW_PX : 0),
          // Away from the other one.
          xAdjust: (bound === lowest ? -1 : 1) * LABEL_PX,
          backgroundColor: 'transparent',
          color: palette.ink,
          font: { size: 12, weight: 'normal' },
        },
      },
    ];
  });
}

/** Bands of the intervals, the range with its marks, and the figures in a column of their own. */
const ends = (result: CompareResult, palette: Palette): Plugin<'bar'> => ({
  id: 'ends',
  afterDatasetsDraw(chart) {
    const pen = chart.ctx;
    const [x, y] = [chart.scales['x'], chart.scales['y']];
    if (x === undefined || y === undefined) return;
    const count = result.transports.length;
    for (const [row, { name }] of result.networks.entries()) {
      for (const [at, transport] of result.transports.entries()) {
        const figure = cellOf(result, transport, name)?.figures[ANSWER];
        const line = y.getPixelForValue(row) + (at - (count - 1) / 2) * LINE_PX;
        drawRange(pen, x, line, figure, transport, palette);
        pen.fillStyle = palette.ink;
        pen.font = '12px system-ui, sans-serif';
        pen.textAlign = 'right';
        pen.textBaseline = 'middle';
        const text = ['p50', 'p95'].map((which) => shown(statisticOf(figure, which as 'p50'), 'ms'));
        pen.fillText(text.join(' – '), chart.width - 4, line + 1);
      }
    }
  },
});

function drawRange(
  pen: CanvasRenderingContext2D,
  x: Scale,
  y: number,
  figure: Figure | undefined,
  transport: string,
  palette: Palette,
): void {
  const [p50, p95] = [statisticOf(figure, 'p50'), statisticOf(figure, 'p95')];
  if (p50 === null || p95 === null) return;
  const colour = colourOf(palette, transport);
  for (const statistic of ['p50', 'p95'] as const) {
    const interval = intervalOf(figure, statistic);
    if (interval === null) continue;
    const low = x.getPixelForValue(interval.low);
    pen.fillStyle = faded(colour, 0.28);
    pen.fillRect(low, y - 5, x.getPixelForValue(interval.high) - low, 10);
  }
  const [from, to] = [x.getPixelForValue(p50), x.getPixelForValue(p95)];
  pen.fillStyle = colour;
  pen.fillRect(from, y - 1.5, to - from, 3);
  mark(pen, transport, from, y, true, palette);
  mark(pen, transport, to, y, false, palette);
}

/** Circles for WebRTC, squares for WebSocket; filled for p50, open for p95. */
function mark(
  pen: CanvasRenderingContext2D,
  transport: string,
  x: number,
  y: number,
  filled: boolean,
  palette: Palette,
): void {
  const colour = colourOf(palette, transport);
  pen.beginPath();
  if (transport === 'webrtc') pen.arc(x, y, 5, 0, 2 * Math.PI);
  else pen.rect(x - 4.5, y - 4.5, 9, 9);
  pen.fillStyle = filled ? colour : palette.surface;
  pen.fill();
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.stroke();
}
