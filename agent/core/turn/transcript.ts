// The words of one turn as they come: settled ones, which only grow, and the guess behind them, which
// each new guess replaces. What is said over the agent can be taken out again, as if never said. Bounded:
// what is longer loses its beginning, and says how much.
import { lastChars } from '../excerpt.ts';
import { LIMITS } from '../limit.ts';
import { type Micros, ms } from '../time.ts';
import { wordsOf } from './shape.ts';

/** Speech so short holds no word: the words before it are still all there are. */
const WORD_US: Micros = ms(250);

type Settled = { readonly text: string; readonly trimmed: number; readonly hasNew: boolean };

const NOTHING: Settled = { text: '', trimmed: 0, hasNew: false };

export class Transcript {
  #settled = NOTHING;
  #guess = '';
  /** The guess that has counted as said, in place of a final transcript that may still come. */
  #assumed = '';
  /** What there was when the words began that may have to be taken out again. */
  #before: Settled | undefined;
  #behind = false;
  #speechSinceUs: Micros = 0;

  /** All words so far, the unsettled ones last. */
  get text(): string {
    return joined(this.#settled.text, this.#guess);
  }

  /** Of these, the words since `begin`; all of them without one. */
  get latest(): string {
    const before = this.#before?.text ?? '';
    const { text } = this.#settled;
    return joined((text.startsWith(before) ? text.slice(before.length) : text).trim(), this.#guess);
  }

  /** The caller has said something of which no word is here yet. */
  get isBehind(): boolean {
    return this.#behind;
  }

  /** There is no guess. */
  get isSettled(): boolean {
    return this.#guess === '';
  }

  /** Something was said since the last `take`, however little of it is settled. */
  get hasNew(): boolean {
    return this.#settled.hasNew;
  }

  speechBegan(atUs: Micros): void {
    this.#behind = true;
    this.#speechSinceUs = atUs;
  }

  speechEnded(atUs: Micros): void {
    this.#behind &&= atUs - this.#speechSinceUs > WORD_US;
  }

  /** What is settled from here on may be taken out again, until `keepAll`. */
  begin(): void {
    this.#before = this.#settled;
  }

  /** It was meant for the agent. */
  keepAll(): void {
    this.#before = undefined;
  }

  /** It was not: as if nothing had been said since `begin`. */
  undo(): void {
    this.#settled = this.#before ?? this.#settled;
    this.#before = undefined;
    this.#guess = '';
  }

  /** Settled text; it replaces the guess. Text without words settles nothing. */
  settle(piece: string): void {
    const words = piece.trim();
    this.#guess = '';
    if (words === '') return;
    this.#assumed = '';
    this.#settled = { ...longer(this.#settled, words), hasNew: true };
    this.#behind = false;
  }

  /**
   * Settled words that nobody waits for: they belong to the turn under way or the next one. What has been
   * answered already as a guess at them is not said twice.
   */
  keep(late: string): void {
    const words = beyond(late, this.#assumed);
    this.#assumed = '';
    if (words === '') return;
    this.#settled = longer(this.#settled, words);
    if (this.#before !== undefined) this.#before = longer(this.#before, words);
  }

  guess(text: string): void {
    this.#guess = lastChars(text.trim(), LIMITS.messageCharsMax);
    this.#behind &&= this.#guess === '';
  }

  /** The guess has been waited for in vain and counts as said. False when there is none. */
  settleGuess(): boolean {
    const guess = this.#guess;
    this.settle(guess);
    this.#assumed = guess;
    return guess !== '';
  }

  /** The turn is over: its words, and what they lost at their beginning. Starts anew. */
  take(): { readonly text: string; readonly trimmed: number } {
    const { text, trimmed } = this.#settled;
    this.#settled = NOTHING;
    this.#before = undefined;
    this.#guess = '';
    return { text, trimmed };
  }
}

function longer(settled: Settled, words: string): Settled {
  const whole = joined(settled.text, words);
  const text = lastChars(whole, LIMITS.messageCharsMax);
  return { ...settled, text, trimmed: settled.trimmed + whole.length - text.length };
}

/** What `text` says after the words that it begins with; all of it when it begins with others. */
function beyond(text: string, words: string): string {
  const [all, known] = [wordsOf(text), wordsOf(words)];
  if (known.length === 0 || known.some((word, at) => all[at] !== word)) return text;
  return text.trim().split(/\s+/).slice(known.length).join(' ');
}

const joined = (before: string, after: string): string =>
  before === '' || after === '' ? `${before}${after}` : `${before} ${after}`;
