// Bytes of s16le as a vendor cuts them, joined to whole samples: an odd byte waits for the next piece.

export class SampleJoiner {
  #odd: Uint8Array | undefined;

  /** Whole samples only; empty when there are none yet. */
  push(data: Uint8Array): Uint8Array {
    const odd = this.#odd;
    this.#odd = undefined;
    let pcm = data;
    if (odd !== undefined) {
      pcm = new Uint8Array(odd.length + data.length);
      pcm.set(odd);
      pcm.set(data, odd.length);
    }
    if (pcm.length % 2 === 0) return pcm;
    this.#odd = pcm.slice(-1);
    return pcm.subarray(0, -1);
  }
}
