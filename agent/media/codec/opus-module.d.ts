// The part of @evan/opus that runs in WebAssembly, as far as it is used here: the package declares only
// its main module, which prefers native code where it finds some. `ctl` takes the numbers of opus_defines.h.

declare module '@evan/opus/wasm/index.mjs' {
  export class Encoder {
    constructor(options: { channels: 1 | 2; sample_rate: number; application: 'voip' | 'audio' });
    ctl(request: number, value?: number): number;
    encode(pcm: Uint8Array): Uint8Array;
    /** Frees its memory; it is of no use any more. */
    drop(): void;
  }

  export class Decoder {
    constructor(options: { channels: 1 | 2; sample_rate: number });
    decode(bytes: Uint8Array): Uint8Array;
    drop(): void;
  }
}
