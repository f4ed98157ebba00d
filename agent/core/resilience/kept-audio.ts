// The caller's audio that no final transcript has settled yet, so that a second recogniser can hear it
// from its beginning. Positions are bytes since the session began. Bounded: beyond that the oldest audio
// goes first, because the newest words are the ones the caller waits for.

type Piece = { readonly at: number; readonly pcm: Uint8Array };

export class KeptAudio {
  readonly #bytesMax: number;
  #pieces: Piece[] = [];
  #end = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Position after the last byte taken. */
  get end(): number {
    return this.#end;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  push(pcm: Uint8Array): void {
    this.#pieces.push({ at: this.#end, pcm });
    this.#end += pcm.length;
    while (this.#end - (this.#pieces[0]?.at ?? this.#end) > this.#bytesMax) this.#pieces.shift();
  }

  /** Lets go of what lies before `position`. */
  settled(position: number): void {
    this.#pieces = this.#pieces.filter(({ at, pcm }) => at + pcm.length > position);
  }

  /** Oldest first. */
  get pieces(): readonly Piece[] {
    return this.#pieces;
  }
}
