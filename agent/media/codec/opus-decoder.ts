// A decoder of Opus for a stream that loses packets: besides decoding what came, it restores the frame before
// from the coarse copy that a packet may carry (in-band FEC, RFC 6716 section 2.1.7). The package's own
// decoder cannot; this runs the same libopus, the same WebAssembly, in an instance of its own. Bytes that are
// no packet come back as undefined.

/** What of libopus is called; `memory` grows, so its buffer is asked for each time. */
type Libopus = {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(pointer: number): void;
  opus_decoder_get_size(channels: number): number;
  opus_decoder_init(decoder: number, rate: number, channels: number): number;
  opus_decode(
    decoder: number,
    packet: number,
    bytes: number,
    pcm: number,
    samplesMax: number,
    fec: number,
  ): number;
};

const PACKET_BYTES_MAX = 1_500;
/** 120 ms at 48 kHz, 16 bits. */
const PCM_BYTES_MAX = 2 * 5_760;

/** One instance of libopus, in which any number of decoders live. */
export class OpusLibrary {
  readonly #wasm: Libopus;
  readonly #packet: number;
  readonly #pcm: number;

  /** `exports` of the package's WebAssembly module. */
  constructor(exports: unknown) {
    this.#wasm = exports as Libopus;
    this.#packet = this.#wasm.malloc(PACKET_BYTES_MAX);
    this.#pcm = this.#wasm.malloc(PCM_BYTES_MAX);
  }

  /** For samples at `rate`: 8, 12, 16, 24 or 48 kHz. */
  decoder(rate: number): OpusDecoder {
    const pointer = this.#wasm.malloc(this.#wasm.opus_decoder_get_size(1));
    this.#wasm.opus_decoder_init(pointer, rate, 1);
    return new OpusDecoder(this, pointer);
  }

  /** `samples`: how many the copy restores; undefined decodes the packet itself. */
  decode(decoder: number, packet: Uint8Array, samples: number | undefined): Uint8Array | undefined {
    if (packet.length === 0 || packet.length > PACKET_BYTES_MAX) return undefined;
    const wasm = this.#wasm;
    new Uint8Array(wasm.memory.buffer).set(packet, this.#packet);
    const [most, fec] = samples === undefined ? [PCM_BYTES_MAX / 2, 0] : [samples, 1];
    const made = wasm.opus_decode(decoder, this.#packet, packet.length, this.#pcm, most, fec);
    if (made <= 0) return undefined;
    return new Uint8Array(wasm.memory.buffer).slice(this.#pcm, this.#pcm + 2 * made);
  }

  free(pointer: number): void {
    this.#wasm.free(pointer);
  }
}

export class OpusDecoder {
  readonly #library: OpusLibrary;
  #pointer: number | undefined;

  constructor(library: OpusLibrary, pointer: number) {
    this.#library = library;
    this.#pointer = pointer;
  }

  decode(packet: Uint8Array): Uint8Array | undefined {
    return this.#decode(packet, undefined);
  }

  /** The `samples` before `packet`, from its copy of them; decode the packet itself afterwards. */
  restore(packet: Uint8Array, samples: number): Uint8Array | undefined {
    return this.#decode(packet, samples);
  }

  /** Gives its memory back; nothing is decoded any more. */
  free(): void {
    if (this.#pointer !== undefined) this.#library.free(this.#pointer);
    this.#pointer = undefined;
  }

  #decode(packet: Uint8Array, samples: number | undefined): Uint8Array | undefined {
    return this.#pointer === undefined ? undefined : this.#library.decode(this.#pointer, packet, samples);
  }
}
