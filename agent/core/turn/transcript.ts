// The words of one turn as they come: settled ones, which only grow, and the guess behind them, which
// each new guess replaces. Bounded: what is longer loses its beginning, and says how much.
import { lastChars } from '../excerpt.ts';
import { LIMITS } from '../limit.ts';

export class Transcript {
  #settled = '';
  #guess = '';
  #trimmed = 0;
  #hasNew = false;

  /** All words so far, the unsettled ones last. */
  get text(): string {
    return joined(this.#settled, this.#guess);
  }

  get settled(): string {
    return this.#settled;
  }

  /** Something was said since the last `take`, however little of it is settled. */
  get hasNew(): boolean {
    return this.#hasNew;
  }

  /** Settled text; it replaces the guess. False when there were no words in it. */
  settle(piece: string): boolean {
    const words = piece.trim();
    this.#guess = '';
    if (words === '') return false;
    this.#hasNew = true;
    this.keep(words);
    return true;
  }

  /** Settled words that nobody waits for: they belong to the turn under way or the next one. */
  keep(words: string): void {
    const whole = joined(this.#settled, words);
    this.#settled = lastChars(whole, LIMITS.messageCharsMax);
    this.#trimmed += whole.length - this.#settled.length;
  }

  guess(text: string): void {
    this.#guess = lastChars(text.trim(), LIMITS.messageCharsMax);
  }

  /** The guess has been waited for in vain and counts as said. */
  settleGuess(): void {
    this.settle(this.#guess);
  }

  /** The turn is over: its words, and what they lost at their beginning. Starts anew. */
  take(): { readonly text: string; readonly trimmed: number } {
    const taken = { text: this.#settled, trimmed: this.#trimmed };
    this.clear();
    return taken;
  }

  clear(): void {
    this.#settled = '';
    this.#guess = '';
    this.#trimmed = 0;
    this.#hasNew = false;
  }
}

const joined = (before: string, after: string): string =>
  before === '' || after === '' ? `${before}${after}` : `${before} ${after}`;
