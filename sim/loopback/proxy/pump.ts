// One direction of a proxied connection: what one socket says goes into a modelled stream, and comes
// out of the other socket when the model has delivered it: bytes, the end, or a reset, in that order.
// Bounded: a source whose bytes are not taken is not read any further.
import type { Socket } from 'node:net';
import type { Stream } from '#sim/network/stream.ts';

/** Read from the source and not yet taken by the sink; beyond it, the source's own kernel holds them. */
const HELD_BYTES_MAX = 1 << 20;
/** One segment: a large read must not arrive all at once with its last byte. */
const SLICE_BYTES = 1_448;
/** An end and a reset take part in the order of bytes like one of them. */
const END_BYTES = 1;

export class Pump {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #stream: Stream;
  #flyingBytes = 0;
  #ended = false;

  /** Begins at once; both sockets must allow one side to end before the other. */
  constructor(source: Socket, sink: Socket, stream: Stream) {
    this.#source = source;
    this.#sink = sink;
    this.#stream = stream;
    source.on('data', (data: Buffer) => this.#carry(data));
    source.on('end', () => this.#finish(() => sink.end()));
    source.on('close', () => this.#finish(() => sink.resetAndDestroy()));
    sink.on('drain', () => this.#balance());
    // Whoever had said its last word, and then does not take the other's, is gone.
    sink.on('close', () => {
      if (!this.#ended && sink.readableEnded) source.resetAndDestroy();
    });
  }

  #carry(data: Buffer): void {
    for (let start = 0; start < data.length; start += SLICE_BYTES) {
      const slice = data.subarray(start, start + SLICE_BYTES);
      this.#flyingBytes += slice.length;
      this.#stream.write(slice.length, this.#land, slice);
    }
    this.#balance();
  }

  readonly #land = (slice: Buffer): void => {
    this.#flyingBytes -= slice.length;
    if (this.#sink.writable) this.#sink.write(slice);
    this.#balance();
  };

  /** Once, after all that was said before; a source that closes without an end was cut off. */
  #finish(then: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.write(END_BYTES, then, undefined);
  }

  #balance(): void {
    const held = this.#flyingBytes + this.#sink.writableLength;
    if (held > HELD_BYTES_MAX) this.#source.pause();
    else if (held <= HELD_BYTES_MAX / 2 && this.#source.isPaused()) this.#source.resume();
  }
}
