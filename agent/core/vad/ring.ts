// The last moments of audio before speech was confirmed: what the recogniser must hear as well, or
// the first syllable is lost. Whoever fills it says how much is still needed; whole chunks that
// lie before that fall out.

export class PaddingRing {
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** Keeps the newest `bytesMin` bytes, and the rest of the chunk in which they begin. */
  trim(bytesMin: number): void {
    for (let oldest = this.#chunks[0]; oldest !== undefined; oldest = this.#chunks[0]) {
      if (this.#bytes - oldest.length < bytesMin) return;
      this.#chunks.shift();
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
