// The voice of a call in a codec, both ways, on the stock clients' own message: an audio frame whose name
// is the codec's, whose samples are one coded frame, and whose rate is the codec's clock. The client asks
// in its client-ready (`about.platform_details.codec`), the server's bot-ready repeats the name where it
// agrees, and from there on neither side sends samples. Bytes that are no frame are told, never thrown.
import { type AudioCodec, isCodedName, type MakeCodec } from '../../media/codec/codec.ts';
import { FrameCutter } from './frame-cutter.ts';
import { encodeCoded, type WireAudio } from './wire.ts';

/** What the recogniser behind every call hears, Hz. */
const HEARD_RATE = 16_000;

export type DecodedVoice =
  | { readonly ok: true; readonly pcm: Uint8Array; readonly sampleRate: number }
  | { readonly ok: false; readonly reason: string };

export class CodedVoice {
  readonly #uplink: AudioCodec;
  readonly #cutter: FrameCutter;

  private constructor(uplink: AudioCodec, cutter: FrameCutter) {
    this.#uplink = uplink;
    this.#cutter = cutter;
  }

  /**
   * Undefined for a codec that nobody knows, or that cannot be had at `outputRate`, the rate of what is
   * said. `send` gets each message of the agent's voice.
   */
  static of(
    name: string,
    outputRate: number,
    codecs: MakeCodec,
    send: (message: Uint8Array) => void,
  ): CodedVoice | undefined {
    if (!isCodedName(name)) return undefined;
    const uplink = codecs(name, HEARD_RATE);
    const downlink = codecs(name, outputRate);
    if (uplink === undefined || downlink === undefined) return undefined;
    const sendFrame = (frame: Uint8Array): void =>
      send(encodeCoded(name, downlink.encode(frame), downlink.wireRate));
    return new CodedVoice(uplink, new FrameCutter(downlink.frameSamples, sendFrame));
  }

  get name(): string {
    return this.#uplink.name;
  }

  push(pcm: Uint8Array): void {
    this.#cutter.push(pcm);
  }

  flush(): void {
    this.#cutter.flush();
  }

  /** The samples of a message of the caller's, at 16 kHz. */
  decode({ name, channels, pcm: bytes }: WireAudio): DecodedVoice {
    if (channels !== 1) return { ok: false, reason: `an audio frame has ${channels} channels` };
    if (name !== this.name) {
      return { ok: false, reason: `an audio frame is named ${JSON.stringify(name.slice(0, 40))}` };
    }
    const pcm = this.#uplink.decode(bytes);
    if (pcm === undefined) return { ok: false, reason: `${bytes.length} bytes are no frame of ${this.name}` };
    return { ok: true, pcm, sampleRate: HEARD_RATE };
  }
}
