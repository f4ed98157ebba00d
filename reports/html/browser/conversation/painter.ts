// Draws the lanes of one call for the stretch of time that is shown: what happened is solid, what was
// waited for is faded, what was cut off is hatched; colours are those of every other chart.
import type { Mark, Span } from '../../../conversation/conversation-report.ts';
import type { PageCall } from '../../../conversation/page-data.ts';
import { faded, type Palette } from '../palette.ts';
import { AXIS_PX, type Band, type Layout, OVERVIEW_PX } from './layout.ts';
import { secondsOf, ticksOf, type View } from './view.ts';

export type Cursor = { readonly atUs: number | undefined; readonly heldUs: number | undefined };

export type Scene = {
  readonly pen: CanvasRenderingContext2D;
  readonly call: PageCall;
  readonly layout: Layout;
  readonly view: View;
  readonly cursor: Cursor;
  readonly palette: Palette;
  /** CSS pixels of the chart, and of the titles on its left. */
  readonly width: number;
  readonly titlePx: number;
};

/** Okabe–Ito, as in the other charts and the terminal. */
const COLOURS: Readonly<Record<string, string>> = {
  mouth: '#009E73',
  vad: '#009E73',
  transcript: '#56B4E9',
  decision: '#999999',
  stt: '#56B4E9',
  llm: '#E69F00',
  tool: '#F0E442',
  tts: '#CC79A7',
  sent: '#CC79A7',
  network: '#0072B2',
  ear: '#CC79A7',
  word: '#CC79A7',
  other: '#999999',
};
const FONT = 'system-ui, sans-serif';

export const colourOfLane = (id: string): string => COLOURS[id.split('.')[0] ?? ''] ?? '#999999';

export const xOf = ({ view, width, titlePx }: Scene, us: number): number =>
  titlePx + ((us - view.fromUs) / (view.untilUs - view.fromUs)) * (width - titlePx);

export function paint(scene: Scene): void {
  const { pen, width, layout, palette } = scene;
  pen.fillStyle = palette.surface;
  pen.fillRect(0, 0, width, layout.height);
  paintOverview(scene);
  paintAxis(scene);
  for (const band of layout.bands) paintBand(scene, band);
  paintCursor(scene);
}

/** The whole call in small: who speaks when, and what of it is shown. */
function paintOverview({ pen, call, view, palette, width, titlePx }: Scene): void {
  const at = (us: number): number => titlePx + (us / Math.max(1, call.endUs)) * (width - titlePx);
  pen.fillStyle = palette.neutral;
  pen.fillRect(titlePx, 0, width - titlePx, OVERVIEW_PX);
  for (const [id, y] of [
    ['mouth', 5],
    ['ear', 15],
  ] as const) {
    pen.fillStyle = colourOfLane(id);
    const spans = call.lanes.find((lane) => lane.id === id)?.spans ?? [];
    for (const span of spans.filter(({ look }) => look !== 'soft'))
      pen.fillRect(at(span.fromUs), y, Math.max(1, at(span.untilUs) - at(span.fromUs)), 8);
  }
  pen.strokeStyle = palette.ink;
  pen.lineWidth = 2;
  pen.strokeRect(
    at(view.fromUs) + 1,
    1,
    Math.max(4, at(view.untilUs) - at(view.fromUs)) - 2,
    OVERVIEW_PX - 2,
  );
  pen.font = `13px ${FONT}`;
  label(pen, 'whole call', 0, OVERVIEW_PX / 2, palette.muted, titlePx - 8);
}

