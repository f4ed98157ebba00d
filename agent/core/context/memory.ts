// What stays before the model after it has left the window: facts that were pinned, word for word, and a
// summary of the oldest messages. It promises to be bounded, oldest of the agent's own findings out first,
// and writes itself as a part of the system prompt.
import { firstChars } from '../excerpt.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import type { Micros } from '../time.ts';
import { importantIn } from './important.ts';
import type { Recollection } from './window.ts';

export type Pin = { readonly by: 'app' | 'agent'; readonly text: string };

/** Which of the messages, by their number in the whole call, a summary tells: all before `until`. */
export type Summary = { readonly text: string; readonly until: number };

/** How what a caller said is quoted: in a pin, and in a summary by whoever writes one as it is asked to. */
export const CALLER_SAID = 'The caller said: ';

export class Memory {
  readonly #outlet: Outlet;
  #pins: Pin[] = [];
  #summary: Summary | undefined;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  get summary(): Summary | undefined {
    return this.#summary;
  }

  /** What is kept, oldest first. */
  get pins(): readonly Pin[] {
    return this.#pins;
  }

  /** What another process kept of the same call; nothing is noted of it again. */
  restore(pins: readonly Pin[], summary: Summary | undefined): void {
    this.#pins = pins
      .slice(-LIMITS.pinsMax)
      .map(({ by, text }) => ({ by, text: firstChars(text, LIMITS.pinCharsMax) }));
    this.#summary = summary;
  }

  /** A later summary contains the one before it. */
  summarised(summary: Summary): void {
    this.#summary = summary;
  }

  /** Keeps a fact of the app's. Blank text is nothing, and one that is known stays where it is. */
  pin(now: Micros, text: string): void {
    this.#keep(now, { by: 'app', text: text.trim() });
  }

  /** Keeps what is important in the caller's words. */
  notice(now: Micros, text: string): void {
    for (const sentence of importantIn(text)) this.#keep(now, { by: 'agent', text: CALLER_SAID + sentence });
  }

  /** As text for the model. What the app pinned was perhaps never said: that goes always. */
  get recollection(): Recollection {
    const pinned = (who: Pin['by']) => this.#pins.flatMap(({ by, text }) => (by === who ? [text] : []));
    const under = (head: string, lines: readonly string[]) => (lines.length === 0 ? [] : [head, ...lines]);
    const summary = this.#summary === undefined ? [] : [this.#summary.text];
    const beyond = [
      under('What the caller wants to be remembered:', pinned('agent')).join('\n'),
      under('Earlier in this call, in short:', summary).join('\n'),
    ];
    return {
      always: under('Facts to keep in mind:', pinned('app')).join('\n'),
      beyond: beyond.filter((part) => part !== '').join('\n\n'),
    };
  }

  #keep(now: Micros, pin: Pin): void {
    const text = firstChars(pin.text, LIMITS.pinCharsMax);
    if (text === '' || this.#pins.some((known) => known.text === text)) return;
    const full = this.#pins.length >= LIMITS.pinsMax;
    const oldest = this.#pins.find(({ by }) => by === 'agent') ?? this.#pins[0];
    if (full) this.#pins = this.#pins.filter((known) => known !== oldest);
    this.#pins.push({ ...pin, text });
    this.#outlet.note(now, { what: 'pinned', by: pin.by, text });
  }
}
