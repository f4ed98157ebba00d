// Draws the conversation: an entry is drawn anew only when it has changed, and the list follows its end
// unless the reader has scrolled away.
import { made } from './dom.ts';
import type { Entry } from './transcript.ts';
import { waterfallOf } from './waterfall.ts';

export class TranscriptView {
  readonly #list: HTMLElement;
  readonly #drawn = new Map<number, { readonly element: HTMLElement; readonly key: string }>();

  constructor(list: HTMLElement) {
    this.#list = list;
    // Not every browser lets the keyboard scroll what holds nothing to press.
    if (list.parentElement !== null) list.parentElement.tabIndex = 0;
  }

  draw(entries: readonly Entry[]): void {
    const box = this.#list.parentElement ?? this.#list;
    const follows = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
    const known = new Set(entries.map(({ id }) => id));
    for (const [id, { element }] of this.#drawn) {
      if (known.has(id)) continue;
      element.remove();
      this.#drawn.delete(id);
    }
    for (const [index, entry] of entries.entries()) {
      const element = this.#elementOf(entry);
      if (this.#list.children[index] !== element)
        this.#list.insertBefore(element, this.#list.children[index] ?? null);
    }
    if (follows) box.scrollTop = box.scrollHeight;
  }

  #elementOf(entry: Entry): HTMLElement {
    const key = JSON.stringify(entry);
    const drawn = this.#drawn.get(entry.id);
    if (drawn?.key === key) return drawn.element;
    const element = drawn?.element ?? made('li', '');
    element.className = `entry ${entry.who}`;
    element.replaceChildren(...contentOf(entry));
    this.#drawn.set(entry.id, { element, key });
    return element;
  }
}

function contentOf(entry: Entry): readonly Node[] {
  const { who, text, pending, interrupted, stoppedMs } = entry;
  const words = made('p', 'words', text === '' ? '' : made('span', 'settled', text));
  if (pending !== '') {
    const rest = made(interrupted ? 's' : 'span', interrupted ? 'unheard' : 'pending', pending);
    words.append(text === '' || /\s$/.test(text) || /^\s/.test(pending) ? '' : ' ', rest);
  }
  const content: Node[] = [made('h3', 'who', who === 'caller' ? 'You' : 'Agent'), words];
  if (interrupted) {
    const stopped = stoppedMs === undefined ? '' : ` Silent ${Math.round(stoppedMs)} ms after you began.`;
    content.push(made('p', 'note', `Interrupted: the struck words were never heard.${stopped}`));
  }
  const waterfall = waterfallOf(entry);
  if (waterfall !== undefined) content.push(waterfall);
  return content;
}
