// Where the time of an answer goes, one bar per transport and kind of answer, stages end to end on one
// axis from zero, with the two budgets of the requirements beneath.
import { BarController, BarElement, CategoryScale, Chart, LinearScale, type Plugin, Tooltip } from 'chart.js';
import { BUDGETS, budgetStages } from '../../compare/budget.ts';
import type { CompareResult } from '../../compare/compare-result.ts';
import { cellOf } from '../../compare/lookup.ts';
import { shown, transportName } from '../../compare/name.ts';
import { STAGES } from '../../compare/stage.ts';
import type { Gallery } from './gallery.ts';
import { fillOf, type Palette } from './palette.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

/** A number fits into a segment of this many pixels. */
const LABEL_PX = 26;
const ROW_PX = 46;

export function drawStages(gallery: Gallery, result: CompareResult): void {
  const select = document.getElementById('stage-network');
  if (!(select instanceof HTMLSelectElement)) return;
  gallery.hang('stages-chart', (palette) => {
    const bars = barsOf(result, select.value);
    const box = document.getElementById('stages-chart')?.parentElement;
    if (box != null) box.style.height = `${ROW_PX * bars.length + 72}px`;
    return configuration(bars, palette);
  });
  select.addEventListener('change', () => gallery.redraw('stages-chart'));
}

type Bar = { readonly label: readonly string[]; readonly stages: Readonly<Record<string, number>> };

function barsOf(result: CompareResult, network: string): readonly Bar[] {
  return result.transports.flatMap((transport) => {
    const cell = cellOf(result, transport, network);
    const name = transportName(transport);
    const budget = BUDGETS.find((candidate) => candidate.transport === transport);
    return [
      ...(cell?.typical == null ? [] : [{ label: [name, 'typical'], stages: cell.typical.stages }]),
      ...(cell?.slow == null ? [] : [{ label: [name, 'slowest tenth'], stages: cell.slow.stages }]),
      ...(budget === undefined
        ? []
        : [
            { label: [name, 'PRD lowest'], stages: budgetStages(budget, 'lowMs') },
            { label: [name, 'PRD highest'], stages: budgetStages(budget, 'highMs') },
          ]),
    ];
  });
}

function configuration(bars: readonly Bar[], palette: Palette) {
  return {
    type: 'bar' as const,
    data: {
      labels: bars.map(({ label }) => [...label]),
      datasets: STAGES.map((stage) => ({
        label: stage.label,
        data: bars.map(({ stages }) => stages[stage.name] ?? 0),
        backgroundColor: fillOf(stage),
        borderColor: palette.surface,
        borderWidth: { left: 0, right: 1, top: 0, bottom: 0 },
        borderSkipped: false as const,
        barPercentage: 0.84,
        categoryPercentage: 0.92,
      })),
    },
    options: {
      indexAxis: 'y' as const,
      layout: { padding: { right: 72 } },
      scales: {
        x: {
          stacked: true,
          title: { display: true, text: 'ms since the caller’s last sound' },
          grid: { color: palette.line },
        },
        y: { stacked: true, grid: { display: false }, ticks: { autoSkip: false, font: { size: 12 } } },
      },
      plugins: {
        tooltip: {
          callbacks: {
            label: (item: { dataset: { label?: string | undefined }; raw: unknown }) =>
              `${item.dataset.label ?? ''}: ${shown(Number(item.raw), 'ms')} ms`,
          },
        },
      },
    },
    plugins: [figures(bars, palette)],
  };
}

/** The ms of each segment that has room for them, and the total behind the bar. */
const figures = (bars: readonly Bar[], palette: Palette): Plugin<'bar'> => ({
  id: 'figures',
  afterDatasetsDraw(chart) {
    const pen = chart.ctx;
    const axis = chart.scales['x'];
    if (axis === undefined) return;
    pen.textBaseline = 'middle';
    for (const [row, { stages }] of bars.entries()) {
      let [before, total] = [0, 0];
      const y = chart.getDatasetMeta(0).data[row]?.y ?? 0;
      pen.font = '12px system-ui, sans-serif';
      pen.textAlign = 'center';
      for (const { name, colour, pattern } of STAGES) {
        const ms = stages[name] ?? 0;
        const [from, to] = [axis.getPixelForValue(before), axis.getPixelForValue(before + ms)];
        before += Math.max(0, ms);
        total += ms;
        if (to - from < LABEL_PX) continue;
        const text = shown(ms, 'ms');
        const width = pen.measureText(text).width + 6;
        pen.fillStyle = colour;
        if (pattern !== 'solid') pen.fillRect((from + to - width) / 2, y - 8, width, 16);
        pen.fillStyle = '#000000';
        pen.fillText(text, (from + to) / 2, y + 1);
      }
      pen.textAlign = 'left';
      pen.font = '600 13px system-ui, sans-serif';
      pen.fillStyle = palette.ink;
      pen.fillText(`${shown(total, 'ms')} ms`, axis.getPixelForValue(before) + 8, y + 1);
    }
  },
});
