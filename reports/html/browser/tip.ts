// The explanation beside a number: on hover and on focus, closed by Escape, the same for numbers in
// sentences, tables and maps. In a table the arrow keys walk from number to number.
import type { Origin } from '../../compare/origin.ts';

const GAP_PX = 8;

export class Tip {
  readonly #explain: (origin: Origin) => readonly string[];
  readonly #box = document.getElementById('tip');
  readonly #live = document.getElementById('live');

  /** `explain`: the lines about a number, itself first. */
  constructor(explain: (origin: Origin) => readonly string[]) {
    this.#explain = explain;
    const body = document.body;
    body.addEventListener('mouseover', (event) => this.#enter(event.target));
    body.addEventListener('focusin', (event) => this.#enter(event.target));
    body.addEventListener('mouseout', (event) => this.#leave(event.target));
    body.addEventListener('focusout', (event) => this.#leave(event.target));
    body.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.hide();
      else walk(event);
    });
  }

  /** Shows the explanation beside a rectangle of the window; `aloud` also says its first lines. */
  show(origin: Origin, place: DOMRect, aloud = false): void {
    const box = this.#box;
    if (box === null) return;
    const lines = this.#explain(origin);
    box.replaceChildren(...lines.map(paragraph));
    box.hidden = false;
    const { width, height } = box.getBoundingClientRect();
    const left = Math.min(Math.max(GAP_PX, place.left), innerWidth - width - GAP_PX);
    const below = place.bottom + GAP_PX;
    const top = below + height > innerHeight ? place.top - height - GAP_PX : below;
    box.style.left = `${Math.max(GAP_PX, left)}px`;
    box.style.top = `${Math.max(GAP_PX, top)}px`;
    if (aloud && this.#live !== null) this.#live.textContent = lines.slice(0, 2).join('. ');
  }

  hide(): void {
    if (this.#box !== null) this.#box.hidden = true;
  }

  #enter(target: EventTarget | null): void {
    const number = numberAt(target);
    if (number === undefined) return;
    number.setAttribute('aria-describedby', 'tip');
    this.show(
      JSON.parse(number.dataset['origin'] ?? '["note",""]') as Origin,
      number.getBoundingClientRect(),
    );
  }

  #leave(target: EventTarget | null): void {
    const number = numberAt(target);
    if (number === undefined) return;
    number.removeAttribute('aria-describedby');
    this.hide();
  }
}

function paragraph(line: string): HTMLElement {
  const element = document.createElement('p');
  element.textContent = line;
  return element;
}

const numberAt = (target: EventTarget | null): HTMLElement | undefined =>
  target instanceof Element ? (target.closest<HTMLElement>('.num') ?? undefined) : undefined;

const STEPS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** From number to number of a table; into it from its frame. */
function walk(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const { target } = event;
  if (step === undefined || !(target instanceof HTMLElement)) return;
  const table = target.closest('.table');
  if (table === null) return;
  const rows = [...table.querySelectorAll('tr')]
    .map((row) => [...row.querySelectorAll<HTMLElement>('.num')])
    .filter((row) => row.length > 0);
  const at = rows.findIndex((row) => row.includes(target));
  const column = rows[at]?.indexOf(target) ?? 0;
  const next = at < 0 ? rows[0]?.[0] : rows[at + step[0]]?.[Math.max(0, column + step[1])];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
