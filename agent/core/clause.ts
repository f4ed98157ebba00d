// Where streamed text may be cut for the voice: after a finished sentence, and, for the first piece
// of a reply, already after a first clause, so that the caller hears something sooner. A cut needs
// the white space behind it, so numbers (3.5), times (10:30) and abbreviations stay whole.

/** Words before a comma that make a first clause worth speaking on its own. */
const FIRST_CLAUSE_WORDS = 4;
/** A piece without any boundary is cut at a space here, far above any spoken sentence. */
const PIECE_CHARS_MAX = 400;
const ABBREVIATION = /(?:^|\s)(?:Mr|Mrs|Ms|Dr|St|No|vs|etc|e\.g|i\.e|a\.m|p\.m|[A-Z])\.$/;

export class ClauseSplitter {
  #held = '';
  #first = true;

  /** Adds streamed text; returns the pieces that are now complete, in order. */
  push(text: string): readonly string[] {
    this.#held += text;
    const pieces: string[] = [];
    for (let cut = this.#cut(); cut > 0; cut = this.#cut()) {
      pieces.push(this.#held.slice(0, cut).trim());
      this.#held = this.#held.slice(cut).trimStart();
      this.#first = false;
    }
    return pieces;
  }

  /** The rest, when no more text follows; undefined when there is none. */
  end(): string | undefined {
    const rest = this.#held.trim();
    this.#held = '';
    this.#first = true;
    return rest === '' ? undefined : rest;
  }

  /** Length of the piece that can be spoken now; 0 when there is none yet. */
  #cut(): number {
    const held = this.#held;
    for (let at = 0; at < held.length - 1; at += 1) {
      if (!isSpace(held.charCodeAt(at + 1))) continue;
      const character = held.charAt(at);
      const before = held.slice(0, at + 1);
      if ('.!?…'.includes(character) && !ABBREVIATION.test(before)) return at + 1;
      if (this.#first && ',;:–—'.includes(character) && wordCount(before) >= FIRST_CLAUSE_WORDS) {
        return at + 1;
      }
    }
    return held.length > PIECE_CHARS_MAX ? held.lastIndexOf(' ', PIECE_CHARS_MAX) : 0;
  }
}

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 9 || code === 13;
const wordCount = (text: string): number => text.trim().split(/\s+/).length;
