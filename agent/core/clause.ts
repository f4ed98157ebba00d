// Where streamed text may be cut for the voice: after a finished sentence, and, for the first piece
// of a reply, already after a first clause, so that the caller hears something sooner. A cut needs
// the white space behind it, so numbers (3.5), times (10:30) and abbreviations stay whole. Text without
// any such place is cut at its bound.
import { wholeCharacters } from './excerpt.ts';
import { LIMITS } from './limit.ts';

/** Words before a comma that make a first clause worth speaking on its own. */
const FIRST_CLAUSE_WORDS = 4;
const SENTENCE_END = /[.!?…]["'”’)\]]*$/;
const ABBREVIATION = /(?:^|\s)(?:Mr|Mrs|Ms|Dr|St|No|vs|etc|e\.g|i\.e|a\.m|p\.m|[A-Z])\.$/;

export class ClauseSplitter {
  #held = '';
  #first = true;
  /** The last piece ended a sentence: a reply may stop there. */
  #finished = false;

  /** Adds streamed text; returns the pieces that are now complete, in order. */
  push(text: string): readonly string[] {
    this.#held += text;
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

  /**
   * The rest, when no more text follows; undefined when there is none. When the text was `cut`
   * short, the rest is left out if a sentence was finished before it and it does not finish one.
   */
  end(cut = false): string | undefined {
    const rest = this.#held.trim();
    const leftOut = cut && this.#finished && !SENTENCE_END.test(rest);
    this.#held = '';
    this.#first = true;
    this.#finished = false;
    return rest === '' || leftOut ? undefined : rest;
  }

  /** Length of the piece that can be spoken now; 0 when there is none yet. */
  #cut(): number {
    const held = this.#held;
    const last = Math.min(held.length - 1, LIMITS.pieceCharsMax);
    for (let at = 0; at < last; at += 1) {
      if (!isSpace(held.charCodeAt(at + 1))) continue;
      const character = held.charAt(at);
      const before = held.slice(0, at + 1);
      if ('.!?…'.includes(character) && !ABBREVIATION.test(before)) return at + 1;
      if (this.#first && ',;:–—'.includes(character) && wordCount(before) >= FIRST_CLAUSE_WORDS) {
        return at + 1;
      }
    }
    if (held.length <= LIMITS.pieceCharsMax) return 0;
    const space = held.lastIndexOf(' ', LIMITS.pieceCharsMax);
    return space > 0 ? space : wholeCharacters(held, LIMITS.pieceCharsMax);
  }
}

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 9 || code === 13;
const wordCount = (text: string): number => text.trim().split(/\s+/).length;
