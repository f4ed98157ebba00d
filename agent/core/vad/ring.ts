// The last moments of audio before speech was confirmed: what the recogniser must hear as well, or
// the first syllable is lost. Bounded by time; the oldest chunk falls out.

export class PaddingRing {
  readonly #bytesMax: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes > this.#bytesMax) {
      const oldest = this.#chunks.shift();
      if (oldest === undefined) return;
      this.#bytes -= oldest.length;
    }
  }

  /** Takes everything out, oldest first. */
  drain(): readonly Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    return chunks;
  }
}
