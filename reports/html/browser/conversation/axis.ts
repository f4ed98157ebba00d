// The time axis: shows one call, answers mouse, wheel, keys and buttons, and keeps the reading and the
// table beside it in step. Nothing moves by itself.
import type { PageCall } from '../../../conversation/page-data.ts';
import { paletteOf } from '../palette.ts';
import { fillTable } from './axis-table.ts';
import { type Layout, layOut, OVERVIEW_PX } from './layout.ts';
import { type Cursor, paint, type Scene } from './painter.ts';
import { eventsOf, headOf, readAt, showReading } from './reading.ts';
import { following, kept, moved, type View, zoomed } from './view.ts';

/** Zoom of one step. */
const STEP = 0.7;
const TITLE_PX = 128;
const TITLE_NARROW_PX = 88;
const NARROW_PX = 560;

export class Axis {
  readonly #canvas: HTMLCanvasElement;
  #call: PageCall;
  #layout: Layout;
  #view: View;
  #cursor: Cursor = { atUs: undefined, heldUs: undefined };
  #detail = false;
  #drag: { readonly x: number; readonly view: View; moved: boolean } | undefined;
  #asked = false;

  constructor(canvas: HTMLCanvasElement, call: PageCall) {
    this.#canvas = canvas;
    this.#call = call;
    this.#layout = layOut(call, false);
    this.#view = this.#opening();
    this.#listen();
  }

