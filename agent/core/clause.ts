// Where streamed text may be cut for the voice: after a finished sentence, and, for the first piece of a
// reply, already after a first clause, or anywhere between words once that has been waited for long
// enough, so that the caller hears something sooner. A cut needs the white space behind it, so numbers
// (3.5), times (10:30), addresses and abbreviations stay whole. Text without any such place is cut at its
// bound.
import { wholeCharacters } from './excerpt.ts';
import { LIMITS } from './limit.ts';
import type { VoiceSettings } from './setting.ts';

export type ClauseSettings = Omit<VoiceSettings, 'capMs'>;

const SENTENCE_END = /[.!?…]["'”’)\]*_]*$/;
const ABBREVIATION =
  /(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nr|vs|etc|approx|ca|e\.g|i\.e|a\.m|p\.m|(?:[A-Z]\.)*[A-Z])\.$/;
/** The number of a list's point. */
const POINT = /(?:^|\n)\s*\d{1,3}\.$/;
/** Digits in groups are one number. */
const DIGITS_BEFORE = /[\d+)][.,:]?$/;
const DIGITS_AFTER = /^\s*[\d(+]/;
/** Words of a first piece that nothing but its delay makes one. */
const CAPPED_WORDS = 2;

export class ClauseSplitter {
  readonly #settings: ClauseSettings;
  #held = '';
  #first = true;
  #capped = false;
  /** The last piece ended a sentence: a reply may stop there. */
  #finished = false;

  constructor(settings: ClauseSettings) {
    this.#settings = settings;
  }

  /** Adds streamed text; returns the pieces that are now complete, in order. */
  push(text: string): readonly string[] {
    this.#held += text;
    return this.#pieces();
  }

  /** The first piece has been waited for long enough: what there is of it, if anything can be spoken. */
  cap(): readonly string[] {
    this.#capped = true;
    return this.#pieces();
  }

  /**
   * The rest, when no more text follows; undefined when there is none. When the text was `cut`
   * short, the rest is left out if a sentence was finished before it and it does not finish one.
   */
  end(cut = false): string | undefined {
    const rest = this.#held.trim();
    const leftOut = cut && this.#finished && !SENTENCE_END.test(rest);
    this.#held = '';
    this.#first = true;
    this.#capped = false;
    this.#finished = false;
    return rest === '' || leftOut ? undefined : rest;
  }

  #pieces(): readonly string[] {
    const pieces: string[] = [];
    for (let cut = this.#cut(); cut > 0; cut = this.#cut()) {
      const piece = this.#held.slice(0, cut).trim();
      pieces.push(piece);
      this.#finished = SENTENCE_END.test(piece);
      this.#held = this.#held.slice(cut).trimStart();
      this.#first = false;
    }
    return pieces;
  }

  /** Length of the piece that can be spoken now; 0 when there is none yet. */
  #cut(): number {
    const held = this.#held;
    const last = Math.min(held.length - 1, LIMITS.pieceCharsMax);
    for (let at = 0; at < last; at += 1) {
      if (isSpace(held.charCodeAt(at + 1)) && this.#mayEnd(held.slice(0, at + 1))) return at + 1;
    }
    if (this.#first && this.#capped) {
      const cut = lastGap(held);
      if (cut > 0) return cut;
    }
    if (held.length <= LIMITS.pieceCharsMax) return 0;
    const space = held.lastIndexOf(' ', LIMITS.pieceCharsMax);
    return space > 0 ? space : wholeCharacters(held, LIMITS.pieceCharsMax);
  }

  #mayEnd(before: string): boolean {
    const { first, clauseWordsMin, sentenceCharsMin } = this.#settings;
    if (SENTENCE_END.test(before)) {
      return !ABBREVIATION.test(before) && !POINT.test(before) && before.length >= sentenceCharsMin;
    }
    if (!this.#first || first !== 'clause' || !/[,;:–—]$/.test(before)) return false;
    return wordCount(before) >= clauseWordsMin;
  }
}

/** The last place between two words where nothing is torn apart; 0 for none. */
function lastGap(held: string): number {
  for (let at = held.search(/\s\S*$/); at > 0; at = held.slice(0, at).search(/\s\S*$/)) {
    const before = held.slice(0, at).trimEnd();
    if (wordCount(before) < CAPPED_WORDS) return 0;
    const torn = DIGITS_BEFORE.test(before) && DIGITS_AFTER.test(held.slice(at));
    // Digits at the very end may still go on behind the space.
    const open = DIGITS_BEFORE.test(before) && held.slice(at).trim() === '';
    if (!torn && !open && !ABBREVIATION.test(before) && !POINT.test(before)) return before.length;
  }
  return 0;
}

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 9 || code === 13;
const wordCount = (text: string): number => text.trim().split(/\s+/).length;
