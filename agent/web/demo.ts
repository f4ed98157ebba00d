// The script beside the conversation, where the agent runs on emulators: which scenarios there are, the
// lines to say, which of them is due, and the recordings that can say them. The emulated recogniser is told
// the same.
import { byId, made } from './dom.ts';

export type PlayedLine = {
  readonly text: string;
  readonly interrupts?: { readonly afterMs: number };
  readonly answers: readonly string[];
};

type Play = { readonly name: string; readonly about: string; readonly lines: readonly PlayedLine[] };

export type Reading = 'clip' | 'voice';

export class Demo {
  readonly #plays: readonly Play[];
  readonly #sayLine: (index: number) => void;
  #play: Play;
  #due = 0;

  private constructor(plays: readonly Play[], first: Play, sayLine: (index: number) => void) {
    this.#plays = plays;
    this.#play = first;
    this.#sayLine = sayLine;
    const select = byId<HTMLSelectElement>('play');
    select.replaceChildren(...plays.map(({ name }) => new Option(name, name)));
    select.addEventListener('change', () => this.#choose(select.value));
    this.#draw();
  }

  /** Rejects when the agent does not tell its scenarios. `sayLine`: the reader wants to hear a line said. */
  static async load(sayLine: (index: number) => void): Promise<Demo> {
    const { plays } = (await (await fetch('/demo')).json()) as { readonly plays: readonly Play[] };
    const [first] = plays;
    if (first === undefined) throw new Error('there are no scenarios');
    return new Demo(plays, first, sayLine);
  }

  get lines(): readonly PlayedLine[] {
    return this.#play.lines;
  }

  /** Line `index` is due: in the list, and for the recogniser of `session`. */
  async cue(session: string, index: number, reading: Reading): Promise<void> {
    this.due = index;
    const body = JSON.stringify({ session, play: this.#play.name, line: index, reading });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/demo/cue', { method: 'POST', headers, body });
    if (!response.ok) throw new Error('The emulators do not know this line.');
  }

  async recordingOf(index: number, context: AudioContext): Promise<AudioBuffer> {
    const response = await fetch(`/demo/take/${this.#play.name}/${index}`);
    if (!response.ok) throw new Error('There is no recording of this line.');
    return context.decodeAudioData(await response.arrayBuffer());
  }

  /** What the caller was understood to say: the line after it is due. */
  heard(text: string): void {
    const at = this.lines.findIndex(
      (line, index) => index >= this.#due && wordsOf(text).endsWith(wordsOf(line.text)),
    );
    if (at >= 0) this.due = at + 1;
  }

  set due(index: number) {
    this.#due = index;
    this.#mark();
  }

  set locked(locked: boolean) {
    byId<HTMLSelectElement>('play').disabled = locked;
  }

  #choose(name: string): void {
    this.#play = this.#plays.find((play) => play.name === name) ?? this.#play;
    this.#due = 0;
    this.#draw();
  }

  #draw(): void {
    byId('about').textContent = this.#play.about;
    const items = this.lines.map((line, index) => {
      const button = made('button', 'line-say', '▶');
      button.type = 'button';
      button.setAttribute('aria-label', `Let the recording say: ${line.text}`);
      button.title = 'Let the recording say it';
      button.addEventListener('click', () => this.#sayLine(index));
      const text = made('span', 'line-text', line.text);
      if (line.interrupts !== undefined) text.append(' ', made('span', 'flag', 'interrupts'));
      return made('li', 'line', text, button);
    });
    byId('lines').replaceChildren(...items);
    this.#mark();
  }

  #mark(): void {
    for (const [index, item] of [...byId('lines').children].entries()) {
      item.classList.toggle('said', index < this.#due);
      if (index === this.#due) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
    }
    const list = byId('lines');
    const due = list.children[this.#due];
    if (due instanceof HTMLElement) list.scrollTop = due.offsetTop - list.clientHeight / 3;
  }
}

const wordsOf = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []).join(' ');