  /** Another call, or another choice of lanes. */
  show(call: PageCall, detail: boolean): void {
    const isNew = call !== this.#call;
    this.#call = call;
    this.#detail = detail;
    this.#layout = layOut(call, detail);
    if (isNew) this.#cursor = { atUs: undefined, heldUs: undefined };
    this.look(isNew ? this.#opening() : this.#view);
  }

  get detail(): boolean {
    return this.#detail;
  }

  look(view: View): void {
    this.#view = kept(view, this.#call.endUs);
    this.redraw();
  }

  /** One turn, from just before the caller speaks to the answer. */
  lookAtTurn(act: number): void {
    const turn = this.#call.turns.find((candidate) => candidate.act === act);
    if (turn === undefined) return;
    const endUs = (turn.untilUs ?? turn.fromUs + 2_000_000) + (turn.answerUs ?? 2_000_000);
    this.#cursor = { atUs: turn.untilUs ?? turn.fromUs, heldUs: undefined };
    this.look({ fromUs: turn.fromUs - 300_000, untilUs: endUs + 900_000 });
  }

  act(action: string): void {
    const { endUs } = this.#call;
    const middle = this.#cursor.atUs ?? (this.#view.fromUs + this.#view.untilUs) / 2;
    switch (action) {
      case 'in':
        return this.look(zoomed(this.#view, STEP, middle, endUs));
      case 'out':
        return this.look(zoomed(this.#view, 1 / STEP, middle, endUs));
      case 'left':
        return this.look(moved(this.#view, -0.3, endUs));
      case 'right':
        return this.look(moved(this.#view, 0.3, endUs));
      case 'all':
        return this.look({ fromUs: 0, untilUs: endUs });
      default:
        return this.#step(action === 'next' ? 1 : -1);
    }
  }

  /** Soon, once for however many changes. */
  redraw(): void {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.draw();
    });
  }

  draw(): void {
    const scene = this.#scene();
    if (scene === undefined) return;
    paint(scene);
    const { atUs } = this.#cursor;
    const lines = atUs === undefined ? [] : readAt(this.#layout, this.#view, atUs);
    showReading(document.getElementById('reading'), this.#cursor, lines);
    fillTable(document.getElementById('axis-table'), this.#layout, this.#view);
  }

  #scene(): Scene | undefined {
    const pen = this.#canvas.getContext('2d');
    const width = Math.max(320, this.#canvas.parentElement?.clientWidth ?? 0);
    if (pen === null) return undefined;
    const ratio = Math.max(1, devicePixelRatio);
    this.#canvas.style.height = `${this.#layout.height}px`;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(this.#layout.height * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const titlePx = this.#titlePx(width);
    const shared = { call: this.#call, layout: this.#layout, view: this.#view, cursor: this.#cursor };
    return { pen, ...shared, palette: paletteOf(), width, titlePx };
  }

  #titlePx = (width: number): number => (width < NARROW_PX ? TITLE_NARROW_PX : TITLE_PX);

  /** The first turns: of a long call the whole shows nothing. */
  #opening(): View {
    const [first] = this.#call.turns;
    const fromUs = Math.max(0, (first?.fromUs ?? 0) - 400_000);
    return kept({ fromUs, untilUs: fromUs + 9_000_000 }, this.#call.endUs);
  }

  #step(by: 1 | -1): void {
    const middle = (this.#view.fromUs + this.#view.untilUs) / 2;
    const { turns } = this.#call;
    const current = turns.findLastIndex(({ fromUs }) => fromUs <= middle);
    const turn = turns[Math.min(turns.length - 1, Math.max(0, current + by))];
    if (turn !== undefined) this.lookAtTurn(turn.act);
  }

  #usAt(event: MouseEvent, whole = false): number {
    const { left, width } = this.#canvas.getBoundingClientRect();
    const titlePx = this.#titlePx(width);
    const share = (event.clientX - left - titlePx) / (width - titlePx);
    const { fromUs, untilUs } = whole ? { fromUs: 0, untilUs: this.#call.endUs } : this.#view;
    return Math.min(Math.max(0, fromUs + share * (untilUs - fromUs)), this.#call.endUs);
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', (event) => this.#press(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointerup', (event) => this.#release(event));
    canvas.addEventListener('pointercancel', () => {
      this.#drag = undefined;
    });
    canvas.addEventListener('dblclick', (event) => {
      const us = this.#usAt(event);
      const turn = this.#call.turns.findLast(({ fromUs }) => fromUs <= us);
      if (turn !== undefined) this.lookAtTurn(turn.act);
    });
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.redraw()).observe(canvas.parentElement ?? canvas);
  }

  #press(event: PointerEvent): void {
    const inOverview = event.offsetY < OVERVIEW_PX;
    if (inOverview) {
      const us = this.#usAt(event, true);
      const half = (this.#view.untilUs - this.#view.fromUs) / 2;
      this.look({ fromUs: us - half, untilUs: us + half });
    }
    if (event.pointerType === 'mouse') this.#canvas.setPointerCapture(event.pointerId);
    this.#drag = { x: event.clientX, view: this.#view, moved: inOverview };
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag !== undefined) {
      const { width } = this.#canvas.getBoundingClientRect();
      const share = (drag.x - event.clientX) / (width - this.#titlePx(width));
      if (Math.abs(drag.x - event.clientX) > 3) drag.moved = true;
      if (drag.moved && event.offsetY >= OVERVIEW_PX) {
        this.look(moved(drag.view, share, this.#call.endUs));
        return;
      }
    }
    this.#cursor = { ...this.#cursor, atUs: this.#usAt(event) };
    this.redraw();
  }

  #release(event: PointerEvent): void {
    if (this.#drag?.moved === false) {
      const atUs = this.#usAt(event);
      this.#cursor = { atUs, heldUs: this.#cursor.heldUs === undefined ? atUs : undefined };
      this.redraw();
    }
    this.#drag = undefined;
  }

  /** The wheel alone scrolls the page, as everywhere. */
  #wheel(event: WheelEvent): void {
    const { endUs } = this.#call;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.look(zoomed(this.#view, Math.exp(event.deltaY * 0.002), this.#usAt(event), endUs));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      const by = event.deltaX === 0 ? event.deltaY : event.deltaX;
      this.look(moved(this.#view, by / 1_000, endUs));
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = KEYS[event.key.toLowerCase()];
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (direction !== 0) this.#walk(direction, event.shiftKey);
    else if (event.key.toLowerCase() === 'm') this.#hold();
    else if (action !== undefined) this.act(action);
    else return;
    event.preventDefault();
    this.#say();
  }

  #hold(): void {
    const { atUs, heldUs } = this.#cursor;
    this.#cursor = { atUs, heldUs: heldUs === undefined ? atUs : undefined };
    this.redraw();
  }

  #walk(direction: 1 | -1, toEvent: boolean): void {
    const width = this.#view.untilUs - this.#view.fromUs;
    const from = this.#cursor.atUs ?? (this.#view.fromUs + this.#view.untilUs) / 2;
    const events = toEvent ? eventsOf(this.#layout) : [];
    const event = direction > 0 ? events.find((us) => us > from) : events.findLast((us) => us < from);
    const next = toEvent ? (event ?? from) : from + (direction * width) / 100;
    const atUs = Math.min(Math.max(0, next), this.#call.endUs);
    this.#cursor = { ...this.#cursor, atUs };
    this.look(following(this.#view, atUs, this.#call.endUs));
  }

  #say(): void {
    const live = document.getElementById('live');
    const { atUs } = this.#cursor;
    if (live === null || atUs === undefined) return;
    const lines = readAt(this.#layout, this.#view, atUs).map(({ title, text }) => `${title}: ${text}`);
    live.textContent = [headOf(this.#cursor), ...lines].join('. ');
  }
}

const KEYS: Readonly<Record<string, string>> = {
  arrowup: 'in',
  arrowdown: 'out',
  '+': 'in',
  '=': 'in',
  '-': 'out',
  w: 'in',
  s: 'out',
  a: 'left',
  d: 'right',
  p: 'previous',
  n: 'next',
  '0': 'all',
  home: 'all',
};