function paintAxis(scene: Scene): void {
  const { pen, view, palette, width, titlePx, layout } = scene;
  const y = OVERVIEW_PX + AXIS_PX / 2 + 2;
  pen.font = `13px ${FONT}`;
  label(pen, 'seconds', 0, y, palette.muted, titlePx - 8);
  pen.lineWidth = 1;
  for (const tick of ticksOf(view, (width - titlePx) / 96)) {
    const x = Math.round(xOf(scene, tick)) + 0.5;
    pen.strokeStyle = palette.line;
    pen.beginPath();
    pen.moveTo(x, OVERVIEW_PX + AXIS_PX);
    pen.lineTo(x, layout.height);
    pen.stroke();
    const text = secondsOf(tick, view);
    pen.font = `12px ${FONT}`;
    const half = pen.measureText(text).width / 2;
    label(pen, text, Math.min(Math.max(titlePx, x - half), width - 2 * half), y, palette.muted, 80);
  }
}

function paintBand(scene: Scene, band: Band): void {
  const { pen, palette, titlePx, width } = scene;
  const { lane, top, height } = band;
  pen.font = `13px ${FONT}`;
  label(pen, lane.title, 0, top + Math.min(height, band.rowPx) / 2, palette.ink, titlePx - 8);
  pen.save();
  pen.beginPath();
  pen.rect(titlePx, top, width - titlePx, height);
  pen.clip();
  pen.fillStyle = palette.raised;
  pen.fillRect(titlePx, top, width - titlePx, height);
  for (const { span, row } of band.placed) paintSpan(scene, band, span, top + row * band.rowPx);
  paintMarks(scene, band);
  pen.restore();
}

function paintSpan(scene: Scene, { lane, rowPx }: Band, span: Span, top: number): void {
  const { pen, view, palette } = scene;
  if (span.untilUs < view.fromUs || span.fromUs > view.untilUs) return;
  const [from, until] = [xOf(scene, span.fromUs), xOf(scene, span.untilUs)];
  const width = Math.max(1, until - from);
  const colour = colourOfLane(lane.id);
  const [y, height] = [top + 2, rowPx - 4];
  const isBright = span.look === 'solid';
  pen.fillStyle = isBright ? colour : faded(colour, span.look === 'soft' ? 0.3 : 0.4);
  pen.fillRect(from, y, width, height);
  if (span.look === 'cut') hatch(pen, from, y, width, height, palette.ink);
  if (!isBright && width > 3) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    pen.strokeRect(from + 0.5, y + 0.5, width - 1, height - 1);
  } else if (width > 3) {
    // Words and requests that touch stay apart.
    pen.fillStyle = palette.surface;
    pen.fillRect(until - 1, y, 1, height);
  }
  const start = Math.max(from, scene.titlePx);
  // The sign of something that went wrong is not written over.
  const sign = lane.marks.find(({ atUs, look }) => look === 'bad' && atUs > span.fromUs);
  const end = Math.min(until, sign === undefined ? until : xOf(scene, sign.atUs) - 4);
  const room = end - start - 8;
  if (room < 12) return;
  pen.font = `12px ${FONT}`;
  label(pen, span.label, start + 4, top + rowPx / 2, isBright ? '#000000' : palette.ink, room);
}

function hatch(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
): void {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  pen.strokeStyle = faded(colour, 0.7);
  pen.lineWidth = 1;
  pen.beginPath();
  // Far beyond the edges of the chart there is nothing to hatch.
  const first = Math.max(x, -height) - height;
  const last = Math.min(x + width, pen.canvas.width);
  for (let at = first - (first % 6); at < last; at += 6) {
    pen.moveTo(at, y + height);
    pen.lineTo(at + height, y);
  }
  pen.stroke();
  pen.restore();
}

