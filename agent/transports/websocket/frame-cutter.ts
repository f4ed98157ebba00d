// Cuts audio into the frames of a codec, which takes nothing else. What does not fill a frame waits for
// more audio or for `flush`, which completes it with silence. Less than one frame is held at any time.
import { assert } from '../../core/assert.ts';

export class FrameCutter {
  readonly #send: (frame: Uint8Array) => void;
  readonly #frame: Uint8Array;
  #length = 0;

  /** `send` gets whole frames of `samples` samples; it must be done with the bytes when it returns. */
  constructor(samples: number, send: (frame: Uint8Array) => void) {
    this.#frame = new Uint8Array(2 * samples);
    this.#send = send;
  }

  push(pcm: Uint8Array): void {
    assert(pcm.length % 2 === 0, 'audio for a client must be whole 16-bit samples');
    for (let at = 0; at < pcm.length; ) {
      const piece = pcm.subarray(at, at + this.#frame.length - this.#length);
      this.#frame.set(piece, this.#length);
      this.#length += piece.length;
      at += piece.length;
      if (this.#length === this.#frame.length) this.#sendFrame();
    }
  }

  /** Sends what is held, completed with silence. */
  flush(): void {
    if (this.#length === 0) return;
    this.#frame.fill(0, this.#length);
    this.#sendFrame();
  }

  #sendFrame(): void {
    this.#length = 0;
    this.#send(this.#frame);
  }
}
