// The audio that no final transcript has answered yet, so that it can be said again on a new
// connection. Positions are bytes since the session began. It holds at most `bytesMax`; beyond that
// the oldest audio goes first, because the newest words are the ones the caller waits for.

const COMPACT_AFTER = 1_024;

export class AudioBacklog {
  readonly #bytesMax: number;
  #chunks: Uint8Array[] = [];
  #head = 0;
  #start = 0;
  #end = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Position of the first byte kept. */
  get start(): number {
    return this.#start;
  }

  /** Position after the last byte taken. */
  get end(): number {
    return this.#end;
  }

  push(pcm: Uint8Array): void {
    this.#chunks.push(pcm);
    this.#end += pcm.length;
    while (this.#end - this.#start > this.#bytesMax) this.#shift();
  }

  /** Lets go of the chunks that lie wholly before `position`. */
  answered(position: number): void {
    for (let first = this.#chunks[this.#head]; first !== undefined; first = this.#chunks[this.#head]) {
      if (this.#start + first.length > position) return;
      this.#shift();
    }
  }

  /** The chunks kept, oldest first. */
  kept(): readonly Uint8Array[] {
    return this.#chunks.slice(this.#head);
  }

  #shift(): void {
    this.#start += this.#chunks[this.#head]?.length ?? 0;
    this.#head += 1;
    // Moving the rest down once in a thousand keeps both the memory and the cost of a shift flat.
    if (this.#head >= COMPACT_AFTER || this.#head === this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
  }
}
