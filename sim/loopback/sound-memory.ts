// How the laboratory's ears recognise what went through a real codec. They know words by their exact
// samples, and a codec leaves none as it was; so each sender's frames are decoded a second time here, as
// the receiver will decode them, and what comes out is remembered with what went in. Nothing is
// recognised that did not arrive: other bytes, or a frame left out, decode to sound that nobody knows.
import type { AudioCodec, MakeCodec } from '#agent/media/codec/codec.ts';
import type { CallerClientHooks } from '../caller/client/client.ts';
import { QUANTUM_BYTES, type Recogniser } from '../providers/ear.ts';

/** A minute of sound in the recogniser's quanta of 4 ms; what was decoded is heard within seconds. */
const QUANTA_MAX = 15_000;
const FRAMES_MAX = 3_000;

export class SoundMemory {
  /** What went in, by what came out. */
  readonly #frames = new Map<string, Uint8Array>();
  readonly #quanta = new Map<string, Uint8Array>();

  /** `make` with each frame that is encoded remembered here. */
  watching(make: MakeCodec): MakeCodec {
    return (name, rate) => {
      const codec = make(name, rate);
      const shadow = make(name, rate);
      return codec === undefined || shadow === undefined ? undefined : this.#watched(codec, shadow);
    };
  }

  /** Names decoded sound as `known` names what it was before. */
  recogniser(known: Recogniser): Recogniser {
    return {
      identify: (pcm, offset) => {
        const direct = known.identify(pcm, offset);
        if (direct !== undefined || this.#quanta.size === 0) return direct;
        const before = this.#quanta.get(keyOf(pcm.subarray(offset, offset + QUANTUM_BYTES)));
        return before === undefined ? undefined : known.identify(before, 0);
      },
    };
  }

  /** `hooks` that are told of each piece what it was before. */
  listening(hooks: CallerClientHooks): CallerClientHooks {
    const heard: CallerClientHooks['heard'] = (piece) => {
      const sent = this.#frames.get(keyOf(piece.pcm));
      hooks.heard(sent === undefined ? piece : { ...piece, sent });
    };
    return { ...hooks, heard };
  }

  #watched(codec: AudioCodec, shadow: AudioCodec): AudioCodec {
    return {
      name: codec.name,
      wireRate: codec.wireRate,
      frameSamples: codec.frameSamples,
      lossless: codec.lossless,
      decode: (bytes) => codec.decode(bytes),
      encode: (pcm) => {
        const bytes = codec.encode(pcm);
        const decoded = shadow.decode(bytes);
        if (decoded !== undefined) this.#remember(decoded, pcm.slice());
        return bytes;
      },
    };
  }

  #remember(after: Uint8Array, before: Uint8Array): void {
    keep(this.#frames, keyOf(after), before, FRAMES_MAX);
    for (let at = 0; at + QUANTUM_BYTES <= before.length; at += QUANTUM_BYTES) {
      const end = at + QUANTUM_BYTES;
      keep(this.#quanta, keyOf(after.subarray(at, end)), before.subarray(at, end), QUANTA_MAX);
    }
  }
}

/** The latest of equal sounds counts; the oldest is forgotten. */
function keep(map: Map<string, Uint8Array>, key: string, value: Uint8Array, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > max) map.delete(map.keys().next().value ?? '');
}

const keyOf = (pcm: Uint8Array): string =>
  Buffer.from(pcm.buffer, pcm.byteOffset, pcm.length).toString('latin1');
