// Cuts audio for players that only play whole blocks of 128 samples: the stock client's worklet loses
// up to 127 trailing samples of a reply otherwise. What does not fill a block waits for more audio or
// for `flush`, which pads it with silence. Less than one block is held at any time.
import { assert } from '../../core/assert.ts';

/** 128 samples of s16le: 5.33 ms at 24 kHz. Measured in websocket-transport 1.7.1's stream_processor. */
export const BLOCK_BYTES = 256;

/** Largest chunk: 4 096 samples. A message of a client's link should not occupy it for long. */
const CHUNK_BYTES_MAX = 32 * BLOCK_BYTES;

export class BlockChunker {
  readonly #send: (pcm: Uint8Array) => void;
  readonly #chunk = new Uint8Array(CHUNK_BYTES_MAX);
  #length = 0;

  /** `send` gets whole blocks; it must be done with the bytes when it returns. */
  constructor(send: (pcm: Uint8Array) => void) {
    this.#send = send;
  }

  push(pcm: Uint8Array): void {
    assert(pcm.length % 2 === 0, 'audio for a client must be whole 16-bit samples');
    for (let at = 0; at < pcm.length; ) {
      const piece = pcm.subarray(at, at + CHUNK_BYTES_MAX - this.#length);
      this.#chunk.set(piece, this.#length);
      this.#length += piece.length;
      at += piece.length;
      this.#sendBlocks();
    }
  }

  /** Sends what is held, padded with silence to a whole block. */
  flush(): void {
    if (this.#length === 0) return;
    this.#chunk.fill(0, this.#length, BLOCK_BYTES);
    this.#length = BLOCK_BYTES;
    this.#sendBlocks();
  }

  #sendBlocks(): void {
    const whole = this.#length - (this.#length % BLOCK_BYTES);
    if (whole === 0) return;
    this.#send(this.#chunk.subarray(0, whole));
    this.#chunk.copyWithin(0, whole, this.#length);
    this.#length -= whole;
  }
}
