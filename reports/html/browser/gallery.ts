// Every chart on the page: drawn in the current colours, and drawn again when the colours, the choice of
// the reader or the paper change. No animation, so nothing has to be switched off for those who mind.
import { Chart, type ChartConfiguration, type ChartType } from 'chart.js';
import { type Palette, paintSwatches, paletteOf } from './palette.ts';

Chart.defaults.animation = false;
Chart.defaults.responsive = true;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.font.family = 'system-ui, sans-serif';
Chart.defaults.font.size = 13;

/** Undefined when there is nothing to draw. */
type Draw = (palette: Palette) => ChartConfiguration<ChartType> | undefined;

export class Gallery {
  readonly #draws = new Map<HTMLCanvasElement, Draw>();
  readonly #charts = new Map<HTMLCanvasElement, Chart>();
  #drawn = false;

  /** Hangs a chart on the canvas of that id, if the page has it. */
  hang(id: string, draw: Draw): HTMLCanvasElement | undefined {
    const canvas = document.getElementById(id);
    if (!(canvas instanceof HTMLCanvasElement)) return undefined;
    this.#draws.set(canvas, draw);
    if (this.#drawn) this.redraw(id);
    return canvas;
  }

  chartOn(canvas: HTMLCanvasElement): Chart | undefined {
    return this.#charts.get(canvas);
  }

  /** All of them, or the one with that id. */
  redraw(id?: string): void {
    this.#drawn = true;
    const palette = paletteOf();
    Chart.defaults.color = palette.ink;
    Chart.defaults.borderColor = palette.line;
    if (id === undefined) paintSwatches();
    for (const [canvas, draw] of this.#draws) {
      if (id !== undefined && canvas.id !== id) continue;
      this.#charts.get(canvas)?.destroy();
      const configuration = draw(palette);
      if (configuration !== undefined) this.#charts.set(canvas, new Chart(canvas, configuration));
    }
  }
}
