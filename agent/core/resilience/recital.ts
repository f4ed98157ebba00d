// The text of one reply and how far it has sounded: what another voice must still say when this one falls
// silent in the middle. Counted in words, because they are what a voice reports and a caller hears.

export class RecitalText {
  readonly #pieces: string[] = [];
  #voiced = 0;
  #chars = 0;

  add(piece: string): void {
    this.#pieces.push(piece);
    this.#chars += piece.length;
  }

  /** One more word has sounded to its end. */
  wordVoiced(): void {
    this.#voiced += 1;
  }

  get chars(): number {
    return this.#chars;
  }

  /** Words are left that have not sounded. */
  get open(): boolean {
    return this.rest().length > 0;
  }

  /** What has not sounded yet, in the pieces in which it came; the first begins with the next word. */
  rest(): readonly string[] {
    let skip = this.#voiced;
    const rest: string[] = [];
    for (const piece of this.#pieces) {
      const words = piece.split(/\s+/).filter((word) => word !== '');
      if (skip >= words.length) skip -= words.length;
      else {
        rest.push(skip === 0 ? piece : words.slice(skip).join(' '));
        skip = 0;
      }
    }
    return rest;
  }
}