/** As signs, and in words where there is room before the next one. */
function paintMarks(scene: Scene, band: Band): void {
  const { pen, view, palette, width } = scene;
  const isText = band.lane.id === 'transcript';
  const shown = band.lane.marks.filter(({ atUs }) => atUs >= view.fromUs && atUs <= view.untilUs);
  const starts = isText ? [] : band.placed.filter(({ row }) => row === 0).map(({ span }) => span.fromUs);
  const nextOf = (index: number): number => {
    const mark = shown[index];
    const next = shown
      .slice(index + 1)
      .find((other) =>
        isText ? (other.look === 'good') === (mark?.look === 'good') : isWritten(other, band),
      );
    const span = starts.find((us) => us > (mark?.atUs ?? 0));
    return Math.min(width, ...[next?.atUs, span].flatMap((us) => (us === undefined ? [] : [xOf(scene, us)])));
  };
  for (const [index, mark] of shown.entries()) {
    const x = xOf(scene, mark.atUs);
    const row = isText && mark.look === 'good' ? 1 : 0;
    const y = band.top + row * band.rowPx + band.rowPx / 2;
    paintSign(pen, mark, x, y, palette);
    const room = nextOf(index) - x - 12;
    if (room < 24 || !isWritten(mark, band)) continue;
    pen.font = `12px ${FONT}`;
    const colour = mark.look === 'bad' ? palette.bad : mark.look === 'faint' ? palette.muted : palette.ink;
    pen.fillStyle = faded(palette.raised, 0.8);
    pen.fillRect(x + 7, y - 8, Math.min(room, pen.measureText(mark.label).width + 2), 16);
    label(pen, mark.label, x + 8, y, colour, room);
  }
}

/** What is only of note on hover does not cover a span's own words. */
const isWritten = ({ look }: Mark, { placed }: Band): boolean => look !== 'faint' || placed.length === 0;

/** Colour and shape say the same. */
function paintSign(
  pen: CanvasRenderingContext2D,
  { look }: Mark,
  x: number,
  y: number,
  palette: Palette,
): void {
  pen.fillStyle = look === 'good' ? palette.good : look === 'bad' ? palette.bad : palette.muted;
  pen.strokeStyle = pen.fillStyle;
  pen.lineWidth = 2;
  pen.beginPath();
  if (look === 'good') {
    pen.moveTo(x, y - 6);
    pen.lineTo(x + 5, y);
    pen.lineTo(x, y + 6);
    pen.lineTo(x - 5, y);
    pen.fill();
  } else if (look === 'bad') {
    pen.moveTo(x - 4, y - 4);
    pen.lineTo(x + 4, y + 4);
    pen.moveTo(x + 4, y - 4);
    pen.lineTo(x - 4, y + 4);
    // A rim, so that it stands out from a span under it.
    pen.strokeStyle = palette.raised;
    pen.lineWidth = 5;
    pen.stroke();
    pen.strokeStyle = palette.bad;
    pen.lineWidth = 2;
    pen.stroke();
  } else {
    pen.fillRect(x - 1, y - 7, 2, 14);
  }
}

function paintCursor(scene: Scene): void {
  const { pen, cursor, palette, layout, titlePx } = scene;
  for (const [us, isHeld] of [
    [cursor.heldUs, true],
    [cursor.atUs, false],
  ] as const) {
    if (us === undefined) continue;
    const x = Math.round(xOf(scene, us)) + 0.5;
    if (x < titlePx) continue;
    pen.strokeStyle = palette.ink;
    pen.lineWidth = 1;
    pen.setLineDash(isHeld ? [4, 3] : []);
    pen.beginPath();
    pen.moveTo(x, OVERVIEW_PX);
    pen.lineTo(x, layout.height);
    pen.stroke();
    pen.setLineDash([]);
  }
}

/** Cut with an ellipsis where there is no room. */
function label(
  pen: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  room: number,
): void {
  pen.fillStyle = colour;
  pen.textBaseline = 'middle';
  pen.textAlign = 'left';
  if (pen.measureText(text).width <= room) {
    pen.fillText(text, x, y + 1);
    return;
  }
  let [few, many] = [0, text.length];
  while (few < many) {
    const middle = Math.ceil((few + many) / 2);
    if (pen.measureText(`${text.slice(0, middle)}…`).width <= room) few = middle;
    else many = middle - 1;
  }
  if (few > 0) pen.fillText(`${text.slice(0, few)}…`, x, y + 1);
}
