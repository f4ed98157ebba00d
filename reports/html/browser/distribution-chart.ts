// The share of answers heard within a time, a small panel per network on one common axis: every answer
// is a step, p50 and p95 are marked with their intervals.
import { Chart, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import annotation, { type AnnotationOptions } from 'chartjs-plugin-annotation';
import type { Cell, CompareResult } from '../../compare/compare-result.ts';
import { ANSWER, cellOf, intervalOf, statisticOf } from '../../compare/lookup.ts';
import { transportName } from '../../compare/name.ts';
import { axisEnd } from '../../compare/time-axis.ts';
import type { Gallery } from './gallery.ts';
import { colourOf, faded, type Palette } from './palette.ts';

Chart.register(LinearScale, LineController, LineElement, PointElement, annotation);

export function drawDistributions(gallery: Gallery, result: CompareResult): void {
  const end = axisEnd(result);
  for (const [index, { name }] of result.networks.entries()) {
    gallery.hang(`cdf-${index}`, (palette) => configuration(result, name, end, palette));
  }
}

function configuration(result: CompareResult, network: string, end: number, palette: Palette) {
  const cells = result.transports.flatMap((transport) => cellOf(result, transport, network) ?? []);
  return {
    type: 'line' as const,
    data: { datasets: cells.flatMap((cell) => [curve(cell, palette), marks(cell, palette)]) },
    options: {
      scales: {
        x: {
          type: 'linear' as const,
          min: 0,
          max: end,
          grid: { color: palette.line },
          ticks: { maxTicksLimit: 6, font: { size: 12 } },
        },
        y: {
          min: 0,
          max: 1,
          grid: { color: palette.line },
          ticks: {
            font: { size: 12 },
            stepSize: 0.25,
            callback: (value: string | number) => `${Math.round(Number(value) * 100)} %`,
          },
        },
      },
      plugins: {
        tooltip: { enabled: false },
        annotation: { annotations: cells.flatMap((cell) => bands(cell, palette)) },
      },
    },
  };
}

function curve(cell: Cell, palette: Palette) {
  const count = cell.samples.length;
  return {
    label: transportName(cell.transport),
    data: cell.samples.map((x, index) => ({ x, y: (index + 1) / count })),
    stepped: 'before' as const,
    pointRadius: 0,
    borderWidth: 2,
    borderColor: colourOf(palette, cell.transport),
    ...(cell.transport === 'websocket' ? { borderDash: [6, 3] } : {}),
  };
}

function marks(cell: Cell, palette: Palette) {
  const figure = cell.figures[ANSWER];
  const points = [
    { x: statisticOf(figure, 'p50') ?? Number.NaN, y: 0.5 },
    { x: statisticOf(figure, 'p95') ?? Number.NaN, y: 0.95 },
  ];
  const colour = colourOf(palette, cell.transport);
  return {
    label: `${transportName(cell.transport)} p50, p95`,
    data: points,
    showLine: false,
    pointStyle: cell.transport === 'webrtc' ? ('circle' as const) : ('rect' as const),
    pointRadius: 4.5,
    pointBackgroundColor: [colour, palette.surface],
    pointBorderColor: colour,
    pointBorderWidth: 2,
  };
}

function bands(cell: Cell, palette: Palette): AnnotationOptions[] {
  return (['p50', 'p95'] as const).flatMap((statistic): AnnotationOptions[] => {
    const interval = intervalOf(cell.figures[ANSWER], statistic);
    if (interval === null) return [];
    const y = statistic === 'p50' ? 0.5 : 0.95;
    return [
      {
        type: 'box',
        xMin: interval.low,
        xMax: interval.high,
        yMin: y - 0.035,
        yMax: y + 0.035,
        borderWidth: 0,
        backgroundColor: faded(colourOf(palette, cell.transport), 0.28),
      },
    ];
  });
}
